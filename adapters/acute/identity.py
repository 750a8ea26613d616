"""Who a message is about: PID-3 in all the forms met, PID-2 and PID-19 where numbers stray, PID-32.

Met: ``n^^^NHS``, ``n^^^NHS^NH``, ``n^^^^NH``, ``n^^^NHS^NH{status:01}``, ``n^^^R0A^MR``, ``n^^^169^PI``, numbers
with blanks inside, NHS numbers in PID-2 or PID-19.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from adapters.acute.codes import NUMBER_STATUS_SYSTEM
from adapters.acute.values import said
from adapters.elements import Element, coding, concept, identifier, local_system, uk_extension
from adapters.fields import BadField
from adapters.person import read_number
from adapters.wire.hl7v2 import Repetition, Segment
from schemas.identifiers import NHS_NUMBER, Identifier, NhsNumber, SubjectKey, nhs_number

_STATUS = re.compile(r"NSTS(0[1-8])")
_STATUS_IN_TYPE = re.compile(r"NH\{status:(0[1-8])\}", re.IGNORECASE)
# Which of several local numbers names the person: the hospital number before any other of its own.
_PREFERENCE = ("MR", "PI", "PAS", "")


@dataclass(frozen=True, slots=True)
class Identity:
    """``key`` is this organisation's; ``elements`` are the FHIR identifiers, as the source gave them."""

    key: SubjectKey
    nhs_number: NhsNumber | None = None
    elements: tuple[Element, ...] = field(default=(), repr=False)


def is_national(number: Repetition) -> bool:
    """Is this CX value marked as an NHS number?"""
    kind = said(number.get(5)).upper()
    return said(number.get(4)).upper() == "NHS" or kind == "NH" or kind.startswith("NH{")


def read_identity(pid: Segment, organisation: str, facilities: frozenset[str]) -> Identity:
    """``facilities`` are the codes under which the organisation's own numbers come (its sites).

    Raises ``BadField`` when nothing names the person, or when two things name two people.
    """
    numbers = [number for number in pid.repetitions(3) if said(number.get(1))]
    national, told = _national(pid, numbers)
    local = local_number(numbers, organisation, facilities)
    if local is None and national is None:
        raise BadField("PID-3", "has neither a number of this organisation nor an NHS number")
    if local is None and national is not None:
        # Feeds exist that know people by NHS number alone; the store keeps this key sealed and hashed.
        local = f"nhs-number:{national.digits}"
    key = SubjectKey(organisation, local or "")
    elements: list[Element] = [identifier(Identifier(local_system(organisation, "person"), key.local_id))]
    elements += [told] if told else []
    elements += _others(numbers, key.local_id, organisation)
    return Identity(key, national, tuple(elements))


def local_number(numbers: list[Repetition], organisation: str, facilities: frozenset[str]) -> str | None:
    """The organisation's own number for the person among CX values; None when there is none."""
    own = {code.upper() for code in (organisation, *facilities, "")}
    found = [
        (said(number.get(5)).upper(), said(number.get(1)))
        for number in numbers
        if said(number.get(4)).upper() in own and not is_national(number) and said(number.get(1))
    ]
    for wanted in _PREFERENCE:
        for kind, value in found:
            if kind == wanted:
                return value
    return found[0][1] if found else None


def _national(pid: Segment, numbers: list[Repetition]) -> tuple[NhsNumber | None, Element | None]:
    marked = [(number, "PID-3") for number in numbers if is_national(number)]
    marked += [(number, "PID-2") for number in pid.repetitions(2) if is_national(number)]
    found: NhsNumber | None = None
    told: Element | None = None
    status = _status(pid)
    for number, place in marked:
        value, element = read_number(said(number.get(1)), place)
        if element is None:
            continue
        if told is not None and element["value"] != told["value"]:
            raise BadField(place, "holds two different NHS numbers")
        found, told = value, element
        in_type = _STATUS_IN_TYPE.fullmatch(said(number.get(5)))
        status = in_type[1] if in_type else status
    stray = nhs_number(said(pid.get(19)))
    if stray is not None:
        if told is not None and told["value"] != stray.digits:
            raise BadField("PID-19", "holds another NHS number than PID-3")
        found, told = found or stray, told or {"system": NHS_NUMBER, "value": stray.digits}
    if found is not None and told is not None and status:
        # Evidence only: what counts as verified is our own trace.
        verified = concept("", coding(NUMBER_STATUS_SYSTEM, status))
        told = {
            "extension": [uk_extension("NHSNumberVerificationStatus", valueCodeableConcept=verified)],
            **told,
        }
    return found, told


def _status(pid: Segment) -> str:
    for flag in pid.repetitions(32):
        if found := _STATUS.fullmatch(said(flag.get(1))):
            return found[1]
    return ""


def _others(numbers: list[Repetition], own: str, organisation: str) -> list[Element]:
    """Numbers that other organisations gave, or a second one of this: carried, never used to match."""
    elements: list[Element] = []
    for number in numbers:
        value = said(number.get(1))
        if is_national(number) or value == own:
            continue
        giver = said(number.get(4)) or said(number.get(6)) or organisation
        kind = re.sub(r"[^A-Za-z0-9]", "", said(number.get(5))) or "number"
        giver = re.sub(r"[^A-Za-z0-9]", "", giver) or organisation
        elements.append(identifier(Identifier(local_system(giver, kind), value)))
    return elements
