"""What happened, for those who are told of it. Events carry opaque ids only, never content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A change in one person's record. ``topic``: "admission", "discharge", "plan", "change" ...

    ``source``: a change in how that source does ("source-silent"); then there is no person.
    """

    sequence: int
    topic: str
    person_id: str
    type: str
    at: datetime
    source: str = ""
