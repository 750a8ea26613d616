"""What is kept sealed of a subject, under its own key: who it is said to be, its number, its places, its local id.

``Who`` is what tracing and matching compare; it is never shown but to those who decide whether two are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.store.subjects import Subject
from aggregator.store.vault import seal, unseal
from schemas.identifiers import NhsNumber, nhs_number
from schemas.person import Demographics, demographics


class Who(msgspec.Struct, frozen=True, array_like=True):
    """Demographics as the newest telling has them. ``number`` is what the source claims, whatever our trace says.

    ``order``: birth order of a multiple birth, 0 when it is not known. ``address``: lines, then postcode.
    """

    family: str = ""
    given: tuple[str, ...] = ()
    birth_date: date | None = None
    gender: str = ""
    postcode: str = ""
    multiple_birth: bool = False
    order: int = 0
    number: str = ""
    address: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Who(***)"

    def claims(self) -> Demographics:
        """As the demographics service is asked."""
        return Demographics(
            self.family, self.given, self.birth_date, self.gender, self.postcode, self.multiple_birth
        )

    def over(self, earlier: Who) -> Who:
        """This, with what it leaves open as it was told before."""
        told = (
            new or old
            for new, old in zip(msgspec.structs.astuple(self), msgspec.structs.astuple(earlier), strict=True)
        )
        return Who(*told)

    def patient(self) -> dict[str, Any]:
        """As a FHIR Patient, for the rule that compares with one."""
        made: dict[str, Any] = {
            "name": [{"family": self.family, "given": list(self.given)}],
            "gender": self.gender,
            "multipleBirthBoolean": self.multiple_birth,
        }
        return made | ({"birthDate": self.birth_date.isoformat()} if self.birth_date else {})


def told_of(patient: Mapping[str, Any], number: NhsNumber | None) -> Who:
    """What a claim says; ``number`` is the one that it names outside its Patient."""
    who = demographics(patient)
    number = number or who.nhs_number
    homes = [a for a in patient.get("address") or [] if isinstance(a, Mapping) and a.get("use") != "old"]
    home = homes[0] if homes else {}
    order = patient.get("multipleBirthInteger")
    return Who(
        family=who.family,
        given=who.given,
        birth_date=who.birth_date,
        gender=who.gender,
        postcode=who.postcode,
        multiple_birth=who.multiple_birth,
        order=order if isinstance(order, int) else 0,
        number=number.digits if number else "",
        address=tuple(str(line) for line in home.get("line") or []),
        phones=tuple(
            str(t["value"]) for t in patient.get("telecom") or [] if isinstance(t, Mapping) and t.get("value")
        ),
    )


def number_of(key: AESGCM, subject: Subject) -> NhsNumber | None:
    """The number that our own trace verified."""
    if subject.sealed_number is None:
        return None
    return nhs_number(unseal(key, subject.sealed_number, subject.subject_id, "number").decode())


def seal_number(key: AESGCM, subject: Subject, number: NhsNumber) -> bytes:
    return seal(key, number.digits.encode(), subject.subject_id, "number")


def who_of(key: AESGCM, subject: Subject) -> Who:
    if subject.sealed_who is None:
        return Who()
    return msgspec.msgpack.decode(unseal(key, subject.sealed_who, subject.subject_id, "who"), type=Who)


def with_who(key: AESGCM, subject: Subject, who: Who) -> Subject:
    sealed = seal(key, msgspec.msgpack.encode(who), subject.subject_id, "who")
    return replace(subject, sealed_who=sealed)


def places_of(key: AESGCM, subject: Subject) -> list[str]:
    if subject.sealed_places is None:
        return []
    return msgspec.json.decode(
        unseal(key, subject.sealed_places, subject.subject_id, "places"), type=list[str]
    )


def with_places(key: AESGCM, subject: Subject, told: Sequence[str]) -> Subject:
    """Add places to those that are held for redaction. Old ones stay: people move back."""
    held = places_of(key, subject) if told else []
    if set(told) <= set(held):
        return subject
    sealed = msgspec.json.encode(sorted({*held, *told}))
    return replace(subject, sealed_places=seal(key, sealed, subject.subject_id, "places"))


def local_id_of(key: AESGCM, subject: Subject) -> str:
    return unseal(key, subject.sealed_local_id, subject.subject_id, "local id").decode()
