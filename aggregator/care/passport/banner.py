"""The name banner: who this is about, from the person's own entry and what they need.

Order and form after the Common User Interface guidance (screens conventions 1a): FAMILY, Given (Title); born;
gender; NHS number 3-3-4. A name is never cut short, and unknown is said in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from aggregator.care.passport import wording as w
from schemas import person
from schemas.codes import Heading
from schemas.contribution import Resource
from schemas.passport import Banner
from schemas.record import Record

NAME_NOT_KNOWN = "Name not known"
_ORDER = {"official": 0, "usual": 1, "": 2, "temp": 3, "nickname": 9, "anonymous": 9, "old": 9, "maiden": 9}
_PLACES = {"home": 0, "": 1, "temp": 2}


def banner(record: Record, needs: tuple[str, ...]) -> Banner:
    """The banner of the record's Patient; all but ``needs`` is empty when there is none to show."""
    patient = patient_of(record)
    if patient is None:
        return Banner(name=NAME_NOT_KNOWN, needs=needs)
    told = person.demographics(patient)
    return Banner(
        name=formal_name(patient),
        preferred=_preferred(patient),
        born=_born(patient, told.birth_date, record.made_at),
        died=w.day(patient.get("deceasedDateTime")) or ("yes" if patient.get("deceasedBoolean") else ""),
        gender=str(patient.get("gender") or "not known").replace("unknown", "not known"),
        nhs_number=told.nhs_number.spaced() if told.nhs_number else "",
        address=_address(patient),
        phone=w.phones([t for t in patient.get("telecom") or () if t.get("use") != "old"]),
        practice=w.joined(
            w.display(g) for g in patient.get("generalPractitioner") or () if g.get("type") != "Practitioner"
        ),
        needs=needs,
    )


def patient_of(record: Record) -> Resource | None:
    return next((e.resource for e in record.entries if e.type == "Patient"), None)


def formal_name(patient: Mapping[str, Any]) -> str:
    """FAMILY, Given (Title)."""
    names = [n for n in patient.get("name") or () if isinstance(n, Mapping)]
    if not names:
        return NAME_NOT_KNOWN
    best = min(names, key=lambda n: _ORDER.get(str(n.get("use", "")), 5))
    family, given = str(best.get("family") or ""), " ".join(str(g) for g in best.get("given") or ())
    title = " ".join(str(p) for p in best.get("prefix") or ())
    if not family and not given:
        return str(best.get("text") or NAME_NOT_KNOWN)
    return w.joined([family.upper(), given]) + (f" ({title})" if title else "")


def _preferred(patient: Mapping[str, Any]) -> str:
    return next((w.name(n) for n in patient.get("name") or () if n.get("use") == "nickname"), "")


def _born(patient: Mapping[str, Any], born: date | None, now: datetime) -> str:
    text = w.day(patient.get("birthDate"))
    if born is None or patient.get("deceasedDateTime") or patient.get("deceasedBoolean"):
        return text
    today = now.astimezone(w.PLACE_TIME).date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{text} ({years} years)" if years >= 0 else text


def _address(patient: Mapping[str, Any]) -> str:
    homes = [a for a in patient.get("address") or () if isinstance(a, Mapping) and a.get("use") != "old"]
    return w.address(min(homes, key=lambda a: _PLACES.get(str(a.get("use", "")), 3))) if homes else ""


def needs(record: Record) -> tuple[str, ...]:
    """The needs line: what is recorded under communication needs, then language and interpreter."""
    found = []
    for entry in record.under(Heading.NEEDS):
        resource = entry.resource
        if resource.get("status") == "inactive":
            continue
        value = w.concept(resource.get("valueCodeableConcept")) or str(resource.get("valueString") or "")
        code = w.concept(resource.get("code"))
        found.append(w.joined([code, value], ": ") if resource["resourceType"] == "Observation" else code)
    patient = patient_of(record) or {}
    for spoken in patient.get("communication") or ():
        language = w.concept(spoken.get("language"))
        if language and language.casefold() not in ("en", "english", "en-gb"):
            found.append(f"Language: {language}")
    return tuple(dict.fromkeys(f for f in found if f))
