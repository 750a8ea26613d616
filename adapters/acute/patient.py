"""PID and PD1: the Patient as the hospital tells it, with what it asks to clear.

A birth date or an address that PID-32 marks as a default value (UD, UA) is nobody's and is not told. Not carried:
mother's maiden name, race, religion, account numbers. They serve no purpose of this record, and the sealed raw
message keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from adapters.acute.codes import ETHNIC, ETHNIC_SYSTEM, GENDERS, MARITAL, MARITAL_SYSTEM
from adapters.acute.composites import address, name, practitioner, telecom
from adapters.acute.values import cleared, coded, day, moment, said, stamp, text
from adapters.elements import Element, coding, concept, local_codes, organisation, uk_extension
from adapters.fields import BadField
from adapters.wire.hl7v2 import Repetition, Segment

LOCATION_ELEMENTS = ("address", "telecom", "generalPractitioner")
"""What ZU8-4 asks to shield in the Patient; next of kin is the fourth thing."""


@dataclass(slots=True)
class _Change:
    """What a message changes: elements set, and elements cleared by ``""``. The rest is left alone."""

    elements: Element = field(default_factory=dict)
    clears: list[str] = field(default_factory=list)

    def put(self, name: str, value: object, clear: bool = False) -> None:
        if value not in (None, "", [], {}):
            self.elements[name] = value
        elif clear:
            self.clears.append(name)


def read_patient(pid: Segment, pd1: Segment | None) -> tuple[Element, tuple[str, ...]]:
    """(elements of a FHIR Patient, names of elements to clear). Raises ``BadField``."""
    change = _Change()
    flags = {said(flag.get(1)).upper() for flag in pid.repetitions(32)}
    change.put("name", _each(pid, 5, name), cleared(pid, 5))
    born = "" if "UD" in flags else text(pid, 7)
    change.put("birthDate", day(born, "PID-7") if born else "", cleared(pid, 7))
    change.put("gender", _gender(pid), cleared(pid, 8))
    change.put("address", [] if "UA" in flags else _each(pid, 11, address), cleared(pid, 11))
    phones = _each(pid, 13, telecom) + _each(pid, 14, telecom)
    change.put("telecom", phones, cleared(pid, 13, 14))
    change.put("communication", _language(pid), cleared(pid, 15))
    change.put("maritalStatus", _marital(pid), cleared(pid, 16))
    change.put("extension", _ethnicity(pid), cleared(pid, 22))
    _birth_order(pid, change)
    _death(pid, change)
    if pd1 is not None:
        change.put("generalPractitioner", _practice(pd1), cleared(pd1, 3, 4))
    return {"resourceType": "Patient", **change.elements}, tuple(change.clears)


def places_told(pid: Segment, others: Sequence[Segment]) -> tuple[str, ...]:
    """Texts that tell where the person lives or is reached: address lines, postcodes, phones, of PID and NK1.

    Numbers and postcodes come character by character with blanks between, because texts group them as they like.
    """
    found: list[str] = []
    for segment, addresses, phones in [(pid, (11,), (13, 14)), *((nk1, (4,), (5, 6)) for nk1 in others)]:
        for position in addresses:
            for place in segment.repetitions(position):
                for line in (said(place.get(1)), said(place.get(1, 2)), said(place.get(2))):
                    found += [line, re.sub(r"^\d+\w?[\s,]+", "", line)]  # and the street without the house
                found.append(" ".join(said(place.get(5)).replace(" ", "")))
        for position in phones:
            for number in segment.repetitions(position):
                found.append(said(number.get(4)))
                found += _dialled(said(number.get(1)) or said(number.get(6)) + said(number.get(7)))
    return tuple(dict.fromkeys(text for text in found if text))


def _dialled(number: str) -> list[str]:
    """A phone number as people may have written it: as sent, within the country, from abroad."""
    if "@" in number:
        return [number]
    digits = re.sub(r"\D", "", number)
    if len(digits) < 6:  # an extension or a star would blank out doses and dates
        return []
    forms = [digits, *(prefix + digits[-10:] for prefix in ("0", "44", "") if len(digits) >= 10)]
    return [" ".join(form) for form in forms]


def _each(segment: Segment, position: int, read: Callable[[Repetition], Element]) -> list[Element]:
    return [found for repetition in segment.repetitions(position) if (found := read(repetition))]


def _gender(pid: Segment) -> str:
    code = text(pid, 8).upper()
    if code and code not in GENDERS:
        raise BadField("PID-8", "is not on the list of values")
    return GENDERS.get(code, "")


def _language(pid: Segment) -> list[Element]:
    found = [coded(language, "language") for language in pid.repetitions(15)]
    for language in found:
        for code in language.get("coding", ()):
            if len(code["code"]) == 2 and code["code"].isascii() and code["code"].isalpha():
                code.update(system="urn:ietf:bcp:47", code=code["code"].lower())
    return [{"language": language} for language in found if language]


def _marital(pid: Segment) -> Element:
    code, words = text(pid, 16).upper(), text(pid, 16, 2)
    if not code:
        return {}
    system = MARITAL_SYSTEM if code in MARITAL else local_codes("hl7v2-marital-status")
    return concept("", coding(system, code, words))


def _ethnicity(pid: Segment) -> list[Element]:
    code, words = text(pid, 22).upper(), text(pid, 22, 2)
    if not code:
        return []
    system = ETHNIC_SYSTEM if code in ETHNIC else local_codes("hl7v2-ethnic-category")
    return [uk_extension("EthnicCategory", valueCodeableConcept=concept("", coding(system, code, words)))]


def _birth_order(pid: Segment, change: _Change) -> None:
    order, several = text(pid, 25).lstrip("0"), text(pid, 24).upper()  # 0 is how some send "single"
    if order and not re.fullmatch(r"[1-9]", order):
        raise BadField("PID-25", "is not a birth order")
    if several not in ("", "Y", "N"):
        raise BadField("PID-24", "is neither Y nor N")
    # Two ways of telling one thing: to set one is to clear the other.
    if order and several != "N":
        change.put("multipleBirthInteger", int(order))
        change.clears.append("multipleBirthBoolean")
    elif several:
        change.elements["multipleBirthBoolean"] = several == "Y"
        change.clears.append("multipleBirthInteger")
    elif cleared(pid, 24, 25):
        change.clears += ["multipleBirthBoolean", "multipleBirthInteger"]


def _death(pid: Segment, change: _Change) -> None:
    date, dead = text(pid, 29), text(pid, 30).upper()
    if dead not in ("", "Y", "N"):
        raise BadField("PID-30", "is neither Y nor N")
    if date and dead == "N":
        raise BadField("PID-29", "gives a date of death while PID-30 says that the person lives")
    if date:
        moment(date, "PID-29")
        change.put("deceasedDateTime", stamp(date, "PID-29"))
        change.clears.append("deceasedBoolean")
    elif dead:
        change.elements["deceasedBoolean"] = dead == "Y"
        if dead == "N" or cleared(pid, 29):
            change.clears.append("deceasedDateTime")
    elif cleared(pid, 29, 30):
        change.clears += ["deceasedBoolean", "deceasedDateTime"]


def _practice(pd1: Segment) -> list[Element]:
    ods, title = text(pd1, 3, 3), text(pd1, 3)
    found: list[Element] = []
    if ods or title:
        found.append(organisation(ods.upper(), title))
    for doctor in pd1.repetitions(4):
        if told := practitioner(doctor):
            found.append(told)
    return found
