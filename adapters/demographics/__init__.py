"""Who somebody is, asked of the national demographics service (PDS FHIR, R4): our own trace of a claim.

``service`` asks, ``rule`` decides whether the answer is the person who was asked for. What follows from
an outcome (linking, review) is ``aggregator.people.identity``'s business.
"""

from __future__ import annotations

from adapters.demographics.service import Demographics, Traced

__all__ = ["Demographics", "Traced"]
