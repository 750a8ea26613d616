"""What a push is answered: what was kept and where, or one constant answer when the person was not confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aggregator.care.sent import Sent
from aggregator.intake.receipt import Kept
from schemas import strictjson
from schemas.contribution import Refusal, Resource
from schemas.errors import NotAllowed, Unprocessable

UNCONFIRMED: Final[dict[str, Any]] = {
    "resourceType": "OperationOutcome",
    "issue": [
        {
            "severity": "warning",
            "code": "informational",
            "details": {
                "text": "Accepted, and kept for review: the person could not be confirmed. What was sent is not "
                "joined to anybody's record until that is settled."
            },
        }
    ],
}
"""Whenever a number was named and its person not confirmed: it is another's, it is nobody's, it was not traced."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of the answer to a push; a repeated request gets the same again."""

    status: int
    body: bytes


ACCEPTED: Final = Answer(202, strictjson.dumps(UNCONFIRMED))


def of_bundle(bundle: Resource, entries: list[Any]) -> Answer:
    """A transaction-response or batch-response."""
    made: Any = {"resourceType": "Bundle", "type": f"{bundle['type']}-response", "entry": entries}
    return Answer(200, strictjson.dumps(made))


def of_entry(kept: Kept | None) -> dict[str, Any]:
    """The entry of one resource; None: ``UNCONFIRMED``."""
    if kept is None:
        return {"response": {"status": "202 Accepted", "outcome": UNCONFIRMED}}
    status = "201 Created" if kept.new and kept.version == 1 else "200 OK"
    response = {"status": status, "location": f"{kept.type}/{kept.statement_id}"}
    if kept.version:
        response["etag"] = f'W/"{kept.version}"'
    return {"response": response}


def refused(refusals: Sequence[Refusal], entries: Sequence[Sent]) -> Unprocessable:
    """Why a translation keeps nothing of these entries, each problem named by its element."""
    told = tuple((named(r, entries), "business-rule", r.reason) for r in refusals)
    return Unprocessable(told[0][0], told[0][2], told)


def not_writable(expression: str) -> NotAllowed:
    return NotAllowed("This organisation does not write this kind of information.", expression=expression)


def named(refusal: Refusal, entries: Sequence[Sent]) -> str:
    """The element that a refusal names, as the sender sees it."""
    kind, _, number = refusal.part.partition(" ")
    return f"{entries[int(number)].place}.{refusal.field}" if kind == "entry" else refusal.field
