"""What the server is told: its settings and who may connect. Values only.

Settings travel on the command line, which wins over postgresql.conf and over ALTER SYSTEM, so that none of
them can be undone from within a database. Sized for a machine with 2 cores and 2 GB.
"""

from pathlib import Path

ADMIN = "carerecord"
"""The superuser: makes databases and roles, and is used for nothing else."""

# One file, no `trust` anywhere, no replication, loopback only.
HBA = """\
# Written by carerecord and checked at every start; a change here keeps the server from starting.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""

# A failing statement's *message* may quote a value ("invalid input syntax ... «secret»"), so messages of
# level ERROR are not logged at all: `log` lets through LOG, FATAL and PANIC. Terse drops DETAIL, which for a
# crashed session quotes the statement. A role that is not a superuser can change none of these, save
# `log_parameter_max_length_on_error`, whose output is at level ERROR.
_SILENT = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "log_recovery_conflict_waits": "off",
    "log_temp_files": "-1",
    "log_autovacuum_min_duration": "-1",
    "log_replication_commands": "off",
    "log_checkpoints": "off",
    "log_connections": "off",
    "log_disconnections": "off",
    "log_hostname": "off",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "shared_preload_libraries": "",
    "session_preload_libraries": "",
}

_SAME_EVERYWHERE = {
    "password_encryption": "scram-sha-256",
    "ssl": "off",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "lc_messages": "C",
    "default_text_search_config": "pg_catalog.simple",
    "unix_socket_permissions": "0700",
    "bonjour": "off",
}

_SIZE = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "jit": "off",
}

_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}

_FLEETING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "min_wal_size": "8MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}

# The longest socket path that both Linux and macOS take, less the name that the server puts in the folder.
_LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.65535")


def socket_folder(data: Path) -> str:
    """Where the unix socket goes: inside the data folder (0700), or "" (none) when that path does not fit."""
    path = str(data)
    fits = len(path.encode()) <= _LONGEST_SOCKET_FOLDER and not set(path) & set(',"@')
    return path if fits else ""


def arguments(data: Path, port: int, *, durable: bool) -> list[str]:
    """The server's command-line arguments for a data folder and a port on 127.0.0.1.

    durable: False gives up crash safety for speed, for tests only.
    """
    place = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": socket_folder(data),
        "hba_file": str(data / "pg_hba.conf"),
        "data_directory": str(data),
        "external_pid_file": "",
        "cluster_name": "carerecord",
    }
    settings = _SILENT | _SAME_EVERYWHERE | _SIZE | (_DURABLE if durable else _FLEETING) | place
    return ["-D", str(data), *(word for item in settings.items() for word in ("-c", "=".join(item)))]
