"""Allergies, medicines, problems, observations, contacts with services: clinical types in words.

Medicine lines after the Common User Interface guidance (screens conventions 1a, MEDi): the name is never cut,
the dose stands out with a space before its unit, the status is never blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from aggregator.care.passport import wording as w
from aggregator.doors.web.reading import dates
from aggregator.doors.web.reading.words import (
    USUAL,
    Reader,
    Tag,
    Text,
    Words,
    code,
    kept,
    labelled,
    person_or_place,
    said,
    states,
    strong,
)
from schemas.contribution import Resource

Names = dict[str, str]

_ALLERGY: dict[str, Tag | None] = {
    "active": None, "confirmed": None, "unconfirmed": Tag("Not confirmed", "yellow"),
    "refuted": Tag("Ruled out"), "resolved": Tag("Resolved"), "inactive": Tag("No longer"),
    "entered-in-error": Tag("Entered in error", "red"),
}  # fmt: skip
_PROBLEM: dict[str, Tag | None] = {
    "active": None, "confirmed": None, "provisional": Tag("Provisional", "yellow"),
    "differential": Tag("One of several possible", "yellow"), "unconfirmed": Tag("Not confirmed", "yellow"),
    "refuted": Tag("Ruled out"), "resolved": Tag("Resolved"), "inactive": Tag("Inactive"),
    "remission": Tag("In remission"), "recurrence": Tag("Returned", "orange"), "relapse": Tag("Relapse", "orange"),
    "entered-in-error": Tag("Entered in error", "red"),
}  # fmt: skip
MEDICINE: dict[str, Tag | None] = {
    "active": Tag("Started", "green"), "intended": Tag("Not started", "blue"), "draft": Tag("Not started", "blue"),
    "on-hold": Tag("Suspended", "yellow"), "completed": Tag("Completed"), "stopped": Tag("Discontinued"),
    "cancelled": Tag("Discontinued"), "not-taken": Tag("Not taken", "orange"),
    "entered-in-error": Tag("Entered in error", "red"), "unknown": Tag("Status not known", "yellow"),
}  # fmt: skip
_OVER = frozenset({"completed", "stopped", "cancelled", "entered-in-error", "not-taken"})
_VISITS = {
    "EMER": "Emergency department", "IMP": "Hospital stay", "ACUTE": "Hospital stay",
    "AMB": "Outpatient or clinic visit", "HH": "Visit at home", "VR": "By phone or video",
    "SS": "Short stay", "PRENC": "Planned admission",
}  # fmt: skip
_INTERPRETATIONS = {
    "H": "High", "L": "Low", "HH": "Very high", "LL": "Very low", "A": "Abnormal", "AA": "Very abnormal",
    "POS": "Positive", "NEG": "Negative", "R": "Resistant", "S": "Susceptible",
}  # fmt: skip
_AMOUNT = re.compile(r"\A(\d[\d,. ]*(?:micrograms?|mg|g|mL|ml|units?|tablets?|puffs?|drops?|%)\b)", re.I)


def allergy(r: Resource, names: Names) -> Words:
    tags = list(
        states((code(r.get("clinicalStatus")), _ALLERGY), (code(r.get("verificationStatus")), _ALLERGY))
    )
    if r.get("criticality") == "high":
        tags.insert(0, Tag("High risk", "red"))
    reactions: list[Text] = []
    for reaction in r.get("reaction") or ():
        shown = w.joined(w.concept(m) for m in reaction.get("manifestation") or ())
        severity = str(reaction.get("severity") or "")
        reactions.append(w.joined([shown, f"({severity})" if severity else ""], " "))
    graded = w.extension(r, "allergy-severity")
    grade = graded if isinstance(graded, str) else w.concept(graded)
    grade = {"SV": "severe", "MO": "moderate", "MI": "mild", "U": "not known"}.get(grade, grade)
    details = [*reactions, labelled("Severity", grade), *w.notes(r)]
    past = any(t.text in ("Ruled out", "Resolved", "No longer", "Entered in error") for t in tags)
    told = str(r.get("recordedDate") or "")
    return Words(
        w.concept(r.get("code")) or "Substance not named",
        kept(details),
        tuple(tags),
        dates.day(told),
        told,
        past,
    )


def medicine(r: Resource, names: Names) -> Words:
    named = w.concept(r.get("medicationCodeableConcept")) or w.display(r.get("medicationReference"))
    named = named or next((w.concept(c.get("code")) for c in r.get("contained") or () if c.get("code")), "")
    form, change = w.extension(r, "medicine-form"), w.extension(r, "medicine-change")
    doses = [_dose(d) for d in [*(r.get("dosage") or ()), *(r.get("dosageInstruction") or ())]]
    status = code(r.get("status"))
    tags = list(states((status, MEDICINE))) or [Tag("Status not known", "yellow")]
    if w.extension(r, "controlled-drug") is True:
        tags.insert(0, Tag("Controlled drug", "purple"))
    if w.extension(r, "time-critical") is True:
        tags.insert(0, Tag("Time-critical", "red"))
    taken = r.get("effectivePeriod") or {}
    reason = w.joined(w.concept(c) for c in r.get("reasonCode") or ())
    details = [
        *(doses or ["Dose not recorded"]),
        str(form) if form and str(form).casefold() not in named.casefold() else "",
        labelled("For", reason),
        labelled("Change", str(change or "")),
        dates.span(taken),
        *w.notes(r),
    ]
    told = str(taken.get("start") or r.get("effectiveDateTime") or r.get("authoredOn") or "")
    return Words(strong(named) or "Medicine not named", kept(details), tuple(tags), "", told, status in _OVER)


def _dose(told: Mapping[str, Any]) -> Text:
    """DOSE, the amount in bold, then route and frequency, in the order that CUI gives."""
    label = Markup('<span class="app-dose">DOSE</span> ')
    amounts = [quantity(d.get("doseQuantity")) for d in told.get("doseAndRate") or ()]
    if any(amounts):
        often = w.concept((told.get("timing") or {}).get("code"))
        rest = w.joined([w.concept(told.get("route")), often], " – ")
        return label + strong(", ".join(a for a in amounts if a)) + (f" – {rest}" if rest else "")
    text = str(told.get("text") or "")
    found = _AMOUNT.match(text)
    if found:
        return label + strong(found[1]) + text[found.end() :]
    return label + text if text else ""


def quantity(told: Any) -> str:
    """Value and unit: a space between, a comma at a thousand, the digits as they were told."""
    if not isinstance(told, Mapping) or told.get("value") is None:
        return ""
    value = str(told["value"])
    whole, dot, rest = value.partition(".")
    if whole.isdigit() and len(whole) > 3:
        value = f"{int(whole):,}{dot}{rest}"
    unit = told.get("unit") or told.get("code") or ""
    return f"{told.get('comparator', '')}{value} {unit}".strip()


def condition(r: Resource, names: Names) -> Words:
    tags = states((code(r.get("clinicalStatus")), _PROBLEM), (code(r.get("verificationStatus")), _PROBLEM))
    since, ended = (
        str(r.get("onsetDateTime") or r.get("recordedDate") or ""),
        str(r.get("abatementDateTime") or ""),
    )
    support = any("support reason" in w.concept(c).casefold() for c in r.get("category") or ())
    details = [w.concept(r.get("severity")), "Reason for social care support" if support else "", *w.notes(r)]
    when = dates.span({"start": since, "end": ended})
    past = any(t.text in ("Ruled out", "Resolved", "Entered in error", "Inactive") for t in tags)
    return Words(w.concept(r.get("code")) or "Not named", kept(details), tags, when, since, past)


def observation(r: Resource, names: Names) -> Words:
    named, value = w.concept(r.get("code")), value_of(r)
    parts = [
        w.joined([w.concept(c.get("code")), value_of(c)], ": ")
        for c in r.get("component") or ()
        if isinstance(c, Mapping)
    ]
    marks = [
        Tag(_INTERPRETATIONS.get(told, told), "orange")
        for i in r.get("interpretation") or ()
        if (told := w.concept(i)) not in ("", "N")
    ]
    by = w.joined(person_or_place(p, names) for p in r.get("performer") or ())
    told = str(r.get("effectiveDateTime") or (r.get("effectivePeriod") or {}).get("start") or "")
    if named == value:
        named = ""  # some sources tell a recommendation as its own value
    what = Markup("{}: {}").format(named, strong(value)) if named and value else named or value or "Not named"
    details = [*parts, labelled("Reference range", _range(r)), labelled("By", by), *w.notes(r)]
    return Words(
        what, kept(details), (*marks, *states((code(r.get("status")), USUAL))), dates.moment(told), told
    )


def _range(r: Mapping[str, Any]) -> str:
    """The first reference range that is told, in words."""
    told: Mapping[str, Any] = next(iter(r.get("referenceRange") or ()), {})
    low, high = quantity(told.get("low")), quantity(told.get("high"))
    if low and high:
        return f"{told['low']['value']} to {high}"
    return str(told.get("text") or (f"from {low}" if low else f"up to {high}" if high else ""))


def value_of(r: Mapping[str, Any]) -> str:
    for name, told in r.items():
        match name:
            case "valueQuantity":
                return quantity(told)
            case "valueCodeableConcept":
                return w.concept(told)
            case "valueBoolean":
                return "yes" if told else "no"
            case "valueDateTime" | "valueDate":
                return dates.long_moment(told)
            case "valueString" | "valueInteger" | "valueDecimal":
                return str(told)
    return ""


def _service(told: Any) -> str:
    text = said(told)
    return f"Service {text}" if text.startswith("code ") else text


def encounter(r: Resource, names: Names) -> Words:
    klass = r.get("class") or {}
    kind = _VISITS.get(str(klass.get("code")), "") or str(klass.get("display") or "")
    told = w.joined([*(said(t) for t in r.get("type") or ()), _service(r.get("serviceType"))])
    places = w.joined(dict.fromkeys(w.display(p.get("location")) for p in r.get("location") or ()))
    went = said((r.get("hospitalization") or {}).get("dischargeDisposition"))
    period = r.get("period") or {}
    details = [
        told if kind else "",
        labelled("Why", w.joined(said(c) for c in r.get("reasonCode") or ())),
        w.joined([person_or_place(r.get("serviceProvider"), names), places]),
        labelled("Left to", went),
    ]
    when = dates.span(period) if period.get("end") else dates.moment(period.get("start"))
    return Words(
        kind or told or "Contact",
        kept(details),
        states((code(r.get("status")), USUAL)),
        when,
        str(period.get("start") or ""),
    )


READERS: dict[str, Reader] = {
    "AllergyIntolerance": allergy,
    "MedicationStatement": medicine,
    "MedicationRequest": medicine,
    "Condition": condition,
    "Observation": observation,
    "Encounter": encounter,
}
