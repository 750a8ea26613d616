"""The home folder: whose it is, who owns it now, and its secret. The server itself is in `server`.

    postgres/               the data folder, the server's own
    postgres.log            the server's log; carries no statements
    postgres.password       the superuser's password, 0600
    postgres.owner.lock     held by the process that owns the place
    postgres.server.lock    held by every process of the server, by inheritance

Both locks are kernel locks that end with their holders, so nothing on disk has to be believed: a process id
in a file is never read to find out who lives, and never used to kill. Nothing above the home is touched.
"""

import fcntl
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.store.embedded.errors import AlreadyRunning, EmbeddedError

_POLL_SECONDS = 0.02

# Descriptors that are this process's alone: a forked worker closes its copies, because a lock (or the pipe
# that tells of the owner's death) ends only with its last copy, and a worker must not outlive its owner's hold.
_own: set[int] = set()


def keep(descriptor: int) -> None:
    """Have forked workers close their copy of this descriptor."""
    _own.add(descriptor)


def drop(descriptor: int) -> None:
    """Close a kept descriptor, unless this is a forked worker, which has done so."""
    if descriptor in _own:
        _own.discard(descriptor)
        os.close(descriptor)


def _drop_copies() -> None:
    while _own:
        os.close(_own.pop())


os.register_at_fork(after_in_child=_drop_copies)


def prepare(home: Path) -> Path:
    """Make the home if it is absent and return its real, absolute path.

    Raises EmbeddedError when it belongs to another user, or others may write to it: they could replace the
    password file or the data folder.
    """
    home = home.absolute()
    if not home.exists():
        # As root the server runs under another account, which must pass through (and can list nothing).
        home.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
    home = home.resolve()
    facts = home.stat()
    if not stat.S_ISDIR(facts.st_mode):
        raise EmbeddedError(f"{home} is not a folder: choose another home")
    if facts.st_uid != os.geteuid():
        raise EmbeddedError(f"{home} belongs to another user: choose a home of your own")
    if facts.st_mode & 0o022:
        raise EmbeddedError(f"others may write to {home}: run `chmod go-w` on it, or choose another home")
    return home


@contextmanager
def owned(home: Path) -> Iterator[None]:
    """Own the home; raises AlreadyRunning at once when another living process does."""
    with _locked(home / "postgres.owner.lock", patience=0) as held:
        if held is None:
            raise AlreadyRunning(
                f"another process already runs the database in {home}: end it first, or choose another home"
            )
        yield


@contextmanager
def server_lock(home: Path, patience: float = 60.0) -> Iterator[int]:
    """The lock that every process of the server inherits; yields its descriptor.

    Getting it proves that no process of an earlier server is left. After a `kill -9` of the owner the old
    server needs a moment for its shutdown, so it is waited for (`patience`, seconds), never killed; raises
    EmbeddedError after that.
    """
    with _locked(home / "postgres.server.lock", patience=patience) as held:
        if held is None:
            raise EmbeddedError(
                f"a database server of an earlier run is still working in {home}: wait for it to stop, "
                "or stop it (its processes hold postgres.server.lock open)"
            )
        yield held


@contextmanager
def _locked(path: Path, *, patience: float) -> Iterator[int | None]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    keep(lock)
    try:
        yield lock if _lock(lock, patience) else None
    finally:
        drop(lock)


def _lock(descriptor: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        else:
            return True


def password(home: Path, *, fresh: bool) -> str:
    """The superuser's password; made when there is none and the place is `fresh` (no data folder yet).

    One that is there is never replaced: it may belong to a data folder that is about to be restored.
    Raises EmbeddedError when the file is missing, not ours, a link, or readable by others.
    """
    path = home / "postgres.password"
    if fresh and not path.exists():
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(made, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
    try:
        kept = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as refusal:
        raise EmbeddedError(
            f"{path} cannot be read ({refusal.strerror}): restore it together with the data folder"
        ) from None
    with os.fdopen(kept) as file:
        facts = os.fstat(file.fileno())
        if facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
            raise EmbeddedError(f"others may read {path}: run `chmod 600` on it, and change the password")
        return file.read().strip()
