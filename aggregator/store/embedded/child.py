"""How a PostgreSQL program is started as a child: the account, and the command that `launch` carries out."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Account:
    """How a program leaves the owner's account (`how`), and as whom it then sees itself (`uid`, `gid`)."""

    how: Literal["own", "uid", "namespace"]
    uid: int
    gid: int

    @property
    def owner(self) -> tuple[int, int]:
        """The uid and gid that its files carry on disk."""
        return (os.geteuid(), os.getegid()) if self.how == "namespace" else (self.uid, self.gid)


def kernel_tells() -> bool:
    """True where the kernel itself tells a process of its parent's death (Linux)."""
    return sys.platform == "linux"


def command(
    account: Account,
    argv: Sequence[str],
    *,
    folders: Sequence[Path],
    death_signal: signal.Signals = signal.SIGKILL,
    watch: int | None = None,
) -> list[str]:
    """The command that runs `argv` under `account` and ends it with this process.

    folders: what the account must be able to enter, else the command fails and says so.
    death_signal: what the program gets when this process dies. Where the kernel has no such signal, `watch`
    (the read end of a pipe whose write end this process alone holds) does it, and always by SIGINT.
    """
    order = {
        "argv": list(argv),
        "how": account.how,
        "uid": account.uid,
        "gid": account.gid,
        "folders": [str(folder) for folder in folders],
        "parent": os.getpid(),
        "death_signal": int(death_signal) if kernel_tells() and watch is None else 0,
        "watch": watch,
    }
    # -I -S: no user site, no environment, no .pth files; the start is quicker and nothing else runs as root.
    return [sys.executable, "-I", "-S", str(_LAUNCH), json.dumps(order)]
