"""SIU: appointments. One Appointment for each number (SCH-2, else SCH-1), changed by each message about it.

SIU has no EVN: messages are ordered by when they were made (MSH-7). Of a series each number is its own
appointment. Not here: what came of an appointment (the visit of an A04 or A01 message).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from adapters.acute.codes import APPOINTMENT_STATUS, HL7
from adapters.acute.composites import place, practitioner
from adapters.acute.telling import Telling
from adapters.acute.values import coded, moment, said, text
from adapters.elements import Element, coding, concept, patient_of
from adapters.fields import BadField
from adapters.wire.hl7v2 import Message, Segment
from schemas.codes import Heading
from schemas.contribution import Statement

_MINUTES: Final = {"": 1, "M": 1, "MIN": 1, "MINS": 1, "MINUTES": 1, "H": 60, "HR": 60, "S": 1 / 60}
_OFF: Final = frozenset({"cancelled", "noshow"})


def read_appointment(message: Message, telling: Telling) -> Statement:
    """SCH and the AIx beside it -> Appointment. Raises ``BadField``."""
    sch = message.segment("SCH")
    assert sch is not None, "the reader refuses an appointment without SCH"
    number = text(sch, 2) or text(sch, 1)
    if not number:
        raise BadField("SCH-2", "is missing: an appointment without a number cannot be told from another")
    status = telling.event.appointment
    if status == "booked":
        told = text(sch, 25).upper()
        status = APPOINTMENT_STATUS.get(told, "booked") if told else "booked"
    start, end = _when(message, sch)
    if start is None and status not in ("cancelled", "waitlist"):
        raise BadField("SCH-11", "is missing: when the appointment is is not told")
    reason = next((coded(value, "appointment-reason") for value in sch.repetitions(7)), {})
    why = next((coded(value, "appointment-event") for value in sch.repetitions(6)), {})
    resource: Element = {
        "resourceType": "Appointment",
        "status": status,
        "cancelationReason": why if status in _OFF else {},
        "serviceType": [
            found
            for ais in message.segments("AIS")
            for v in ais.repetitions(3)
            if (found := coded(v, "service"))
        ],
        "appointmentType": next((coded(value, "appointment-type") for value in sch.repetitions(8)), {}),
        "reasonCode": [reason] if reason else [],
        "start": start.isoformat(timespec="seconds") if start else "",
        "end": end.isoformat(timespec="seconds") if end else "",
        "comment": "\n".join(w for nte in message.segments("NTE") if (w := said(nte.text(3)))),
        "participant": _participants(message, telling),
    }
    named = telling.named("appointment", number)
    return telling.say(named, resource, Heading.ENCOUNTERS, retracts=telling.event.retracts)


def _when(message: Message, sch: Segment) -> tuple[datetime | None, datetime | None]:
    """From SCH-11 (before v2.5), TQ1, or the first resource that has a time; both or neither."""
    places = [(sch, 11, 4, 5)]
    places += [(tq1, 7, 1, 0) for tq1 in message.segments("TQ1")]
    places += [(ais, 4, 1, 0) for ais in message.segments("AIS")]
    places += [(one, 6, 1, 0) for name in ("AIL", "AIP") for one in message.segments(name)]
    for segment, position, component, until in places:
        value = text(segment, position, component)
        if not value:
            continue
        field = f"{segment.name}-{position}"
        start = moment(value, field)
        last = text(segment, position, until) if until else text(segment, 8) if segment.name == "TQ1" else ""
        end = moment(last, field) if last else start + timedelta(minutes=_minutes(sch))
        if end < start:
            raise BadField(field, "ends before it begins")
        return start, end
    return None, None


def _minutes(sch: Segment) -> float:
    """SCH-9 in the unit of SCH-10; 0 when it is not told."""
    told, unit = text(sch, 9), text(sch, 10).upper()
    if not told:
        return 0
    if not (told.isascii() and told.isdigit()) or len(told) > 6 or unit not in _MINUTES:
        raise BadField("SCH-9", "is not a duration in minutes, hours or seconds")
    return int(told) * _MINUTES[unit]


def _participants(message: Message, telling: Telling) -> list[Element]:
    """The person, who sees them, and where."""
    actors = [patient_of(telling.key)]
    for name, read in (("AIP", practitioner), ("AIL", place)):
        actors += [told for one in message.segments(name) for v in one.repetitions(3) if (told := read(v))]
    if len(actors) == 1:
        doctors = [
            told for pv1 in message.segments("PV1") for v in pv1.repetitions(9) if (told := practitioner(v))
        ]
        actors += doctors[:1]
    kind = concept("", coding(f"{HL7}v3-ParticipationType", "SBJ"))
    return [
        {"actor": actor, "status": "accepted", **({"type": [kind]} if n == 0 else {})}
        for n, actor in enumerate(actors)
    ]
