"""The Mental Health Act, community orders, risks and advance decisions.

Current Act status is part of the safety floor: each period is a Flag of its own with its dates. Where
somebody is on leave, or must live, tells a place, so it stands apart with the label for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapters.dossier import Item, Teller, Told
from adapters.elements import (
    SNOMED,
    Element,
    coding,
    concept,
    form,
    local_codes,
    local_extension,
    period,
    plain_text,
    practitioner,
    when,
)
from adapters.fields import BadField, Fields
from adapters.mental_health.care import listed
from adapters.mental_health.codes import LEGAL_STATUS, legal_concept, nhs_concept
from schemas.codes import Heading

_ACT: Final = concept("Mental Health Act")


def _flag(code: Element, start: datetime, end: datetime | None, **more: object) -> Element:
    return {
        "resourceType": "Flag",
        "status": "inactive" if end else "active",
        "category": [_ACT],
        "code": code,
        "period": period(start, end),
        **more,
    }


def act_period(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Detention or another period under the Act: Flag; each leave under section 17: Flag and its place."""
    status, ended = listed(it, "legalStatus", dict(LEGAL_STATUS)), it.moment("endedAt")
    expires, category = it.moment("expiresAt"), it.text("mentalCategory")
    extensions = [local_extension("act-expires", valueDateTime=when(expires))] if expires else []
    if category:
        extensions.append(
            local_extension("act-category", valueCodeableConcept=nhs_concept("mental-category", category, ""))
        )
    yield teller.say(
        item,
        "act-period",
        _flag(legal_concept(status), item.on, ended, extension=extensions),
        Heading.LEGAL,
    )
    for number, leave in enumerate(it.children("leave"), 1):
        yield from _span(teller, item, leave, number, "leave", "On leave (section 17)")


def community_order(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A community treatment order: Flag, its conditions as a form, each recall a Flag."""
    ended, expires = it.moment("endedAt"), it.day("expiresOn")
    extensions = [local_extension("act-expires", valueDateTime=when(expires))] if expires else []
    code = concept("Community treatment order (section 17A)", coding(local_codes("mhsds-act"), "cto"))
    yield teller.say(
        item, "community-order", _flag(code, item.on, ended, extension=extensions), Heading.LEGAL
    )
    conditions = form(
        "community-order",
        item.updated,
        *((f"condition-{n}", "Condition", c) for n, c in enumerate(it.texts("conditions"), 1)),
    )
    if conditions["item"]:
        yield teller.say(item, "community-order-conditions", conditions, Heading.LEGAL)
    for number, recall in enumerate(it.children("recalled"), 1):
        yield from _span(teller, item, recall, number, "recall", "Recalled to hospital (section 17E)")


def _span(teller: Teller, item: Item, span: Fields, number: int, kind: str, words: str) -> Iterator[Told]:
    start, end = span.needed_moment("start"), span.moment("end")
    what, where = span.text("what"), span.text("where")
    span.done()
    own = replace(item, id=f"{item.id}-{number}", on=start)
    code = concept(f"{words}: {what}" if what else words, coding(local_codes("mhsds-act"), kind))
    # Whether it is over is a matter of its dates: leave ends by itself when its time has come.
    flag = _flag(code, start, end) | {"status": "active" if end is None or end > item.updated else "inactive"}
    yield teller.say(own, f"act-{kind}", flag, Heading.LEGAL)
    place = form(f"act-{kind}", item.updated, ("where", "Where", where))
    if place["item"]:
        yield teller.say(own, f"act-{kind}-place", place, Heading.LEGAL, labels={"LOCIS"})


_RISKS: Final = {
    "to_self": ("Risk to self", Heading.ALERTS),
    "to_others": ("Risk to others", Heading.STAFF_SAFETY),
    "from_others": ("Risk from others", Heading.ALERTS),
    "self_neglect": ("Self-neglect", Heading.ALERTS),
    "vulnerability": ("Vulnerability", Heading.ALERTS),
}


def risk(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A risk: Flag; risk to others is a staff-safety line."""
    kind, ended, text = listed(it, "kind", dict(_RISKS)), it.day("endedOn"), it.text("text")
    words, heading = _RISKS[kind]
    yield teller.say(
        item,
        "risk",
        {
            "resourceType": "Flag",
            "status": "inactive" if ended else "active",
            "category": [concept("Risk")],
            "code": concept(
                f"{words}: {text}" if text else words,
                coding(local_codes("mental-health-risk"), kind.replace("_", "-")),
            ),
            "period": period(item.on, ended),
        },
        heading,
        labels={"THIRD_PARTY"} if kind == "from_others" else (),
    )


def advance_decision(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """An advance decision to refuse treatment: DocumentReference that says what, when, and where it is kept."""
    refuses, covers = it.needed("refuses"), it.flag("coversLife")
    withdrawn = it.day("withdrawnOn")
    lines = (
        f"Refuses: {refuses}",
        f"Circumstances: {it.text('circumstances')}",
        f"Covers risk to life: {'not stated' if covers is None else 'yes' if covers else 'no'}",
        f"Kept: {it.text('kept')}",
        f"Witnessed by: {it.text('witnessedBy')}",
    )
    yield teller.say(
        item,
        "advance-decision",
        {
            "resourceType": "DocumentReference",
            "status": "superseded" if withdrawn else "current",
            "type": concept("Advance decision to refuse treatment"),
            "description": f"Refuses: {refuses}",
            "date": when(item.on),
            "content": [{"attachment": plain_text("\n".join(lines), "Advance decision to refuse treatment")}],
        },
        Heading.LEGAL,
        retracts=bool(withdrawn),
    )


_RECOMMENDATIONS: Final = {
    "attempt": "For attempted cardiopulmonary resuscitation",
    "do_not_attempt": "Not for attempted cardiopulmonary resuscitation",
}
_CPR: Final = {"attempt": "450475007", "do_not_attempt": "450476008"}


def resuscitation(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A recommendation about resuscitation: Observation. A withdrawn one retracts what it said."""
    what = listed(it, "recommendation", dict(_RECOMMENDATIONS))
    withdrawn, due, told = it.day("withdrawnOn"), it.day("reviewDueOn"), it.flag("personTold")
    kept, clinician, note, kind = it.text("kept"), it.text("clinician"), it.text("note"), it.text("form")
    if told is None:
        raise BadField(f"{it.path}.personTold", "is missing")
    notes = (
        f"Form: {kind}" if kind else "",
        f"Signed form kept: {kept}" if kept else "",
        f"Review due: {when(due)}" if due else "",
        "The person has been told" if told else "The person has NOT been told",
        note,
    )
    yield teller.say(
        item,
        "resuscitation",
        {
            "resourceType": "Observation",
            "status": "cancelled" if withdrawn else "final",
            "code": concept("Resuscitation recommendation"),
            "effectiveDateTime": when(item.on),
            "valueCodeableConcept": concept(_RECOMMENDATIONS[what], coding(SNOMED, _CPR[what])),
            "performer": [practitioner(clinician)] if clinician else [],
            "note": [{"text": n} for n in notes if n],
        },
        Heading.RESUSCITATION,
        # Until the person has been told, no copy of theirs may be the first to tell them.
        labels=() if told else {"SERIOUS_HARM"},
        retracts=bool(withdrawn),
    )
