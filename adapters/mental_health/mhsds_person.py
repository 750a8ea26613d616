"""MHSDS tables of the person's circumstances: accommodation, employment, disability, autism and learning disability.

These have no name of their own: each is one fact a person, of which the return's own day decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.dossier import Told
from adapters.elements import Element, coding, concept, local_codes, social_history, when
from adapters.mental_health.codes import ACCOMMODATION, DIAGNOSED, DISABILITIES, EMPLOYMENT, nhs_concept
from adapters.mental_health.mhsds_line import Line
from schemas.codes import Heading

_HOMELESS: Final = frozenset({"12", "13", "14", "16", "17", "18", "19"})
_NEEDS: Final = frozenset({"02", "09", "10"})  # hearing, sight, speech
_SAYS_NOTHING: Final = frozenset({"", "NN", "ZZ", "U", "X", "Z"})


def accommodation(line: Line) -> Iterator[Told]:
    """MHS003, by its code only. A code that no list has may be the one for a refuge."""
    code = line.needed("AccommodationType")
    dated = line.day("AccommodationTypeDate") or line.as_at
    if code in _HOMELESS or code.startswith("HM"):
        labels = {"LOCIS", "HOMELESS"}
    elif code == "21" or code.startswith("CJ"):
        labels = {"LOCIS", "PRISON"}
    else:
        labels = set() if code in ACCOMMODATION or code.startswith("MA") else {"LOCIS", "REFUGE"}
    value = nhs_concept("accommodation-type", code, ACCOMMODATION.get(code, ""))
    resource = _observation("Accommodation", "accommodation", value) | {"effectiveDateTime": when(dated)}
    yield line.say(_own(line, "accommodation"), "trait", resource, Heading.HOME, labels=labels)


def employment(line: Line) -> Iterator[Told]:
    """MHS004."""
    code = line.of("EmployStatus", EMPLOYMENT)
    value = nhs_concept("employment-status", code, EMPLOYMENT[code])
    resource = _observation("Employment status", "employment", value)
    resource["effectiveDateTime"] = when(line.day("EmployStatusRecDate") or line.as_at)
    yield line.say(_own(line, "employment"), "trait", resource, Heading.PROBLEMS)


def disability(line: Line) -> Iterator[Told]:
    """MHS007: one of several. Hearing, sight and speech stand among the needs."""
    code = line.needed("DisabCode")
    if code in _SAYS_NOTHING:
        return
    line.of("DisabCode", DISABILITIES)
    resource = {
        "resourceType": "Condition",
        "category": [concept("Disability")],
        "code": nhs_concept("disability", code, f"Disability: {DISABILITIES[code]}"),
    }
    heading = Heading.NEEDS if code in _NEEDS else Heading.PROBLEMS
    yield line.say(_own(line, f"disability-{code}"), "trait", resource, heading)


def indicators(line: Line) -> Iterator[Told]:
    """MHS005: autism and learning disability status, where they say something."""
    for column, words in (("AutismStatus", "Autism"), ("LDStatus", "Learning disability")):
        code = line.text(column)
        if code in _SAYS_NOTHING:
            continue
        line.of(column, DIAGNOSED)
        name = words.casefold().replace(" ", "-")
        value = nhs_concept(f"{name}-status", code, DIAGNOSED[code])
        resource = _observation(words, name, value) | {"effectiveDateTime": when(line.as_at)}
        yield line.say(_own(line, name), "trait", resource, Heading.PROBLEMS)


def _own(line: Line, name: str) -> str:
    return f"{line.teller.key.local_id}|{name}"


def _observation(words: str, name: str, value: Element) -> Element:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [social_history()],
        "code": concept(words, coding(local_codes("mhsds-observation"), name)),
        "valueCodeableConcept": value,
    }
