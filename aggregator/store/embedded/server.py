"""One PostgreSQL server as a child of this process: made, started, stopped.

The order matters: own the home, wait until no process of an earlier server is left, make the data folder if
there is none, start, wait until it says it is ready; and on every way out a fast shutdown. Should this
process be killed outright, the kernel sends the server the signal for a fast shutdown (`launch.die_with`).
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from aggregator.store.embedded import account, binaries, cluster, home, tuning
from aggregator.store.embedded.child import Account, command, kernel_tells
from aggregator.store.embedded.errors import EmbeddedError

_PORT_ATTEMPTS = 10
_START_SECONDS = 600.0  # replaying a large log after a crash takes its time; a dead server is seen at once
_STOP_SECONDS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
_POLL_SECONDS = 0.01
_LOG_BYTES = 10_000_000


@contextmanager
def running(
    place: Path,
    *,
    version: int = 16,
    databases: Sequence[str] = ("record", "keys"),
    durable: bool = True,
) -> Iterator[cluster.Cluster]:
    """Run an embedded PostgreSQL in the folder `place` for as long as the context lasts.

    Yields the Cluster, with each of `databases` present and owned by a login role of the same name.
    durable: False gives up crash safety for speed, for tests only.
    Enter it from the main thread, before any worker is forked: the server ends with the thread that started
    it. A forked worker that leaves the context stops nothing.
    Raises EmbeddedError (AlreadyRunning when another process owns the home) with what to do about it.
    """
    if threading.current_thread() is not threading.main_thread():
        raise EmbeddedError("start the embedded database from the main thread: it ends with its thread")
    cluster.check_names(databases)
    programs = binaries.find(version)
    place = home.prepare(place)
    data = place / "postgres"
    with ExitStack() as ends:
        ends.enter_context(_signals_unwind())
        ends.enter_context(home.owned(place))
        lock = ends.enter_context(home.server_lock(place))
        accounts = account.choose(place, programs.postgres)
        secret = home.password(place, fresh=not data.is_dir())
        if not data.is_dir():
            _make(programs, accounts, data, secret, durable=durable)
        _check(data, version)
        account.hand_over(data, accounts.server.owner)
        server = _start(programs, accounts.server, data, lock, durable=durable)
        ends.callback(server.stop)
        here = cluster.Cluster(server.port, tuning.socket_folder(data), tuning.ADMIN, secret, version)
        cluster.provide(here, databases)
        yield here


def _make(
    programs: binaries.Programs, accounts: account.Accounts, data: Path, secret: str, *, durable: bool
) -> None:
    # Made aside and moved into place whole, so that a start that broke off leaves no half-made folder.
    aside = data.with_name("postgres.new")
    with suppress(FileNotFoundError):
        shutil.rmtree(aside)
    aside.mkdir(mode=0o700)
    (aside / "password").touch(mode=0o600)
    (aside / "password").write_text(secret)
    (aside / "data").mkdir(mode=0o700)
    account.hand_over(aside, accounts.initdb.owner)
    arguments = [
        *(str(programs.initdb), "--pgdata", str(aside / "data"), "--username", tuning.ADMIN),
        *("--auth", "scram-sha-256", "--pwfile", str(aside / "password"), "--data-checksums"),
        # C: the same order and the same case on every machine and in both versions.
        *("--locale", "C", "--encoding", "UTF8", *([] if durable else ["--no-sync", "--wal-segsize", "1"])),
    ]
    made = subprocess.run(
        command(accounts.initdb, arguments, folders=[aside]),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        reason = (made.stderr.strip() or f"initdb ended with {made.returncode}").splitlines()[-1]
        raise EmbeddedError(f"the data folder could not be made: {reason}")
    hba = aside / "data" / "pg_hba.conf"
    hba.unlink()
    hba.touch(mode=0o600)
    hba.write_text(tuning.HBA)
    os.chown(hba, *accounts.initdb.owner)
    (aside / "data").rename(data)
    folder = os.open(data.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    shutil.rmtree(aside)


def _check(data: Path, version: int) -> None:
    if data.is_symlink():
        raise EmbeddedError(f"{data} is a link: let the home itself be the link")
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(version):
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {made_by}, not {version}: start with version {made_by}, "
            "and move by dump and restore"
        )
    if (data / "pg_hba.conf").read_text() != tuning.HBA:
        raise EmbeddedError(f"{data / 'pg_hba.conf'} was changed, so who may connect is unknown: restore it")


def _start(
    programs: binaries.Programs, runs_as: Account, data: Path, lock: int, *, durable: bool
) -> "_Server":
    # The server lock is ours, so no process of an earlier server lives, whatever number this file holds; the
    # server itself would take any living process of that number for one and refuse to start. A killed server
    # also leaves its socket, and the next one has another port.
    for stale in (data / "postmaster.pid", *data.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)
    log = data.with_name("postgres.log")
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    for _ in range(_PORT_ATTEMPTS):
        server = _Server.launch(programs, runs_as, data, log, lock, durable=durable)
        try:
            if server.becomes_ready(data):
                return server
        except BaseException:
            server.stop()
            raise
        server.stop()
        told = log.read_bytes()[server.log_start :].decode(errors="replace")
        # Another program may take a free port between our asking and the server's binding.
        if "could not create any TCP/IP sockets" not in told:
            last = told.strip().splitlines()[-3:]
            raise EmbeddedError(f"the database server did not start (more in {log}): {' / '.join(last)}")
    raise EmbeddedError(f"no free port could be had on 127.0.0.1 in {_PORT_ATTEMPTS} attempts")


@dataclass(slots=True)
class _Server:
    child: subprocess.Popen[bytes]
    port: int
    owner: int
    log_start: int
    leash: int | None

    @classmethod
    def launch(
        cls, programs: binaries.Programs, runs_as: Account, data: Path, log: Path, lock: int, *, durable: bool
    ) -> "_Server":
        port = _free_port()
        arguments = [str(programs.postgres), *tuning.arguments(data, port, durable=durable)]
        watch, leash = (None, None) if kernel_tells() else os.pipe()
        log_file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            child = subprocess.Popen(
                command(runs_as, arguments, folders=[data], death_signal=signal.SIGINT, watch=watch),
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                cwd="/",
                pass_fds=[lock] if watch is None else [lock, watch],
                # Ctrl-C in a terminal goes to the whole group: the owner ends its work first, then this.
                start_new_session=True,
            )
            if leash is not None:
                home.keep(leash)
            server = cls(child, port, os.getpid(), os.fstat(log_file).st_size, leash)
            atexit.register(server.stop)
            return server
        finally:
            os.close(log_file)
            if watch is not None:
                os.close(watch)

    def becomes_ready(self, data: Path) -> bool:
        """Wait for the server's own word; False when it ended instead."""
        deadline = time.monotonic() + _START_SECONDS
        while self.child.poll() is None:
            with suppress(FileNotFoundError):
                lines = (data / "postmaster.pid").read_text().splitlines()
                if len(lines) > 7 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready":
                    return True
            if time.monotonic() > deadline:
                raise EmbeddedError("the database server is not ready after ten minutes: see postgres.log")
            time.sleep(_POLL_SECONDS)
        return False

    def stop(self) -> None:
        """Fast shutdown, then sterner ones; only of our own unreaped child, so no other can be hit."""
        if os.getpid() != self.owner:
            return
        for ending, patience in _STOP_SECONDS:
            if self.child.poll() is None:
                self.child.send_signal(ending)
                with suppress(subprocess.TimeoutExpired):
                    self.child.wait(patience)
        atexit.unregister(self.stop)
        if self.leash is not None:
            home.drop(self.leash)
            self.leash = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _signals_unwind() -> Iterator[None]:
    """Let the signals that would end this process at once unwind it instead; handlers of others stay."""
    owner = os.getpid()

    def leave(number: int, _: FrameType | None) -> None:
        if os.getpid() == owner:
            raise SystemExit(128 + number)
        signal.signal(number, signal.SIG_DFL)  # a forked worker ends as it would have
        os.kill(os.getpid(), number)

    taken = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is signal.SIG_DFL
    ]
    for number in taken:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in taken:
            if signal.getsignal(number) is leave:
                signal.signal(number, signal.SIG_DFL)
