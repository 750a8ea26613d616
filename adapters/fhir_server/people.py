"""Who a pushed Patient says it is: the sender's own id for the person, and what must be right about the numbers.

Whether it is true is decided by ``aggregator.people.identity`` with a trace of our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.elements import local_system
from schemas.contribution import Resource
from schemas.identifiers import CHI_NUMBER, NHS_NUMBER, ODS_ORGANISATION, nhs_number

_OTHER_SPELLING: Final = re.compile(r"nhs[-_]?number|2\.16\.840\.1\.113883\.2\.1\.4\.1$", re.IGNORECASE)
# A Community Health Index number begins with a day and a month; no English number does.
_CHI: Final = re.compile(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{6}")


def local_id(identifier: Mapping[str, Any], organisation: str) -> str:
    """The local id that an identifier of a person is, or "" when it has no system or value.

    Two systems of one organisation number their people apart, so the system is a part of it; only
    the one that our other adapters use for the organisation stands bare, so that both know the same person.
    """
    system, value = str(identifier.get("system") or ""), str(identifier.get("value") or "")
    if not system or not value:
        return ""
    return value if system == local_system(organisation, "person") else f"{system}|{value}"


def own_id(patient: Resource, organisation: str) -> str:
    """The sender's own id of a Patient: its record number before any other, never an old one; "" without one."""
    own = [i for i in patient.get("identifier") or [] if _is_own(i, organisation)]
    own.sort(key=lambda i: (i["system"] != local_system(organisation, "person"), not _is_record_number(i)))
    return local_id(own[0], organisation) if own else ""


def identity_problems(resource: Resource) -> Iterator[tuple[str, str]]:
    """(field, reason) of whatever would let a resource be kept for the wrong person."""
    for index, part in enumerate(resource.get("contained") or []):
        if part.get("resourceType") == "Patient":
            yield (
                f"contained[{index}]",
                "a person is told by an entry of their own, not inside another resource",
            )
    if resource.get("resourceType") != "Patient":
        return
    numbers = set()
    for index, one in enumerate(resource.get("identifier") or []):
        system, value = str(one.get("system") or ""), one.get("value")
        if system == NHS_NUMBER and value:
            number = nhs_number(value)
            if number is None or _CHI.fullmatch(number.digits):
                yield f"identifier[{index}].value", "is not an NHS number"
            numbers.add(number)
        elif system != NHS_NUMBER and _OTHER_SPELLING.search(system):
            yield f"identifier[{index}].system", f"the system of an NHS number is {NHS_NUMBER}"
    if len(numbers) > 1:
        yield "identifier", "names more than one NHS number"


def _is_own(identifier: Mapping[str, Any], organisation: str) -> bool:
    if identifier.get("system") in (None, NHS_NUMBER, CHI_NUMBER) or not identifier.get("value"):
        return False
    assigner = (identifier.get("assigner") or {}).get("identifier") or {}
    other = assigner.get("system") == ODS_ORGANISATION and assigner.get("value") != organisation
    return identifier.get("use") != "old" and not other


def _is_record_number(identifier: Mapping[str, Any]) -> bool:
    return any(c.get("code") == "MR" for c in (identifier.get("type") or {}).get("coding") or [])
