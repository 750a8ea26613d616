"""How a resuscitation recommendation is told apart from an ordinary result, whichever way it is coded.

It is never one line among laboratory values: it stands under a heading of its own, first on every page
(people-and-safety 7.4). SNOMED CT: for and not for attempted cardiopulmonary resuscitation, and the older
code; LOINC 42348-3: advance directives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

CODES: Final = frozenset({"450475007", "450476008", "1097851000000102", "89666000", "304253006", "42348-3"})


def is_recommendation(resource: Mapping[str, Any]) -> bool:
    """Does this Observation (or any coded resource) say what is recommended about resuscitation?"""
    return any(
        coding.get("code") in CODES
        for element in ("code", "valueCodeableConcept")
        for coding in (resource.get(element) or {}).get("coding") or []
    )
