"""Community health, which the hospital sends in the same stream: being on a team's list, and the plans of its nurses.

A list is a visit with PV1-18 CASELOAD: A04 puts somebody on it, A03 takes them off. A contact is a visit of its
own (CONTACT, ``encounter``), a wound an ORU report like any other (``results``). Plans come as PPP, a problem-
oriented pathway: one PTH with its problems (PRB), goals (GOL) and notes is one CarePlan.
"""

from __future__ import annotations

from typing import Final

from adapters.acute import stay
from adapters.acute.telling import Telling
from adapters.acute.values import coded, said, stamp, text
from adapters.elements import Element, organisation, present
from adapters.fields import BadField
from adapters.wire.hl7v2 import Message, Segment
from schemas.codes import Category, Heading
from schemas.contribution import Statement

_EPISODE: Final = {
    "arrived": "active",
    "in-progress": "active",
    "onleave": "onhold",
    "planned": "planned",
    "finished": "finished",
    "cancelled": "cancelled",
    "": "",
}
# Life cycle words (PTH-5, GOL-18) as they are met -> FHIR
_PLAN: Final = {
    "": "active",
    "ACTIVE": "active",
    "COMPLETED": "completed",
    "DRAFT": "draft",
    "ON HOLD": "on-hold",
    "REVOKED": "revoked",
    "STOPPED": "revoked",
}
_GOAL: Final = {
    "": "in-progress",
    "ACHIEVED": "completed",
    "ACTIVE": "in-progress",
    "COMPLETED": "completed",
    "NOT STARTED": "not-started",
    "ON HOLD": "on-hold",
    "STOPPED": "stopped",
}


def caseload(pv1: Segment, telling: Telling, status: str, start: str, end: str) -> Element:
    """The EpisodeOfCare of a list: which team, since when, why, and the key worker."""
    service = next((coded(value, "community-team") for value in pv1.repetitions(10)), {})
    if not service:
        raise BadField("PV1-10", "is missing: the team whose list it is is not told")
    workers = stay.participants(pv1)
    reasons = [words for one in stay.reason(telling.message.segment("PV2")) if (words := one.get("text"))]
    return {
        "resourceType": "EpisodeOfCare",
        "status": _EPISODE[status],
        "type": [service],
        "diagnosis": [{"condition": {"type": "Condition", "display": words}} for words in reasons],
        "period": present({"start": start, "end": end}),
        "careManager": workers[0]["individual"] if workers else {},
        "managingOrganization": organisation(telling.key.organisation),
    }


def read_plan(message: Message, telling: Telling) -> Statement:
    """PPP -> CarePlan. Raises ``BadField``: without its number a plan cannot be told from another."""
    pths = message.segments("PTH")
    if len(pths) != 1:
        raise BadField("PTH", "comes more than once: one message tells one plan")
    (pth,) = pths
    number = text(pth, 3)
    if not number:
        raise BadField("PTH-3", "is missing: a plan without a number cannot be told from another")
    state = text(pth, 5, 2).upper() or text(pth, 5).upper()
    if state not in _PLAN:
        raise BadField("PTH-5", "is not on the list of values")
    kind = next((coded(value, "care-pathway") for value in pth.repetitions(2)), {})
    gone = telling.event.retracts or text(pth, 1).upper() == "DE"
    resource: Element = {
        "resourceType": "CarePlan",
        "status": "revoked" if gone else _PLAN[state],
        "intent": "plan",
        "category": [kind] if kind else [],
        "title": kind.get("text", ""),
        "period": present({"start": _date(pth, 4)}),
        "addresses": [
            {"type": "Condition", "display": words}
            for prb in message.segments("PRB")
            if (words := _words(prb, 3))
        ],
        "activity": [{"detail": _goal(gol)} for gol in message.segments("GOL")],
        "note": [{"text": words} for nte in message.segments("NTE") if (words := said(nte.text(3)))],
    }
    named = telling.named("care-plan", number)
    return telling.say(named, resource, Heading.PLAN, category=Category.COMMUNITY, retracts=gone)


def _goal(gol: Segment) -> Element:
    """What the plan is to reach, until when, and how far it is."""
    words = _words(gol, 3)
    if not words:
        raise BadField("GOL-3", "is missing")
    state = text(gol, 18, 2).upper() or text(gol, 18).upper()
    if state not in _GOAL:
        raise BadField("GOL-18", "is not on the list of values")
    code = next((coded(value, "care-goal") for value in gol.repetitions(3)), {})
    return present(
        {
            "status": _GOAL[state],
            "code": code if code.get("coding") else {},
            "description": words,
            "scheduledPeriod": present({"start": _date(gol, 7), "end": _date(gol, 8)}),
        }
    )


def _words(segment: Segment, position: int) -> str:
    return text(segment, position, 2) or text(segment, position)


def _date(segment: Segment, position: int) -> str:
    value = text(segment, position)
    return stamp(value, f"{segment.name}-{position}") if value else ""
