"""Reading single fields of the tables strictly: known codes, known names, moments with a time zone.

What the fields of a clause or role mean is ``consent.reading``'s matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from consent.policy import PERSON, REPRESENTATIVE, Clause, Exclusion, Label, Organisation

Table = Mapping[str, Any]
Code = TypeVar("Code", bound=StrEnum)


class PolicyError(Exception):
    """The policy is not loaded. ``faults`` says why, one line each; an older policy stays in force."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


Named = TypeVar("Named", Label, Exclusion, Organisation, Clause)


def unique(values: Iterable[Named], what: str) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for value in values:
        code = value.id if isinstance(value, Clause) else value.code
        if code in found:
            raise PolicyError(f"{what} {code} is there twice")
        found[code] = value
    return found


def codes(kind: type[Code], values: Iterable[str]) -> frozenset[Code]:
    return frozenset(kind(value) for value in values)


def expand(values: Iterable[str], sets: Table) -> list[str]:
    found: list[str] = []
    for value in values:
        if value.startswith("@") and value not in (PERSON, REPRESENTATIVE):
            found.extend(sets[value[1:]])
        else:
            found.append(value)
    return found


def known(values: Iterable[str], table: Mapping[str, Any], what: str) -> None:
    unknown = sorted(set(values) - set(table))
    if unknown:
        raise PolicyError(f"{what} not known: {', '.join(unknown)}")


def only(table: Table, known: set[str], where: str) -> None:
    if unknown := sorted(set(table) - known):
        raise PolicyError(f"{where}: field not known: {', '.join(unknown)}")


def moment(value: Any, where: str) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise PolicyError(f"{where}: start and end are moments with a time zone")
    return value.astimezone(UTC)
