"""What a check finds. Nothing but the shape lives here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a resource.

    ``expression`` is FHIRPath-like with indexes (``Observation.component[0].value``), ``code`` an
    OperationOutcome issue code (https://hl7.org/fhir/R4/valueset-issue-type.html), ``reason`` a sentence
    for a person. None of the three ever holds a value that was sent.
    """

    expression: str
    code: str
    reason: str
