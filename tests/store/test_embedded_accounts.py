"""Under which account the embedded server runs, root's case above all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from aggregator.store.embedded import EmbeddedError, account, binaries, child, running
from tests.store.owners import PATIENCE, children, command, keep, kept

on_both = pytest.mark.parametrize("version", [16, 18])


POSTGRES = binaries.find(16).postgres
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
        # Other tests of this process have servers of their own.
        [pid] = [pid for pid in children(os.getpid()) if str(place) in command(pid)]
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
                words.append(keep(cluster.url("record")))
                assert set(words) <= set(kept(cluster.url("record")))


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
    runs_as = account.choose(home, binaries.find(version).postgres).server
    words = child.command(runs_as, ["/bin/sleep", "600"], folders=[home])
    words[-1] = words[-1].replace(f'"parent": {os.getpid()}', '"parent": 1')
    ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert ended.returncode == 1
    assert "owner is gone" in ended.stderr
