"""What one medicine statement says of how the drug is taken: state, dose, route, form, times.

Each reading is text that is equal only when two statements say the same. Doses are compared and never merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aggregator.merge import concept
from aggregator.merge.rules import RULES
from schemas.contribution import Resource

_ENDED = frozenset({"completed", "stopped", "cancelled", "not-taken"})
_PLANNED = frozenset({"intended", "draft"})


def medicine_state(resource: Resource) -> str:
    """Current, on hold, ended, only planned, or an order *not* to give it."""
    if resource.get("doNotPerform") is True:
        return "not-to-be-given"
    status = resource.get("status", "")
    if status in _ENDED:
        return "ended"
    if status in _PLANNED or resource.get("intent") in ("proposal", "plan"):
        return "planned"
    return "on-hold" if status == "on-hold" else "current"


def ended_course(resource: Resource) -> str:
    """For a course that is over, the day it began: two courses of one drug are two facts."""
    if medicine_state(resource) != "ended":
        return ""
    period = resource.get("effectivePeriod", {})
    return str(period.get("start") or resource.get("effectiveDateTime") or resource.get("authoredOn") or "")[
        :10
    ]


def dose(resource: Resource) -> str:
    """How much at a time, as told. Words count only where nothing structured says it."""
    said = []
    for dosage in _dosages(resource):
        amounts = dosage.get("doseAndRate") or ()
        text = concept.words(dosage.get("text", ""))
        said.append("+".join(_amount(a) for a in amounts) if amounts else text)
    return "|".join(sorted(said))


def route(resource: Resource) -> str:
    return "|".join(sorted({_route(d["route"]) for d in _dosages(resource) if d.get("route")}))


def _route(told: Mapping[str, Any]) -> str:
    """The declared name of the route, found by its code and else by its words."""
    for _, code in concept.codes(told):
        if code in RULES.routes:
            return RULES.routes[code]
    said = concept.key(told)
    return RULES.routes.get(said, said)


def form(resource: Resource) -> str:
    return concept.key(concept.contained(resource).get("form", {}))


def timing(resource: Resource) -> str:
    """When it is given, as told: structured timing, the words beside a structured dose, "as needed"."""
    said = []
    for dosage in _dosages(resource):
        parts = [
            concept.plain(dosage[e])
            for e in ("timing", "asNeededBoolean", "asNeededCodeableConcept")
            if e in dosage
        ]
        if dosage.get("doseAndRate") and "timing" not in dosage:
            parts.append(concept.words(dosage.get("text", "")))
        said.append(" ".join(parts))
    return "|".join(sorted(said))


def _dosages(resource: Resource) -> Iterable[Mapping[str, Any]]:
    return resource.get("dosage") or resource.get("dosageInstruction") or ()


def _amount(amount: Mapping[str, Any]) -> str:
    return " ".join(concept.quantity(amount[e]) for e in sorted(amount) if e.startswith(("dose", "rate")))
