"""One entry in plain words, for each FHIR type that a record holds. The table of types is at the end.

A line invents nothing and adds nothing: what the resource does not say is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aggregator.care.passport import wording as w
from schemas.contribution import Resource

Words = tuple[str, list[str], list[str]]
"""What it is, what more there is to say of it, and marks that must catch the eye."""

_HIDDEN_STATUS = frozenset({"active", "completed", "final", "current", "finished", "confirmed", "unknown"})


def _state(told: Any) -> str:
    """A status worth saying: the usual one is not."""
    code = (
        told
        if isinstance(told, str)
        else next((c.get("code", "") for c in (told or {}).get("coding", ())), "")
    )
    return "" if code in _HIDDEN_STATUS else str(code).replace("-", " ")


def allergy(r: Resource) -> Words:
    marks = [m for m in (_state(r.get("clinicalStatus")), _state(r.get("verificationStatus"))) if m]
    details = []
    for reaction in r.get("reaction") or ():
        shown = w.joined(w.concept(m) for m in reaction.get("manifestation") or ())
        severity = reaction.get("severity", "")
        details.append(w.joined([shown, f"({severity})" if severity else ""], " "))
    if r.get("criticality") == "high":
        marks.append("high risk")
    graded = w.extension(r, "allergy-severity")
    grade = graded if isinstance(graded, str) else w.concept(graded)
    if grade:
        details.append(f"severity as graded by the source: {grade}")
    return w.concept(r.get("code")) or "Substance not named", [d for d in details if d] + w.notes(r), marks


def medicine(r: Resource) -> Words:
    marks = []
    if w.extension(r, "time-critical") is True:
        marks.append("time-critical")
    if w.extension(r, "controlled-drug") is True:
        marks.append("controlled drug")
    if state := _state(r.get("status")):
        marks.append(state)
    named = w.concept(r.get("medicationCodeableConcept")) or w.display(r.get("medicationReference"))
    if not named:
        named = next((w.concept(c.get("code")) for c in r.get("contained") or () if c.get("code")), "")
    details = [_dosage(d) for d in [*(r.get("dosage") or ()), *(r.get("dosageInstruction") or ())]]
    form, change = w.extension(r, "medicine-form"), w.extension(r, "medicine-change")
    details += [str(form) if form else "", f"change: {change}" if change else ""]
    reason = w.joined(w.concept(c) for c in r.get("reasonCode") or ())
    details.append(f"for {reason}" if reason else "")
    taken = w.span(r.get("effectivePeriod"))
    details.append(taken)
    return named or "Medicine not named", [d for d in details if d] + w.notes(r), marks


def _dosage(told: Mapping[str, Any]) -> str:
    if told.get("text"):
        return str(told["text"])
    doses = [w.quantity(d.get("doseQuantity")) for d in told.get("doseAndRate") or ()]
    often = w.concept((told.get("timing") or {}).get("code"))
    return w.joined([*doses, w.concept(told.get("route")), often], " ")


def condition(r: Resource) -> Words:
    marks = [m for m in (_state(r.get("clinicalStatus")), _state(r.get("verificationStatus"))) if m]
    since, ended = w.day(r.get("onsetDateTime")), w.day(r.get("abatementDateTime"))
    severity = w.concept(r.get("severity"))
    details = [f"since {since}" if since else "", f"until {ended}" if ended else "", severity]
    return w.concept(r.get("code")) or "Not named", [d for d in details if d] + w.notes(r), marks


def observation(r: Resource) -> Words:
    code, value = w.concept(r.get("code")), _value(r)
    parts = [
        w.joined([w.concept(c.get("code")), _value(c)], ": ")
        for c in r.get("component") or ()
        if isinstance(c, Mapping)
    ]
    by = w.joined(w.display(p) for p in r.get("performer") or ())
    on = w.moment(r.get("effectiveDateTime"))
    details = [*parts, w.joined([on, f"by {by}" if by else ""])]
    marks = [m for m in (_state(r.get("status")),) if m]
    said = [code, value] if code.casefold() != value.casefold() else [value]
    return w.joined(said, ": ") or "Not named", [d for d in details if d] + w.notes(r), marks


def _value(r: Mapping[str, Any]) -> str:
    """The words of ``value[x]``, whichever type it has; "" when there is none, or none that can be read."""
    for name, said in r.items():
        if name in _VALUES:
            return _VALUES[name](said)
    return ""


_VALUES: dict[str, Callable[[Any], str]] = {
    "valueQuantity": w.quantity,
    "valueCodeableConcept": w.concept,
    "valueCoding": lambda said: w.concept({"coding": [said]}),
    "valueBoolean": lambda said: "yes" if said else "no",
    "valueDateTime": w.moment,
    "valueDate": w.day,
    "valuePeriod": w.span,
    "valueReference": w.display,
    "valueRange": lambda said: w.joined([w.quantity(said.get("low")), w.quantity(said.get("high"))], " to "),
} | dict.fromkeys(("valueString", "valueInteger", "valueDecimal", "valueTime", "valueUri"), str)


def encounter(r: Resource) -> Words:
    kind = w.joined([*(w.named(t) for t in r.get("type") or ()), w.named(r.get("serviceType"))])
    klass = r.get("class") or {}
    what = kind or _CLASSES.get(str(klass.get("code")), "") or str(klass.get("display") or "Contact")
    places = w.joined(w.display(p.get("location")) for p in r.get("location") or ())
    stay = r.get("hospitalization") or {}
    went = w.named(stay.get("dischargeDisposition"))
    details = [
        w.span(r.get("period")),
        w.joined(w.concept(c) for c in r.get("reasonCode") or ()),
        w.joined([w.display(r.get("serviceProvider")), places]),
        f"left to: {went}" if went else "",
    ]
    marks = [m for m in (_state(r.get("status")),) if m]
    return what, [d for d in details if d], marks


_CLASSES = {
    "EMER": "Emergency department",
    "IMP": "Hospital stay",
    "ACUTE": "Hospital stay",
    "AMB": "Outpatient visit",
    "HH": "Visit at home",
    "VR": "By phone or video",
    "SS": "Short stay",
    "PRENC": "Planned admission",
}


def episode(r: Resource) -> Words:
    what = w.joined(w.concept(t) for t in r.get("type") or ()) or "Service"
    schedule, a_day = w.extension(r, "package-schedule"), w.extension(r, "package-visits-a-day")
    details = [
        w.display(r.get("managingOrganization")),
        str(schedule) if schedule else "",
        f"{a_day} visits a day" if a_day else "",
        w.span(r.get("period")),
    ]
    return what, [d for d in details if d], [m for m in (_state(r.get("status")),) if m]


def flag(r: Resource) -> Words:
    marks = [m for m in (_state(r.get("status")),) if m]
    return w.concept(r.get("code")) or "Alert", [d for d in (w.span(r.get("period")),) if d], marks


def task(r: Resource) -> Words:
    what = w.concept(r.get("code")) or str(r.get("description") or "Assessment")
    owner = w.display(r.get("owner"))
    when = w.span(r.get("executionPeriod")) or w.day(r.get("authoredOn"))
    told = str(r.get("description") or "")
    details = [told if told != what else "", when, f"by {owner}" if owner else "", *w.notes(r)]
    return what, [d for d in details if d], [m for m in (_state(r.get("status")),) if m]


def request(r: Resource) -> Words:
    what = w.concept(r.get("code")) or w.concept(r.get("codeCodeableConcept"))
    when = w.day(r.get("authoredOn"))
    details = [f"asked {when}" if when else "", *w.notes(r)]
    return what or "Request", [d for d in details if d], [m for m in (_state(r.get("status")),) if m]


def team(r: Resource) -> Words:
    people = []
    for one in r.get("participant") or ():
        roles = w.joined(w.concept(x) for x in one.get("role") or ())
        people.append(w.joined([w.display(one.get("member")), f"({roles})" if roles else ""], " "))
    organisations = w.joined(w.display(o) for o in r.get("managingOrganization") or ())
    details = [str(r.get("name") or "") if people else "", organisations, w.phones(r.get("telecom"))]
    return w.joined(people) or str(r.get("name") or "Team"), [d for d in details if d], []


def relative(r: Resource) -> Words:
    who = w.joined((w.name(n) for n in r.get("name") or ()), " or ") or "Name not known"
    details = [
        w.joined(w.concept(c) for c in r.get("relationship") or ()),
        w.phones(r.get("telecom")),
        *(w.address(a) for a in r.get("address") or ()),
    ]
    return who, [d for d in details if d], ["no longer"] if r.get("active") is False else []


def questionnaire(r: Resource) -> Words:
    """Questions and answers, at any depth; the first stands for the whole."""
    said, waiting = [], list(r.get("item") or ())
    while waiting:
        one = waiting.pop(0)
        question = str(one.get("text") or one.get("linkId") or "")
        answers = one.get("answer") or ()
        told = w.joined((_value(a) for a in answers), "; ")
        if told:
            said.append(w.joined([question, told], ": "))
        inside = [*(one.get("item") or ()), *(i for a in answers for i in a.get("item") or ())]
        waiting = inside + waiting
    return (said or ["Form without answers"])[0], said[1:], []


def document(r: Resource) -> Words:
    what = w.concept(r.get("type")) or str(r.get("description") or "Document")
    by = w.joined(w.display(a) for a in r.get("author") or ())
    details = [str(r.get("description") or ""), w.moment(r.get("date")), f"by {by}" if by else ""]
    return what, [d for d in details if d and d != what], [m for m in (_state(r.get("status")),) if m]


def plan(r: Resource) -> Words:
    what = str(r.get("title") or "") or w.concept(r.get("description")) or str(r.get("description") or "Plan")
    doing = [
        str((a.get("detail") or {}).get("description") or w.concept((a.get("detail") or {}).get("code")))
        for a in r.get("activity") or ()
    ]
    return what, [d for d in doing if d] + w.notes(r), []


def anything(r: Resource) -> Words:
    """A type without a shape of its own: its concept, text or title, and its notes."""
    what = w.concept(r.get("code")) or w.concept(r.get("type")) or w.concept(r.get("vaccineCode"))
    what = what or str(r.get("title") or r.get("name") or r.get("description") or r.get("resourceType"))
    when = next((told for name in _DATES if (told := w.moment(r.get(name)))), "")
    details = [
        when,
        w.span(r.get("performedPeriod") or r.get("period")),
        str(r.get("conclusion") or ""),
        *w.notes(r),
    ]
    return what, [d for d in details if d], [m for m in (_state(r.get("status")),) if m]


_DATES = ("performedDateTime", "effectiveDateTime", "occurrenceDateTime", "dateTime", "date")

LINES: dict[str, Callable[[Resource], Words]] = {
    "AllergyIntolerance": allergy,
    "MedicationStatement": medicine,
    "MedicationRequest": medicine,
    "Condition": condition,
    "Observation": observation,
    "Encounter": encounter,
    "EpisodeOfCare": episode,
    "Flag": flag,
    "Task": task,
    "ServiceRequest": request,
    "DeviceRequest": request,
    "CareTeam": team,
    "RelatedPerson": relative,
    "QuestionnaireResponse": questionnaire,
    "DocumentReference": document,
    "CarePlan": plan,
    "Goal": plan,
}


def words(resource: Resource) -> Words:
    return LINES.get(str(resource["resourceType"]), anything)(resource)
