"""What the embedded server promises to those who connect: who may enter what, and what its log never says."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest

from aggregator.store.embedded import Cluster, EmbeddedError, running
from aggregator.store.embedded.cluster import check_names

pytestmark = pytest.mark.parametrize("server", [16, 18], indirect=True)

SECRET = "quokka-in-the-clinic"


def _home(server: Cluster) -> Path:
    return Path(server.socket_dir).parent


def _log(server: Cluster) -> str:
    return (_home(server) / "postgres.log").read_text()


def _show(url: str, setting: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
    assert row is not None
    return str(row[0])


def test_each_database_is_entered_by_its_own_role_which_owns_it(server: Cluster) -> None:
    for name in ("record", "keys"):
        with psycopg.connect(server.url(name)) as connection:
            row = connection.execute(
                "SELECT current_user, current_database(), pg_get_userbyid(datdba), rolsuper, rolcreatedb,"
                " rolcreaterole, rolreplication, rolbypassrls"
                " FROM pg_database JOIN pg_roles ON rolname = current_user WHERE datname = current_database()"
            ).fetchone()
            connection.execute("CREATE TABLE made_by_owner (id int)")
            connection.rollback()
        assert row == (name, name, name, False, False, False, False, False)


@pytest.mark.parametrize(
    ("role", "database"),
    [("record", "keys"), ("keys", "record"), ("record", "postgres"), ("keys", "template1")],
)
def test_a_role_cannot_enter_a_database_that_is_not_its_own(
    server: Cluster, role: str, database: str
) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(server.url(database, role=role))


def test_a_role_cannot_read_files_run_programs_or_give_itself_more(server: Cluster) -> None:
    for statement in (
        "SELECT pg_read_file('pg_hba.conf')",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "ALTER ROLE record SUPERUSER",
        "SET ROLE carerecord",
        "GRANT keys TO record",
        "CREATE DATABASE one_more",
        "ALTER SYSTEM SET log_statement = 'all'",
        "SET log_statement = 'all'",
        "SET log_min_messages = 'debug5'",
        "SET log_min_error_statement = 'error'",
        "SET log_min_duration_statement = 0",
        "SET log_error_verbosity = 'verbose'",
        "LOAD 'auto_explain'",
    ):
        with (
            psycopg.connect(server.url("record"), autocommit=True) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


@pytest.mark.parametrize("over", ["tcp", "socket"])
def test_no_way_in_without_the_password(server: Cluster, over: str) -> None:
    host = "127.0.0.1" if over == "tcp" else server.socket_dir
    for user, database in ((server.user, "postgres"), ("record", "record")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=host, port=server.port, user=user, dbname=database, password="")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(host=host, port=server.port, user=user, dbname=database, password="wrong")


def test_the_right_password_works_over_the_unix_socket_too(server: Cluster) -> None:
    with psycopg.connect(
        host=server.socket_dir,
        port=server.port,
        user=server.user,
        password=server.password,
        dbname="postgres",
    ) as connection:
        assert connection.execute("SELECT inet_client_addr()").fetchone() == (None,)


def test_no_rule_trusts_anyone_and_passwords_are_kept_as_scram_verifiers(server: Cluster) -> None:
    with psycopg.connect(server.admin_url()) as connection:
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        kept = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolcanlogin").fetchall()
    assert methods == [("scram-sha-256",)]
    assert len(kept) >= 3  # other tests may have made roles on this server
    assert all(verifier.startswith("SCRAM-SHA-256$") for (verifier,) in kept)


def test_the_server_listens_on_loopback_only(server: Cluster) -> None:
    assert _show(server.admin_url(), "listen_addresses") == "127.0.0.1"


def test_the_three_passwords_differ_and_none_is_in_the_repr(server: Cluster) -> None:
    urls = {server.url("record"), server.url("keys"), server.admin_url()}
    passwords = {url.split(":")[2].split("@")[0] for url in urls}
    assert len(passwords) == 3
    assert not any(password in repr(server) for password in passwords)


def test_what_lies_in_the_home_is_closed_to_other_users(server: Cluster) -> None:
    home = _home(server)
    for entry in home.iterdir():
        assert stat.S_IMODE(entry.stat().st_mode) & 0o077 == 0, entry.name
    assert stat.S_IMODE((home / "postgres.password").stat().st_mode) == 0o600


@pytest.mark.parametrize("database", ["postgres", "record", "keys", "template1"])
def test_locale_and_encoding_are_fixed(server: Cluster, database: str) -> None:
    with psycopg.connect(server.admin_url()) as connection:
        row = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = %s",
            [database],
        ).fetchone()
    assert row == ("UTF8", "C", "C")
    assert _show(server.admin_url(), "lc_messages") == "C"
    assert _show(server.admin_url(), "timezone") == "UTC"


def test_data_checksums_are_on(server: Cluster) -> None:
    assert _show(server.admin_url(), "data_checksums") == "on"


def test_the_log_carries_no_statement_no_literal_and_no_parameter(
    fresh_database: str, server: Cluster
) -> None:
    failing: list[tuple[str, list[str]]] = [
        # A unique violation's DETAIL quotes the key; a cast's very message quotes the value.
        (f"INSERT INTO kept VALUES ('{SECRET}')", []),
        ("INSERT INTO kept VALUES (%s)", [SECRET]),
        (f"SELECT '{SECRET}'::int", []),
        ("SELECT %s::text::int", [SECRET]),
        (f"SELECT * FROM nowhere WHERE word = '{SECRET}'", []),
        (f"SELEKT '{SECRET}'", []),
        (f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}'; END $$", []),
        (f"DO $$ BEGIN RAISE WARNING '{SECRET}'; PERFORM 1/0; END $$", []),
    ]
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text PRIMARY KEY)")
        connection.execute("INSERT INTO kept VALUES (%s)", [SECRET])
        # What an ordinary role may switch on itself must not help it either.
        connection.execute("SET log_parameter_max_length_on_error = -1")
        connection.execute("SET debug_print_parse = on")
        connection.execute("SET debug_print_plan = on")
        for statement, parameters in failing:
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode(), parameters or None)
    log = _log(server)
    assert "database system is ready" in log
    assert SECRET not in log
    assert "kept" not in log
    assert "SELE" not in log


def test_the_log_carries_no_password(server: Cluster) -> None:
    passwords = [url.split(":")[2].split("@")[0] for url in (server.url("record"), server.admin_url())]
    assert not any(password in _log(server) for password in passwords)
    data = _home(server) / "postgres"
    assert not any(password in (data / "postmaster.opts").read_text() for password in passwords)


def test_a_fresh_database_is_empty_and_belongs_to_an_ordinary_role(
    fresh_database: str, fresh_key_database: str, server: Cluster
) -> None:
    for url, role in ((fresh_database, "record"), (fresh_key_database, "keys")):
        with psycopg.connect(url) as connection:
            assert connection.info.server_version // 10_000 == server.version
            tables = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchone()
            assert tables == (0,)
            assert connection.execute("SELECT current_user").fetchone() == (role,)
            connection.execute("CREATE TABLE mine (id int)")


@pytest.mark.parametrize(
    "names",
    [["postgres"], ["carerecord"], ["Record"], ["re cord"], [""], ['a"b'], ["a", "a"], ["1a"], ["a\n"]],
)
def test_a_name_that_cannot_be_a_role_is_refused_before_anything_is_made(
    server: Cluster, names: list[str], tmp_path: Path
) -> None:
    with pytest.raises(EmbeddedError, match="names"):
        check_names(names)
    with (
        pytest.raises(EmbeddedError, match="names"),
        running(tmp_path / "home", version=server.version, databases=names),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
