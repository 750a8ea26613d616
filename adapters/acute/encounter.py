"""PV1, PV2 and ZU1: the visit. One Encounter for each visit number, changed by each event about it.

What an event does not say is left alone. An update (A08) says nothing of the status, but it shows that the visit
began: that is told with the time of its beginning, so that an update after a discharge does not undo it.
A cancelled discharge clears what the discharge said; a cancelled admission takes the visit back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

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
from adapters.acute.values import cleared, coded, day, moment, stamp, text
from adapters.elements import (
    Element,
    coding,
    concept,
    local_codes,
    local_extension,
    organisation,
    present,
    uk_extension,
)
from adapters.fields import BadField
from adapters.wire.hl7v2 import Segment
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim, Statement
from schemas.identifiers import Identifier

STATUS: Final = {
    "ADT^A01": "in-progress",
    "ADT^A02": "in-progress",
    "ADT^A03": "finished",
    "ADT^A04": "arrived",
    "ADT^A05": "planned",
    "ADT^A11": "cancelled",
    "ADT^A12": "in-progress",
    "ADT^A13": "in-progress",
}
"""Event -> status. An event that is not here is an update (A08)."""

# Only these begin, end or reopen an attendance. Others would have to say "still here" without knowing it, and
# that would give access back after a discharge.
_ATTENDING: Final = frozenset({"ADT^A01", "ADT^A03", "ADT^A04", "ADT^A11", "ADT^A13"})


def visit_of(pv1: Segment, telling: Telling) -> Identifier:
    """The visit's identifier: (organisation, PV1-19). Raises ``BadField`` when there is none."""
    number = text(pv1, 19)
    if not number:
        raise BadField("PV1-19", "is missing: a visit without a number cannot be told from another")
    return telling.named("visit", number)


def read_encounter(pv1: Segment, telling: Telling) -> tuple[list[Statement], list[RelationshipClaim]]:
    """The Encounter and, once the person has come, the attendance that it makes. Raises ``BadField``."""
    visit = telling.visit
    assert visit is not None, "visit_of comes first"
    event = telling.message.event
    pv2, zu1 = telling.message.segment("PV2"), telling.message.segment("ZU1")
    cancelled, back = event == "ADT^A11", event == "ADT^A13"
    start, end = _time(pv1, 44), "" if back else _time(pv1, 45)
    if event == "ADT^A03" and not end:
        end = telling.at.isoformat(timespec="seconds")
    resource: Element = {
        "resourceType": "Encounter",
        "status": STATUS.get(event) or _status(pv1, end),
        "class": _class(pv1),
        "serviceType": coded(service[0], "hospital-service") if (service := pv1.repetitions(10)) else {},
        "participant": _participants(pv1),
        "period": present({"start": start, "end": end}),
        "reasonCode": _reason(pv2),
        "hospitalization": _hospitalization(pv1, back),
        "location": _locations(pv1, telling),
        "serviceProvider": organisation(telling.key.organisation),
        "extension": [*([] if back else _discharge_method(pv1)), *_expectations(pv2, zu1)],
    }
    clears = ["period", "hospitalization", "extension"] if back else _clears(pv1, zu1)
    # What takes a visit back is not delicate, whatever service it was for: else the dead visit would be seen.
    speaker = replace(telling, service="") if cancelled else telling
    told = [
        speaker.say(
            visit,
            resource,
            Heading.ENCOUNTERS,
            retracts=cancelled,
            partial=not cancelled,
            clears=clears,
        )
    ]
    if event not in STATUS and start and resource["class"].get("code") != "PRENC":
        begun = {
            "resourceType": "Encounter",
            "status": "in-progress",
            "class": resource["class"],
            "period": {"start": start},
        }
        at = min(moment(text(pv1, 44), "PV1-44"), telling.at)
        told.insert(0, telling.say(visit, begun, Heading.ENCOUNTERS, at=at, partial=True))
    return told, _attendance(pv1, telling, event, back)


def _clears(pv1: Segment, zu1: Segment | None) -> list[str]:
    """Elements that the message asks to remove, before what it tells is set."""
    asked = {
        "location": cleared(pv1, 3),
        "period": cleared(pv1, 44, 45),
        "hospitalization": cleared(pv1, 4, 14, 37),
        "extension": cleared(pv1, 36) or (zu1 is not None and cleared(zu1, 22, 24)),
        "serviceType": cleared(pv1, 10),
    }
    return [name for name, is_asked in asked.items() if is_asked]


def _attendance(pv1: Segment, telling: Telling, event: str, back: bool) -> list[RelationshipClaim]:
    assert telling.visit is not None
    start = text(pv1, 44)
    told = event in _ATTENDING or (event == "ADT^A08" and bool(start) and pv1.get(45) is not None)
    if not told:
        _end(pv1, moment(start, "PV1-44") if start else telling.at)
        return []
    begun = moment(start, "PV1-44") if start else telling.at
    ended: datetime | None = None
    if event == "ADT^A11":
        ended = telling.at
    elif not back:
        ended = _end(pv1, begun) or (telling.at if event == "ADT^A03" else None)
    own = telling.key.organisation
    return [
        RelationshipClaim(
            telling.key, own, RelationshipKind.ATTENDANCE, begun, ended, telling.visit, telling.at
        )
    ]


def _end(pv1: Segment, begun: datetime) -> datetime | None:
    """PV1-45, None when it is not told. Raises ``BadField`` when the end comes before the beginning."""
    value = text(pv1, 45)
    ended = moment(value, "PV1-45") if value else None
    if ended is not None and ended < begun:
        raise BadField("PV1-45", "is before PV1-44")
    return ended


def _time(segment: Segment, position: int) -> str:
    value = text(segment, position)
    return stamp(value, f"{segment.name}-{position}") if value else ""


def _status(pv1: Segment, end: str) -> str:
    """What an update shows by itself; "" leaves the status as it was."""
    if end:
        return "finished"
    if text(pv1, 2).upper() == "P":
        return "planned"
    return "in-progress" if cleared(pv1, 45) else ""


def _class(pv1: Segment) -> Element:
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


def _hospitalization(pv1: Segment, back: bool) -> Element:
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


def _discharge_method(pv1: Segment) -> list[Element]:
    method = _national(text(pv1, 36), DISCHARGE_METHOD, DISCHARGE_METHODS, "discharge-method")
    return [uk_extension("DischargeMethod", valueCodeableConcept=method)] if method else []


def _expectations(pv2: Segment | None, zu1: Segment | None) -> list[Element]:
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


def _participants(pv1: Segment) -> list[Element]:
    found: list[Element] = []
    for position, role in PARTICIPANTS:
        for doctor in pv1.repetitions(position):
            if told := practitioner(doctor):
                kind = concept("", coding(PARTICIPATION, role))
                found.append({"type": [kind], "individual": told})
    return found


def _reason(pv2: Segment | None) -> list[Element]:
    if pv2 is None:
        return []
    return [found for value in pv2.repetitions(3) if (found := coded(value, "admit-reason"))]


def _locations(pv1: Segment, telling: Telling) -> list[Element]:
    """Where the person lies now and, on a transfer, where until then."""
    found: list[Element] = []
    now = [told for value in pv1.repetitions(3) if (told := place(value))]
    before = [told for value in pv1.repetitions(6) if (told := place(value))]
    at = telling.at.isoformat(timespec="seconds")
    moved = telling.message.event == "ADT^A02"
    if moved:
        found += [{"location": told, "status": "completed", "period": {"end": at}} for told in before]
    ended = telling.message.event == "ADT^A03"
    for told in now:
        entry: Element = {"location": told, "status": "completed" if ended else "active"}
        if moved:
            entry["period"] = {"start": at}
        found.append(entry)
    return found
