"""The fields of PV1, PV2 and ZU1 as elements of an Encounter. What an event does to the visit is in ``encounter``."""

from __future__ import annotations

from adapters.acute.codes import (
    ADMISSION_METHOD,
    ADMISSION_METHODS,
    ADMISSION_SOURCE,
    ADMISSION_SOURCES,
    CARE_HOMES,
    CLASS_RAW,
    CLASS_SYSTEM,
    CLASSES,
    DESTINATION,
    DESTINATIONS,
    DISCHARGE_METHOD,
    DISCHARGE_METHODS,
    PARTICIPANTS,
    PARTICIPATION,
)
from adapters.acute.composites import place, practitioner
from adapters.acute.telling import Telling
from adapters.acute.values import cleared, coded, day, text
from adapters.elements import (
    UK_EXTENSION,
    Element,
    coding,
    concept,
    local_codes,
    local_extension,
    present,
    uk_extension,
)
from adapters.fields import BadField
from adapters.wire.hl7v2 import Segment


def visit_class(pv1: Segment) -> Element:
    """PV1-2 -> Encounter.class. Raises ``BadField`` when it is missing."""
    code = text(pv1, 2).upper()
    if not code:
        raise BadField("PV1-2", "is missing")
    return coding(CLASS_SYSTEM, CLASSES[code]) if code in CLASSES else coding(CLASS_RAW, code)


def _national(code: str, system: str, known: frozenset[str], kind: str, *more: Element) -> Element:
    """A code on its national list where that list has it, and in any case as it was sent."""
    if not code:
        return {}
    raw = coding(local_codes(f"hl7v2-{kind}"), code)
    return concept("", *([coding(system, code)] if code in known else []), *more, raw)


def hospitalization(pv1: Segment, back: bool) -> Element:
    method = _national(text(pv1, 4).upper(), ADMISSION_METHOD, ADMISSION_METHODS, "admission-method")
    to = "" if back else text(pv1, 37)
    group = [coding(local_codes("discharge-destination-group"), "care-home")] if to in CARE_HOMES else []
    return present(
        {
            "admitSource": _national(text(pv1, 14), ADMISSION_SOURCE, ADMISSION_SOURCES, "admission-source"),
            "dischargeDisposition": _national(to, DESTINATION, DESTINATIONS, "discharge-destination", *group),
            "extension": [uk_extension("AdmissionMethod", valueCodeableConcept=method)] if method else [],
        }
    )


def discharge_method(pv1: Segment) -> list[Element]:
    method = _national(text(pv1, 36), DISCHARGE_METHOD, DISCHARGE_METHODS, "discharge-method")
    return [uk_extension("DischargeMethod", valueCodeableConcept=method)] if method else []


def expectations(pv2: Segment | None, zu1: Segment | None) -> list[Element]:
    """Expected dates, and since when the person no longer meets the criteria to reside."""
    found: list[Element] = []
    for segment, position, named in (
        (pv2, 8, "expected-admission"),
        (pv2, 9, "expected-discharge"),
        (zu1, 24, "discharge-ready-date"),
    ):
        if segment is not None and (value := text(segment, position)):
            found.append(local_extension(named, valueDate=day(value, f"{segment.name}-{position}")))
    fit = text(zu1, 22).upper() if zu1 is not None else ""
    if fit not in ("", "Y", "N"):
        raise BadField("ZU1-22", "is neither Y nor N")
    if fit:
        found.append(local_extension("no-longer-meets-criteria-to-reside", valueBoolean=fit == "Y"))
    return found


def participants(pv1: Segment) -> list[Element]:
    found: list[Element] = []
    for position, role in PARTICIPANTS:
        for doctor in pv1.repetitions(position):
            if told := practitioner(doctor):
                kind = concept("", coding(PARTICIPATION, role))
                found.append({"type": [kind], "individual": told})
    return found


def reason(pv2: Segment | None) -> list[Element]:
    if pv2 is None:
        return []
    return [found for value in pv2.repetitions(3) if (found := coded(value, "admit-reason"))]


def locations(pv1: Segment, telling: Telling) -> list[Element]:
    """Where the person lies now and, on a transfer, where until then. A visit that ended keeps its last place."""
    visit = telling.event.visit
    now = [told for value in pv1.repetitions(3) if (told := place(value))]
    before = [told for value in pv1.repetitions(6) if (told := place(value))]
    at = telling.at.isoformat(timespec="seconds")
    if visit is not None and visit.mark == "transfer":
        left: list[Element] = [{"location": t, "status": "completed", "period": {"end": at}} for t in before]
        return [*left, *({"location": t, "status": "active", "period": {"start": at}} for t in now)]
    status = {"finished": "", "planned": "planned"}.get(visit.status if visit else "", "active")
    return [present({"location": told, "status": status}) for told in now]


def clears(pv1: Segment, zu1: Segment | None) -> list[str]:
    """What the message asks to remove, before what it tells is set."""
    asked = {
        "location": cleared(pv1, 3),
        "period.start": cleared(pv1, 44),
        "period.end": cleared(pv1, 45),
        "hospitalization.extension": cleared(pv1, 4),
        "hospitalization.admitSource": cleared(pv1, 14),
        "hospitalization.dischargeDisposition": cleared(pv1, 37),
        f"extension:{UK_EXTENSION}DischargeMethod": cleared(pv1, 36),
        "serviceType": cleared(pv1, 10),
    }
    if zu1 is not None:
        asked[f"extension:{local_url('no-longer-meets-criteria-to-reside')}"] = cleared(zu1, 22)
        asked[f"extension:{local_url('discharge-ready-date')}"] = cleared(zu1, 24)
    return [name for name, is_asked in asked.items() if is_asked]


def local_url(name: str) -> str:
    """The URL of an extension of ours."""
    return str(local_extension(name)["url"])
