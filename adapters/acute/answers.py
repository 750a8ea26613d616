"""The acknowledgement of a raw input, from what came of translating it.

AA: everything is kept, or waits in review with its segment named. AE: the whole message was refused. AR: it is
no message for this feed (unreadable header, other sender, other event).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from adapters.acute.events import TYPES
from adapters.wire.hl7v2 import Code, Fault, Malformed, acknowledge, parse
from schemas.contribution import Refusal

_REJECTED = {"MSH-4": "103", "MSH-9": "201", "MSH-11": "202"}


def answer(octets: bytes, refusals: Iterable[Refusal], *, now: datetime, new_id: Callable[[], str]) -> bytes:
    """One acknowledgement for each message of the input, in order, as the content of one frame.

    ``refusals`` are those of ``translate`` and of what came after it (checks, matching), by ``part``.
    """
    whole: dict[str, Refusal] = {}
    for one in refusals:
        whole.setdefault(one.part, one)
    answers: list[bytes] = []
    for number, part in enumerate(parse(octets), start=1):
        code: Code = "AA"
        fault: Fault | None = None
        if isinstance(part, Malformed):
            code, fault = ("AE" if part.header else "AR"), Fault.of(part)
        elif (refusal := whole.get(f"message {number}")) is not None:
            code = "AR" if refusal.field in _REJECTED else "AE"
            condition = _condition(refusal)
            if condition == "201" and part.event.partition("^")[0] not in TYPES:
                condition = "200"
            fault = Fault(condition, f"{refusal.field} {refusal.reason}", refusal.field)
        answers.append(acknowledge(part, code, now=now, control_id=new_id(), fault=fault))
    return b"".join(answers)


def fail(start_of_frame: bytes, *, now: datetime, control_id: str, too_long: bool = False) -> bytes:
    """The answer when nothing was kept: our fault (AE 207), or a frame that is too long (AR)."""
    part = parse(start_of_frame)[0]
    fault = Fault(
        "207", "the message is too long" if too_long else "the message could not be kept: send it again"
    )
    return acknowledge(part, "AR" if too_long else "AE", now=now, control_id=control_id, fault=fault)


def _condition(refusal: Refusal) -> str:
    """A code of HL7 table 0357 for a refusal."""
    if refusal.field in _REJECTED:
        return _REJECTED[refusal.field]
    if "missing" in refusal.reason:
        return "101"
    return "103" if "list of values" in refusal.reason else "102"
