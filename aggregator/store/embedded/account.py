"""Which account the server runs under. Starting it is `server`'s work.

PostgreSQL refuses to run as root, and is right. As root there are two ways, tried in this order:

- `uid`: leave root for a number that no one on this machine has. The server can then touch its own files
  only. Needs a home and programs that this account can reach; nothing is opened up to make it so.
- `namespace`: inside a user namespace in which root's number appears as `nobody`. All capabilities are gone
  and every folder of root's is reachable; but to the machine its files are root's, so this comes second.

An ordinary user runs it as themselves; one without an entry in the account list (some containers) takes the
namespace, because `initdb` insists on a name.
"""

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from aggregator.store.embedded.child import Account, command
from aggregator.store.embedded.errors import EmbeddedError

# 65520-65533 is handed out by nobody (systemd's UID table calls it unused) and, being below 65536, exists
# in containers that map only that many.
_UNUSED = range(65520, 65534)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The account that makes the data folder and the one that runs the server.

    They differ for `uid`: `initdb` wants a name and so runs as `nobody`, the server needs none.
    """

    initdb: Account
    server: Account


def choose(home: Path, postgres: Path) -> Accounts:
    """Choose the accounts by trying them out; raises EmbeddedError when none works, with each reason."""
    reasons = []
    for accounts in _candidates():
        reason = _refusal(accounts, home, postgres)
        if reason is None:
            return accounts
        reasons.append(f"{accounts.server.how}: {reason}")
    raise EmbeddedError(
        "PostgreSQL runs neither as root nor as an unnamed user, and no account works here "
        f"({'; '.join(reasons)}). Run as an ordinary user; or let others pass (not read) the folders on the "
        "way, as `chmod o+x` does; or give the URL of a PostgreSQL server of your own"
    )


def _refusal(accounts: Accounts, home: Path, postgres: Path) -> str | None:
    trial = command(accounts.server, [str(postgres), "--version"], folders=[home])
    outcome = subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if outcome.returncode == 0:
        return None
    return (outcome.stderr.strip() or f"ended with {outcome.returncode}").splitlines()[-1]


def _candidates() -> list[Accounts]:
    if os.geteuid() != 0 and _named(os.geteuid()):
        own = Account("own", os.geteuid(), os.getegid())
        return [Accounts(own, own)]
    nobody = next((entry for entry in pwd.getpwall() if entry.pw_name == "nobody"), None)
    candidates = []
    if os.geteuid() == 0 and nobody:
        free = next((uid for uid in _UNUSED if not _named(uid)), nobody.pw_uid)
        candidates.append(
            Accounts(Account("uid", nobody.pw_uid, nobody.pw_gid), Account("uid", free, nobody.pw_gid))
        )
    if sys.platform == "linux" and nobody:
        inside = Account("namespace", nobody.pw_uid, nobody.pw_gid)
        candidates.append(Accounts(inside, inside))
    return candidates


def _named(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def hand_over(folder: Path, owner: tuple[int, int]) -> None:
    """Give a folder and all in it to `owner` (uid, gid), the top last, so that a broken run is redone.

    Symbolic links are changed themselves and never followed: a server must not get root to hand it a file.
    Raises EmbeddedError when the folder is another's and this process may not give it away.
    """
    if folder.lstat().st_uid == owner[0]:
        return
    if os.geteuid() != 0:
        raise EmbeddedError(f"{folder} belongs to another user: run as that user, or choose another home")
    for _, folders, files, here in os.fwalk(folder, topdown=False):
        for name in (*folders, *files):
            os.chown(name, *owner, dir_fd=here, follow_symlinks=False)
    os.chown(folder, *owner, follow_symlinks=False)
