"""The embedded server harms no one, and says what is wrong with a place and what to do about it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from aggregator.store.embedded import EmbeddedError, account, binaries, child, running, server
from tests.store.owners import log, no_server_process_is_left, owning, until

on_both = pytest.mark.parametrize("version", [16, 18])


@on_both
def test_an_unrelated_process_with_the_number_in_a_stale_pid_file_is_left_alone(
    place: Path, version: int
) -> None:
    with running(place, version=version, durable=False) as cluster:
        stale = (place / "postgres" / "postmaster.pid").read_text().splitlines()
        runs_as = account.choose(place, binaries.find(version).postgres).server
        assert cluster.port == int(stale[3])
    # The bystander runs under the server's own account, so that it could be signalled, and looks alive to it.
    bystander = subprocess.Popen(
        child.command(runs_as, ["/bin/sleep", "600"], folders=[place]), stdin=subprocess.DEVNULL
    )
    try:
        pid_file = place / "postgres" / "postmaster.pid"
        pid_file.write_text("\n".join([str(bystander.pid), *stale[1:]]) + "\n")
        os.chown(pid_file, *runs_as.owner)
        with running(place, version=version, durable=False) as cluster:
            psycopg.connect(cluster.url("record")).close()
            assert bystander.poll() is None
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_nothing_above_the_home_is_opened_or_changed(home: Path, version: int) -> None:
    above = list(home.parents)
    before = [(path, path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in above]
    beside = set(home.parent.iterdir())
    with running(home, version=version, durable=False):
        pass
    assert before == [(path, path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in above]
    assert set(home.parent.iterdir()) - beside == {home}


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777, 0o722])
def test_a_folder_that_others_may_write_to_is_refused_and_left_as_it_is(
    home: Path, version: int, mode: int
) -> None:
    home.mkdir()
    home.chmod(mode)
    with pytest.raises(EmbeddedError, match="others may write"), running(home, version=version):
        pass
    assert home.stat().st_mode & 0o7777 == mode
    assert list(home.iterdir()) == []


def test_a_folder_of_another_user_is_refused(
    home: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(mode=0o755)
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    with pytest.raises(EmbeddedError, match="another user"), running(home, version=version):
        pass


def test_the_python_code_of_the_package_is_never_imported(place: Path, version: int) -> None:
    with owning(place, version) as owner:
        assert owner.started["imported"] is False


@on_both
def test_the_machines_locale_time_zone_and_postgres_settings_are_not_taken(place: Path, version: int) -> None:
    odd = {
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "tr_TR.ISO-8859-9",
        "TZ": "Asia/Kathmandu",
        "PGDATA": "/nonexistent",
        "PGPORT": "1",
        "PGHOST": "192.0.2.1",
        "PGUSER": "someone",
    }
    with owning(place, version, environment=odd) as owner, psycopg.connect(owner.url) as connection:
        for setting, value in (
            ("lc_messages", "C"),
            ("lc_monetary", "C"),
            ("lc_numeric", "C"),
            ("lc_time", "C"),
            ("server_encoding", "UTF8"),
            ("TimeZone", "UTC"),
            ("log_timezone", "UTC"),
        ):
            assert connection.execute(f"SHOW {setting}").fetchone() == (value,), setting
        order = connection.execute("SELECT w FROM unnest(%s::text[]) w ORDER BY w", [["a", "B", "é", "Z"]])
        assert [word for (word,) in order] == ["B", "Z", "a", "é"]


@on_both
def test_the_log_carries_no_statement_of_a_session_that_crashed(place: Path, version: int) -> None:
    ready = "ready to accept connections"
    before = log(place).count(ready)
    with running(place, version=version, durable=False) as cluster:
        with closing(psycopg.connect(cluster.url("record"), autocommit=True)) as victim:
            # Sent, not awaited: the session must be at work on the statement when it is killed.
            victim.pgconn.send_query(b"SELECT 'quokka-in-the-clinic' FROM pg_sleep(600)")
            with psycopg.connect(cluster.admin_url(), autocommit=True) as admin:
                at_work = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
                backend = victim.info.backend_pid
                until(lambda: admin.execute(at_work, [backend]).fetchone() == (1,), "it is at work")
            os.kill(backend, signal.SIGKILL)
            until(lambda: f"(PID {backend}) was terminated by signal 9" in log(place), "the crash is noted")
            until(lambda: log(place).count(ready) == before + 2, "the server is back")
        psycopg.connect(cluster.url("record")).close()
    assert "quokka" not in log(place)


# It says what is wrong.


@on_both
def test_settings_that_keep_data_safe_are_on_unless_a_test_asks_otherwise(home: Path, version: int) -> None:
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "shared_buffers": "256MB",
        "max_connections": "100",
    }
    with running(home, version=version) as cluster, psycopg.connect(cluster.url("record")) as connection:
        for setting, value in wanted.items():
            assert connection.execute(f"SHOW {setting}").fetchone() == (value,), setting


@on_both
def test_a_port_that_was_taken_meanwhile_is_given_up_for_another(
    place: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    free_port = server._free_port
    offered: list[int] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def offer() -> int:
            offered.append(other.getsockname()[1] if len(offered) < 2 else free_port())
            return int(offered[-1])

        monkeypatch.setattr(server, "_free_port", offer)
        with running(place, version=version, durable=False) as cluster:
            assert len(offered) == 3
            assert cluster.port == offered[-1]
            psycopg.connect(cluster.url("record")).close()


@on_both
def test_a_data_folder_of_another_version_is_refused(place: Path, version: int) -> None:
    with running(place, version=version, durable=False):
        pass
    with (
        pytest.raises(EmbeddedError, match=f"made by PostgreSQL {version}.*dump and restore"),
        running(place, version={16: 18, 18: 16}[version]),
    ):
        pass


def test_a_version_that_is_not_carried_is_refused(home: Path, version: int) -> None:
    with pytest.raises(EmbeddedError, match="16 or 18"), running(home, version=version + 1):
        pass
    assert not home.exists()


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        ("password readable", "others may read"),
        ("password gone", "restore it together"),
        ("password wrong", "same backup"),
        ("password a link", "cannot be read"),
        ("hba trusting", "was changed"),
        ("data a link", "is a link"),
        ("control file gone", "did not start"),
    ],
)
def test_a_spoiled_place_is_refused_with_what_to_do(
    own_place: Path, version: int, spoiled: str, says: str
) -> None:
    with running(own_place, version=version, durable=False):
        pass
    password, data = own_place / "postgres.password", own_place / "postgres"
    if spoiled == "password readable":
        password.chmod(0o644)
    elif spoiled == "password gone":
        password.unlink()
    elif spoiled == "password wrong":
        password.write_text("another")
    elif spoiled == "password a link":
        password.rename(own_place / "elsewhere")
        password.symlink_to(own_place / "elsewhere")
    elif spoiled == "hba trusting":
        (data / "pg_hba.conf").write_text("host all all 127.0.0.1/32 trust\n")
    elif spoiled == "data a link":
        data.rename(own_place / "moved")
        data.symlink_to(own_place / "moved")
    else:
        (data / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedError, match=says), running(own_place, version=version, durable=False):
        pass
    assert no_server_process_is_left(own_place)


def test_a_start_that_broke_off_while_making_the_data_folder_is_completed(home: Path, version: int) -> None:
    home.mkdir(mode=0o711)
    (home / "postgres.new" / "data").mkdir(parents=True)
    (home / "postgres.new" / "data" / "PG_VERSION").write_text("half")
    (home / "postgres.password").touch(mode=0o600)
    (home / "postgres.password").write_text("made-by-the-start-that-broke-off")
    with running(home, version=version, durable=False) as cluster:
        assert cluster.password == "made-by-the-start-that-broke-off"
        psycopg.connect(cluster.url("record")).close()
    assert not (home / "postgres.new").exists()


def test_a_home_whose_path_is_too_long_for_a_socket_is_served_over_tcp(home: Path, version: int) -> None:
    deep = home / ("d" * 120)
    home.mkdir(mode=0o711)
    with running(deep, version=version, durable=False) as cluster:
        assert cluster.socket_dir == ""
        psycopg.connect(cluster.url("record")).close()


def test_a_home_with_spaces_quotes_and_accents_in_its_path_works(home: Path, version: int) -> None:
    home.mkdir(mode=0o711)
    with running(home / 'Zoë\'s "place", 50% = half', version=version, durable=False) as cluster:
        psycopg.connect(cluster.url("record")).close()
