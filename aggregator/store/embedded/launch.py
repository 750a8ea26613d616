"""The last steps between the owner's fork and a PostgreSQL program. Run as a script, by its path.

A script of its own, with the standard library only, because these steps (leaving root, asking for the
parent-death signal) must happen in the child, and Python code between fork and exec is not safe in a process
with threads. It becomes the program by exec, so the owner's child *is* the server: the process id is right
and no one stands between them.

Takes one JSON argument: `argv`; `how`, `uid`, `gid` (see `account.Account`); `folders` that the account must
reach; `parent` (the owner's process id); `death_signal` (0: none); `watch` (a pipe's read end, or null).
Ends with 1 and a reason on standard error when a step fails.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER = 0x10000000

# All that a program sees of this machine: not its locale, not its time zone, no PG* settings.
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*map(ctypes.c_ulong, arguments)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def become(how: str, uid: int, gid: int) -> None:
    """Take on the account (`own`, `uid` or `namespace`); raises OSError when the machine does not let us."""
    if how == "uid":
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    elif how == "namespace":
        outside_uid, outside_gid = os.geteuid(), os.getegid()
        with contextlib.suppress(PermissionError):
            os.setgroups([])
        _call("unshare", CLONE_NEWUSER)
        # The kernel takes a group map from an ordinary process only after setgroups is given up.
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {outside_uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {outside_gid} 1")
    if sys.platform == "linux":
        _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def die_with(parent: int, death_signal: int) -> None:
    """Have the kernel send `death_signal` to this process when its parent dies (Linux).

    After any change of account, because such a change clears it. Raises ProcessLookupError when the parent
    died before it could be asked for.
    """
    _call("prctl", PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        raise ProcessLookupError("the owner is gone already")


def watch(server: int, pipe: int) -> None:
    """Ask the server for a fast shutdown at the pipe's end of file; for kernels without a death signal.

    Runs in a child of the server: while `server` is still our parent its number cannot have been given to
    another process, so nothing else can be hit.
    """
    os.closerange(0, pipe)
    os.closerange(pipe + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    while os.getppid() == server:
        if select.select([pipe], [], [], 1.0)[0]:
            if os.getppid() == server:
                os.kill(server, signal.SIGINT)
            return


def main(order: dict[str, Any]) -> None:
    """Do the steps and become the program."""
    argv = order["argv"]
    os.umask(0o077)
    # A core file would hold what the statements held.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    become(order["how"], order["uid"], order["gid"])
    for folder in order["folders"]:
        if not os.access(folder, os.X_OK):
            raise PermissionError(f"uid {os.getuid()} may not enter {folder}")
    if not os.access(argv[0], os.R_OK | os.X_OK):
        raise PermissionError(f"uid {os.getuid()} may not run {argv[0]}")
    if order["watch"] is not None:
        server = os.getpid()
        if os.fork() == 0:
            watch(server, order["watch"])
            os._exit(0)
        os.close(order["watch"])
    if order["death_signal"]:
        die_with(order["parent"], order["death_signal"])
    os.execve(argv[0], argv, ENVIRONMENT)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except OSError as refusal:
        sys.exit(str(refusal))
