"""A40: the hospital says that two of its numbers are one person. MRG-1 loses, the PID before it survives."""

from __future__ import annotations

from datetime import datetime

from adapters.acute.identity import local_number, read_identity
from adapters.acute.values import said
from adapters.fields import BadField
from adapters.wire.hl7v2 import Message, Segment
from schemas.contribution import NumberMerge
from schemas.identifiers import SubjectKey


def read_merges(
    message: Message, organisation: str, facilities: frozenset[str], at: datetime
) -> list[NumberMerge]:
    """One merge for each PID and MRG pair. Raises ``BadField``: half a list of merges is never kept."""
    merges: list[NumberMerge] = []
    pid: Segment | None = None
    for segment in message.segments():
        if segment.name == "PID":
            pid = segment
        elif segment.name == "MRG":
            if pid is None:
                raise BadField("PID", "is missing before MRG")
            surviving = read_identity(pid, organisation, facilities).key
            losing = _losing(segment, organisation, facilities)
            if losing == surviving:
                raise BadField("MRG-1", "is the surviving number itself")
            merges.append(NumberMerge(losing, surviving, at))
            pid = None
    if pid is not None:
        raise BadField("MRG", "is missing after a PID")
    return merges


def _losing(mrg: Segment, organisation: str, facilities: frozenset[str]) -> SubjectKey:
    # By kind and giver, not by position: PID-3 and MRG-1 pair by position only when both list the same kinds.
    local = local_number([n for n in mrg.repetitions(1) if said(n.get(1))], organisation, facilities)
    if local is None:
        raise BadField("MRG-1", "has no number of this organisation")
    return SubjectKey(organisation, local)
