"""What the embedded server promises about its life: it ends with its owner, harms no one, and comes back."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from aggregator.store.embedded import AlreadyRunning, EmbeddedError, account, child, running, server
from tests.store.owners import owning

on_both = pytest.mark.parametrize("version", [16, 18])

PATIENCE = 20.0


@pytest.fixture
def version() -> int:
    """PostgreSQL 16, but for the promises that hang on the server's own behaviour: those are kept `on_both`."""
    return 16


@pytest.fixture(scope="session")
def made() -> Iterator[dict[int, Path]]:
    """For each version, a home whose server was made and stopped: making one anew each time takes a second."""
    with tempfile.TemporaryDirectory(prefix="carerecord-") as folder:
        Path(folder).chmod(0o711)
        homes = {version: Path(folder) / str(version) for version in (16, 18)}
        for version, home in homes.items():
            with running(home, version=version, durable=False):
                pass
        yield homes


@pytest.fixture
def place(version: int, made: dict[int, Path]) -> Path:
    """A home that ran before and does not run now, with an empty log; the data of earlier tests is in it."""
    (made[version] / "postgres.log").write_text("")
    return made[version]


@pytest.fixture
def own_place(home: Path, version: int, made: dict[int, Path]) -> Path:
    """A copy of such a home, for a test that spoils it."""
    shutil.copytree(made[version], home, symlinks=True)
    return home


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.01)


def _no_server_process_is_left(home: Path) -> bool:
    """Every process of a server inherits this lock, so having it means that none lives."""
    with (home / "postgres.server.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _log(home: Path) -> str:
    return (home / "postgres.log").read_text()


def _keep(url: str) -> str:
    """Have the database keep a new word, and return it."""
    word = secrets.token_hex()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])
    return word


def _kept(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM kept")]


# It ends with its owner.


@on_both
@pytest.mark.parametrize("way", ["leave", "raise", "exit", "atexit", "SIGTERM", "SIGINT", "SIGHUP"])
def test_every_ordinary_way_out_is_a_clean_shutdown(place: Path, version: int, way: str) -> None:
    with owning(place, version) as owner:
        word = _keep(owner.url)
        with psycopg.connect(owner.url):  # a client that is still there does not hold up a fast shutdown
            if way.startswith("SIG"):
                owner.process.send_signal(signal.Signals[way])
            else:
                owner.say(way)
            owner.process.wait(PATIENCE)
        # Not "will be gone soon": the owner waited for it.
        assert _no_server_process_is_left(place)
    assert _log(place).rstrip().endswith("database system is shut down")
    with owning(place, version) as owner:
        assert word in _kept(owner.url)
    assert "was not properly shut down" not in _log(place)


@on_both
def test_no_server_is_left_behind_when_its_owner_is_killed(place: Path, version: int) -> None:
    with owning(place, version) as owner:
        owner.process.kill()
        owner.process.wait(PATIENCE)
        _until(lambda: _no_server_process_is_left(place), "no server process is left")
    # The kernel's signal asked for a fast shutdown, so even this left nothing to recover.
    assert _log(place).rstrip().endswith("database system is shut down")


@on_both
def test_where_the_kernel_does_not_tell_a_watchdog_does(place: Path, version: int) -> None:
    with owning(place, version, kernel_tells=False) as owner:
        owner.process.kill()
        owner.process.wait(PATIENCE)
        _until(lambda: _no_server_process_is_left(place), "no server process is left")
    assert _log(place).rstrip().endswith("database system is shut down")


def test_the_watchdog_leaves_with_a_server_that_is_stopped(place: Path, version: int) -> None:
    with owning(place, version, kernel_tells=False) as owner:
        watchdogs = [pid for pid in _children(owner.server) if "launch.py" in _command(pid)]
        assert len(watchdogs) == 1
        owner.say("leave")
        assert owner.process.wait(PATIENCE) == 0
    _until(lambda: not Path(f"/proc/{watchdogs[0]}").exists(), "the watchdog is gone")


def test_a_start_right_after_the_owner_was_killed_waits_for_the_old_server(place: Path, version: int) -> None:
    with owning(place, version) as first:
        word = _keep(first.url)
        first.process.kill()
        with owning(place, version) as second:
            assert second.server != first.server
            assert word in _kept(second.url)


@on_both
def test_a_start_recovers_after_owner_and_server_were_killed(place: Path, version: int) -> None:
    with owning(place, version, durable=True) as owner:
        word = _keep(owner.url)
        # The server first: it must not get the chance of a clean shutdown.
        os.kill(owner.server, signal.SIGKILL)
        owner.process.kill()
        owner.process.wait(PATIENCE)
        stale = set((place / "postgres").glob(".s.PGSQL.*"))
    with owning(place, version, durable=True) as owner:
        assert word in _kept(owner.url)
        assert stale
        assert stale.isdisjoint((place / "postgres").glob(".s.PGSQL.*"))
    assert "was not properly shut down; automatic recovery in progress" in _log(place)


def test_a_forked_worker_that_ends_stops_nothing(place: Path, version: int) -> None:
    with owning(place, version) as owner:
        for way in ("leave", "exit", "atexit", "SIGTERM"):
            owner.say(f"worker {way}")
            assert owner.hear() == {"worker": "gone"}
            _keep(owner.url)


@pytest.mark.parametrize("kernel_tells", [True, False])
def test_a_worker_that_outlives_its_owner_holds_neither_place_nor_server(
    place: Path, version: int, kernel_tells: bool
) -> None:
    with owning(place, version, kernel_tells=kernel_tells) as owner:
        owner.say("worker stay")
        worker = owner.hear()["worker"]
        try:
            owner.process.kill()
            owner.process.wait(PATIENCE)
            with owning(place, version) as second:
                assert _keep(second.url) in _kept(second.url)
        finally:
            os.kill(worker, signal.SIGKILL)


def test_a_thread_that_may_end_before_the_process_cannot_start_it(home: Path, version: int) -> None:
    with owning(home, version, threaded=True) as owner:
        assert "main thread" in owner.refusal
    assert not home.exists()


# One owner at a time.


def test_a_second_start_in_the_same_home_is_refused_and_the_first_lives_on(place: Path, version: int) -> None:
    with owning(place, version) as first:
        with owning(place, version) as second:
            assert "another process already runs" in second.refusal
        with pytest.raises(AlreadyRunning), running(place, version=version):
            pass
        _keep(first.url)


def test_the_same_process_cannot_run_one_home_twice(place: Path, version: int) -> None:
    with (
        running(place, version=version, durable=False),
        pytest.raises(AlreadyRunning),
        running(place, version=version, durable=False),
    ):
        pass


def test_two_places_share_no_lock_and_run_side_by_side(home: Path, version: int) -> None:
    homes = [home / "one", home / "two"]
    home.mkdir(mode=0o711)
    with owning(homes[0], version) as one, owning(homes[1], version) as two:
        for owner, own in ((one, homes[0]), (two, homes[1])):
            inside = {path.stat().st_ino for path in own.rglob("*")}
            held = _locks_of(owner.process.pid, owner.server)
            assert len(held) >= 2
            assert held <= inside
        words = [_keep(one.url), _keep(two.url)]
        assert [_kept(one.url), _kept(two.url)] == [words[:1], words[1:]]


def _locks_of(*pids: int) -> set[int]:
    # "1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF"
    lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return {int(words[5].split(":")[2]) for words in lines if words[1] != "->" and int(words[4]) in pids}


# It harms no one.


@on_both
def test_an_unrelated_process_with_the_number_in_a_stale_pid_file_is_left_alone(
    place: Path, version: int
) -> None:
    with running(place, version=version, durable=False) as cluster:
        stale = (place / "postgres" / "postmaster.pid").read_text().splitlines()
        runs_as = account.choose(place, server.binaries.find(version).postgres).server
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
    before = _log(place).count(ready)
    with running(place, version=version, durable=False) as cluster:
        with closing(psycopg.connect(cluster.url("record"), autocommit=True)) as victim:
            # Sent, not awaited: the session must be at work on the statement when it is killed.
            victim.pgconn.send_query(b"SELECT 'quokka-in-the-clinic' FROM pg_sleep(600)")
            with psycopg.connect(cluster.admin_url(), autocommit=True) as admin:
                at_work = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event = 'PgSleep'"
                backend = victim.info.backend_pid
                _until(lambda: admin.execute(at_work, [backend]).fetchone() == (1,), "it is at work")
            os.kill(backend, signal.SIGKILL)
            _until(lambda: f"(PID {backend}) was terminated by signal 9" in _log(place), "the crash is noted")
            _until(lambda: _log(place).count(ready) == before + 2, "the server is back")
        psycopg.connect(cluster.url("record")).close()
    assert "quokka" not in _log(place)


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
    free_port, offered = server._free_port, []
    with server.socket.socket() as other:
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
    assert _no_server_process_is_left(own_place)


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


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


# Under which account.

POSTGRES = server.binaries.find(16).postgres
# Each way that this machine allows: a container may forbid namespaces.
WAYS = [way for way in account._candidates() if account._refusal(way, Path("/"), POSTGRES) is None]


def _how(way: account.Accounts) -> str:
    return way.server.how


@on_both
@pytest.mark.parametrize("way", WAYS, ids=_how)
def test_the_server_has_no_power_over_the_machine(
    place: Path, version: int, way: account.Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "_candidates", lambda: [way])
    with running(place, version=version, durable=False):
        [pid] = [pid for pid in _children(os.getpid()) if "postgres" in _command(pid)]
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    assert [int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")] == [0, 0, 0, 0]
    assert status["NoNewPrivs"] == "1"
    outside = {"own": os.geteuid(), "namespace": os.geteuid(), "uid": way.server.uid}[_how(way)]
    assert status["Uid"].split() == [str(outside)] * 4


def test_a_place_can_change_between_accounts_and_keeps_its_data(
    place: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    words: list[str] = []
    for way in [*WAYS, *WAYS]:
        with monkeypatch.context() as patch:
            patch.setattr(account, "_candidates", lambda only=way: [only])
            with running(place, version=version, durable=False) as cluster:
                words.append(_keep(cluster.url("record")))
                assert set(words) <= set(_kept(cluster.url("record")))


def test_a_home_that_only_its_user_can_reach_is_served_unopened_or_refused_with_the_reason(
    home: Path, version: int
) -> None:
    home.parent.chmod(0o700)
    if {_how(way) for way in WAYS} - {"uid"}:
        with running(home, version=version, durable=False) as cluster:
            psycopg.connect(cluster.url("record")).close()
    else:
        with pytest.raises(EmbeddedError, match="may not enter"), running(home, version=version):
            pass
    assert home.parent.stat().st_mode & 0o777 == 0o700


def test_where_no_account_works_the_reason_is_given(
    home: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_uid = account.Accounts(child.Account("uid", 65521, 65521), child.Account("uid", 65521, 65521))
    monkeypatch.setattr(account, "_candidates", lambda: [only_uid])
    home.parent.chmod(0o700)  # as root: cannot be passed; as anyone else: the account cannot be taken at all
    try:
        with pytest.raises(EmbeddedError, match=r"no account works here \(uid: .*ordinary user"):
            running(home, version=version).__enter__()
    finally:
        home.parent.chmod(0o711)


def test_the_server_never_outlives_a_launch_whose_owner_is_gone(home: Path, version: int) -> None:
    home.mkdir(mode=0o711)
    runs_as = account.choose(home, server.binaries.find(version).postgres).server
    words = child.command(runs_as, ["/bin/sleep", "600"], folders=[home])
    words[-1] = words[-1].replace(f'"parent": {os.getpid()}', '"parent": 1')
    ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert ended.returncode == 1
    assert "owner is gone" in ended.stderr
