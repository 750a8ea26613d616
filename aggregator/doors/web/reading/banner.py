"""The patient banner: who this page is about. Order and labels after the Common User Interface (PAB).

``FAMILY, Given (Title)`` without a label; Born with age, Gender, NHS No.; for somebody who has died, Died and
Age at Death in the place of the age. Unknown is said in words. A name is never cut short.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from aggregator.care.passport import banner as plain
from aggregator.care.passport import wording as w
from aggregator.doors.web.reading import dates
from aggregator.doors.web.reading.words import code, person_or_place
from schemas import person
from schemas.codes import Heading
from schemas.record import Record

NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Banner:
    name: str = field(repr=False)
    preferred: str = field(repr=False)
    born: Markup = field(repr=False)
    age: str
    died: Markup = field(repr=False)
    age_at_death: str
    informal_death: bool
    gender: str
    number: str = field(repr=False)
    needs: tuple[str, ...] = field(repr=False)
    staff_safety: tuple[str, ...] = field(repr=False)
    address: tuple[str, ...] = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)
    practice: str
    language: str
    location_restricted: bool
    linked: bool
    emergency: bool

    @property
    def dead(self) -> bool:
        return bool(self.died)


def banner(record: Record, names: Mapping[str, str]) -> Banner:
    """The banner of one record; a record without demographics says that the name is not known."""
    patient = plain.patient_of(record) or {}
    told = person.demographics(patient)
    today = dates.local(record.made_at).date()
    death = person.death(patient)
    died_on = patient.get("deceasedDateTime")
    born = told.birth_date
    return Banner(
        name=plain.formal_name(patient),
        preferred=next((w.name(n) for n in patient.get("name") or () if n.get("use") == "nickname"), ""),
        born=dates.day(patient.get("birthDate") or NOT_KNOWN),
        age="" if death or born is None else _age(born, today),
        died=dates.day(died_on or "date not known") if death else Markup(""),
        age_at_death=_age_at(born, str(died_on or "")) if death else "",
        informal_death=death == "informal",
        gender=_gender(str(patient.get("gender") or "")),
        number=told.nhs_number.spaced() if told.nhs_number else NOT_KNOWN,
        needs=plain.needs(record),
        staff_safety=_staff_safety(record),
        address=tuple(w.address(a) for a in patient.get("address") or () if a.get("use") != "old"),
        phones=tuple(str(t["value"]) for t in patient.get("telecom") or () if t.get("value")),
        practice=w.joined(person_or_place(g, dict(names)) for g in patient.get("generalPractitioner") or ()),
        language=w.joined(w.concept(c.get("language")) for c in patient.get("communication") or ()),
        location_restricted=record.location_restricted,
        linked=record.linked,
        emergency=record.emergency,
    )


def _staff_safety(record: Record) -> tuple[str, ...]:
    found = (
        w.concept(e.resource.get("code"))
        for e in record.under(Heading.STAFF_SAFETY)
        if code(e.resource.get("status")) != "inactive"
    )
    return tuple(dict.fromkeys(f for f in found if f))


def _gender(told: str) -> str:
    return {"male": "Male", "female": "Female", "other": "Other"}.get(told, "Not known")


def _age(born: date, on: date) -> str:
    """In years; under two in months, under a month in days, as for children everywhere."""
    years = dates.years(born, on)
    if years >= 2:
        return f"{years}y"
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months >= 1:
        return f"{months}m"
    return f"{max(0, (on - born).days)}d"


def _age_at(born: date | None, died: str) -> str:
    try:
        return _age(born, date.fromisoformat(died[:10])) if born else NOT_KNOWN
    except ValueError:
        return NOT_KNOWN
