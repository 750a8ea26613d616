"""What is checked of every statement before it is kept, whichever way it came."""

from __future__ import annotations

from schemas.checks import check
from schemas.contribution import Refusal, Statement


def refusals(statement: Statement, part: str = "") -> list[Refusal]:
    """Why this statement cannot be kept: field and reason, never a value. Empty: it can.

    Statements carry no ``subject``: the store knows whom they are about. The R4 check wants one, so
    it is lent a neutral reference for the while. A part need not be whole: an earlier telling may have the rest.
    """
    resource = dict(statement.resource)
    for name in _SUBJECT.get(statement.type, ()):
        resource.setdefault(name, {"reference": "Patient/x"})
    problems = (p for p in check(resource) if not (statement.partial and p.code == "required"))
    return [Refusal(p.expression, p.reason, part) for p in problems]


_SUBJECT: dict[str, tuple[str, ...]] = {
    "AllergyIntolerance": ("patient",),
    "Immunization": ("patient",),
    "RelatedPerson": ("patient",),
    "EpisodeOfCare": ("patient",),
    "Condition": ("subject",),
    "MedicationStatement": ("subject",),
    "MedicationRequest": ("subject",),
    "Procedure": ("subject",),
    "ServiceRequest": ("subject",),
    "DeviceRequest": ("subject",),
    "CarePlan": ("subject",),
    "Goal": ("subject",),
    "Flag": ("subject",),
}
