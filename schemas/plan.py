"""The shared care plan as its readers see it: goals, and actions with one lead and a due date.

Kept as FHIR CarePlan, Goal and Task, each a statement of its own, so that each part is narrowed for its
reader. ``version`` is the plan's own: an edit names the version that it was made on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

GOAL_STATES = ("proposed", "active", "completed", "cancelled")
ACTION_STATES = ("requested", "accepted", "in-progress", "completed", "cancelled")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to be done. ``lead`` is one name or role; ``organisation`` its ODS-style code."""

    action_id: str
    text: str
    lead: str
    organisation: str
    due: date | None
    status: str = "requested"
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is hoped for. ``labels`` of the most sensitive thing it was written from (access-decision MD3)."""

    goal_id: str
    text: str
    status: str = "active"
    labels: frozenset[str] = frozenset()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """``version`` 0: not kept yet. ``wishes`` are the person's own words."""

    person_id: str
    plan_id: str
    title: str
    controller: str
    version: int = 0
    wishes: str = ""
    review: date | None = None
    updated_at: datetime | None = None
    updated_by: str = ""
    goals: tuple[Goal, ...] = field(default_factory=tuple)
