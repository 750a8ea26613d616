"""Who someone is, as far as matching and the banner need it, read from a FHIR Patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.identifiers import NHS_NUMBER, NhsNumber, nhs_number


@dataclass(frozen=True, slots=True)
class Demographics:
    """Names are in their official form; ``birth_date`` is None when unknown or partial."""

    family: str
    given: tuple[str, ...]
    birth_date: date | None
    gender: str
    postcode: str = ""
    multiple_birth: bool = False
    nhs_number: NhsNumber | None = None

    def __repr__(self) -> str:
        return "Demographics(***)"


_NAME_ORDER = {"official": 0, "usual": 1, "": 2, "maiden": 4, "old": 5}
_DEATH_STATUS = "Extension-UKCore-DeathNotificationStatus"
_HOME_ORDER = {"home": 0, "": 1, "temp": 3, "old": 4}


def demographics(patient: Mapping[str, Any]) -> Demographics:
    """Read a FHIR R4 Patient. What is absent or malformed is left empty, never guessed."""
    names = [n for n in patient.get("name") or [] if isinstance(n, Mapping)]
    name = min(names, key=lambda n: _NAME_ORDER.get(str(n.get("use", "")), 3), default={})
    homes = [a for a in patient.get("address") or [] if isinstance(a, Mapping)]
    home = min(homes, key=lambda a: _HOME_ORDER.get(str(a.get("use", "")), 2), default={})
    numbers = [
        i.get("value")
        for i in patient.get("identifier") or []
        if isinstance(i, Mapping) and i.get("system") == NHS_NUMBER
    ]
    multiple = patient.get("multipleBirthBoolean") or patient.get("multipleBirthInteger")
    return Demographics(
        family=str(name.get("family", "")),
        given=tuple(str(g) for g in name.get("given") or []),
        birth_date=birth_date(patient),
        gender=str(patient.get("gender", "")),
        postcode=str(home.get("postalCode", "")),
        multiple_birth=bool(multiple),
        nhs_number=nhs_number(numbers[0]) if numbers else None,
    )


def places(patient: Mapping[str, Any]) -> tuple[str, ...]:
    """Every address line, town, postcode, phone and e-mail address that a Patient tells, its contacts' too."""
    found: list[str] = []
    for holder in (patient, *(patient.get("contact") or [])):
        addresses = holder.get("address") or []
        for address in addresses if isinstance(addresses, list) else [addresses]:
            found += [str(line) for line in address.get("line") or []]
            found += [str(address[part]) for part in ("postalCode", "text") if address.get(part)]
        found += [str(t["value"]) for t in holder.get("telecom") or [] if t.get("value")]
    return tuple(dict.fromkeys(found))


def birth_date(patient: Mapping[str, Any]) -> date | None:
    """The full birth date, or None when it is absent or partial."""
    try:
        return date.fromisoformat(str(patient.get("birthDate", "")))
    except ValueError:
        return None


def tells_of_death(patient: Mapping[str, Any]) -> bool:
    """Does this Patient say anything of it, be it that the person lives?"""
    told = "deceasedDateTime" in patient or "deceasedBoolean" in patient
    return told or any(_DEATH_STATUS in str(e.get("url", "")) for e in patient.get("extension") or [])


def death(patient: Mapping[str, Any]) -> str:
    """ "formal", "informal" or "": only a formal notification is formal (people-and-safety 1.5)."""
    if not (patient.get("deceasedDateTime") or patient.get("deceasedBoolean")):
        return ""
    for extension in patient.get("extension") or []:
        if _DEATH_STATUS in str(extension.get("url", "")):
            for part in extension.get("extension") or []:
                for coding in (part.get("valueCodeableConcept") or {}).get("coding") or []:
                    if coding.get("code") == "2":
                        return "formal"
                    if coding.get("code") == "U":
                        return ""
    return "informal"
