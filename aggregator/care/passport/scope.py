"""What a frozen copy was made from, and whether a decision still grants all of it.

A copy may be shown to whoever is granted every class that it was made from, and needs nothing cut from them
that was not cut when it was frozen: a flag set since, another role, an unlinked subject each take it away.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemas.decision import Decision


def scope(decision: Decision, classes: frozenset[str]) -> Iterable[str]:
    """The granted classes that something was made from, with what was cut from each first."""
    for grant in decision.grants:
        if grant.class_id in classes:
            yield ":".join((grant.subject_id, grant.class_id, ",".join(sorted(grant.redactions))))


def covers(decision: Decision, frozen: Iterable[str]) -> bool:
    """Whether every class of a copy is granted now, and nothing must be cut that was not cut then."""
    granted = {(g.subject_id, g.class_id): g.redactions for g in decision.grants}
    for item in frozen:
        subject_id, class_id, cut = item.split(":")
        needed = granted.get((subject_id, class_id))
        if needed is None or not needed <= frozenset(cut.split(",")):
            return False
    return True
