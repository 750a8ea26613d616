"""Stays, attendances and the community nurses' lists as ADT events: PV1, PV2, ZU1.

A nurse's list is a visit of its own kind (PV1-2 R, recurring; PV1-18 CASELOAD) that lasts until the person leaves
the list; each contact is a visit within it (CONTACT, PV1-50 names the list).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from demo.lives import Fact
from demo.lives.acute import Admission, Attendance, Caseload, Visit
from demo.lives.facts import Span
from demo.place import STAFF
from demo.systems.acute.clinical import coded, observation
from demo.systems.acute.writing import HOSPITAL, parts, segment, stamp

_DELICATE: Final = {"mental_health": "MENTAL HEALTH LIAISON", "sexual_health": "SEXUAL HEALTH"}
_CONTACT: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Event:
    """An ADT event of a visit. `after` are segments that follow PV1 and PV2, `last` those that end a message."""

    event: str
    about: str
    local_id: str
    occurred: datetime
    recorded: datetime
    visit: str
    after: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    died: bool = False


@dataclass(frozen=True, slots=True)
class Spell:
    """What PV1 says of a visit whatever happens in it; `pv1` writes it for one event."""

    number: str
    kind: str
    began: datetime
    service: str
    doctor: str = ""
    method: str = ""
    source: str = ""
    setting: str = ""
    within: str = ""

    def pv1(
        self, place: str = "", before: str = "", end: datetime | None = None, how: str = "", to: str = ""
    ) -> str:
        """`before` is where the person lay until now, `how` the discharge method, `to` its destination."""
        return segment(
            "PV1",
            {
                1: "1", 2: self.kind, 3: place, 4: self.method, 6: before, 9: self.doctor, 10: self.service,
                14: self.source, 18: self.setting, 19: parts(self.number, "", "", HOSPITAL, "VISIT"), 36: how, 37: to,
                44: stamp(self.began), 45: stamp(end), 50: self.within,
            },
        )  # fmt: skip


def service(fact: Fact, usual: str) -> str:
    """PV1-10: the treatment function; a delicate service is named, since places of care tell as much as codes."""
    return next((name for what, name in _DELICATE.items() if what in fact.sensitive), usual)


def attendance_spell(held: Attendance) -> Spell:
    kind = "E" if held.kind == "emergency" else "O"
    return Spell(held.id, kind, held.on, parts(service(held, held.specialty)), _doctor(held.consultant))


def attendance(held: Attendance) -> Iterator[Event]:
    """A04 on arrival, A03 on leaving."""
    spell = attendance_spell(held)
    where = parts(held.place, "", "", HOSPITAL)
    complaint = segment("PV2", {3: coded(held.complaint)})
    yield Event("A04", held.id, held.local_id, held.on, held.recorded, spell.pv1(where), (complaint,))
    if held.ended:
        left = spell.pv1(where, end=held.ended, to="19" if held.outcome == "discharged" else "")
        yield Event("A03", held.id, held.local_id, held.ended, held.ended, left, (complaint,))


def admission_spell(held: Admission) -> Spell:
    return Spell(
        held.id, "I", held.on, parts(service(held, held.specialty)), _doctor(held.consultant), held.method,
        held.source,
    )  # fmt: skip


def admission(held: Admission) -> Iterator[Event]:
    """A01, A02 for each move, A08 when the person no longer needs the hospital, A03."""
    spell = admission_spell(held)
    moves = held.moves or (Span(held.on, held.discharged, held.bed, held.ward),)
    places = [parts(m.where, "", m.what, HOSPITAL) for m in moves]
    why = {3: coded(held.reason)}
    zu1 = segment("ZU1", {4: stamp(held.on)})
    arrival = spell.pv1(places[0])
    yield Event(
        "A01", held.id, held.local_id, held.on, held.recorded, arrival, (segment("PV2", why),), (zu1,)
    )
    for before, place, move in zip(places, places[1:], moves[1:], strict=False):
        about = f"{held.id} {move.where}"
        yield Event("A02", about, held.local_id, move.start, move.start, spell.pv1(place, before))
    if held.expected:
        why = why | {9: stamp(held.expected)}
    if held.ready_since:
        zu1 = segment("ZU1", {4: stamp(held.on), 22: "Y", 24: stamp(held.ready_since)})
        when = max(_at(held.ready_since, 12), moves[-1].start)
        after = (segment("PV2", why), *_waiting(held, when))
        yield Event("A08", held.id, held.local_id, when, when, spell.pv1(places[-1]), after, (zu1,))
    if held.discharged:
        left = spell.pv1(
            places[-1], end=held.discharged, how=held.discharge_method, to=held.destination
        )  # fmt: skip
        yield Event(
            "A03", held.id, held.local_id, held.discharged, held.discharged, left, (segment("PV2", why),), (zu1,),
            died=held.discharge_method == "4",
        )  # fmt: skip


def _waiting(held: Admission, when: datetime) -> Iterator[str]:
    """ADT has no fields for pathway and funding: the hospital tells them as observations of the stay."""
    rows = (
        ("PATHWAY", "Discharge pathway", "" if held.pathway is None else str(held.pathway)),
        ("WAITING", "Waiting for", held.waiting_for),
        ("FUNDING", "Funding decision", held.funding),
        ("PANEL", "Funding panel", held.panel.isoformat() if held.panel else ""),
    )
    said = [(code, name, value) for code, name, value in rows if value]
    for order, (code, name, value) in enumerate(said, 1):
        yield observation(order, (code, name), value, when)


def caseload_spell(held: Caseload) -> Spell:
    team = held.team.replace("_", " ").capitalize()
    service_ = parts(team.upper(), team)
    return Spell(held.id, "R", held.on, service_, _doctor(held.key_worker), setting="CASELOAD")


def caseload(held: Caseload, first: str) -> Iterator[Event]:
    """A04 when the person comes onto the team's list, A03 when they leave it."""
    spell, local_id = caseload_spell(held), held.local_id or first
    why = segment("PV2", {3: parts("", held.reason)})
    yield Event("A04", held.id, local_id, held.on, held.recorded, spell.pv1(), (why,))
    if held.ended:
        end = _at(held.ended, 17)
        yield Event("A03", held.id, local_id, end, end, spell.pv1(end=end), (why,))


def contact(held: Visit, listed: Caseload, first: str) -> Iterator[Event]:
    """A04 and A03 with the nurse's note; a visit that failed is told on the list's own visit (A08)."""
    local_id = held.local_id or listed.local_id or first
    if not held.done:
        note = observation(1, ("NOT-SEEN", "Visit not made"), f"{held.what}: {held.note}", held.on)
        pv1 = caseload_spell(listed).pv1()
        yield Event("A08", held.id, local_id, held.on, held.recorded, pv1, (note,))
        return
    spell = replace(
        caseload_spell(listed), number=held.id, began=held.on, setting="CONTACT", within=listed.id
    )
    why = segment("PV2", {3: parts("", held.what)})
    end = held.on + _CONTACT
    notes = (observation(1, ("NOTE", "Nursing note"), held.note, end),) if held.note else ()
    yield Event("A04", held.id, local_id, held.on, held.recorded, spell.pv1(), (why,))
    yield Event("A03", held.id, local_id, end, max(end, held.recorded), spell.pv1(end=end), (why, *notes))


def _doctor(who: str) -> str:
    """XCN by name: the fictional staff have no registration numbers, and a made-up one might be somebody's."""
    if not who:
        return ""
    title, *names = (STAFF[who].display_name if who in STAFF else who).split()
    if title not in ("Dr", "Mr", "Mrs", "Ms", "Miss"):
        title, names = "", [title, *names]
    *given, family = names
    return parts("", family, " ".join(given), "", "", title)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
