"""The acknowledgements of a raw input: what it asks for, and what came of keeping and of translating it.

Original mode (neither MSH-15 nor MSH-16): AA, everything is kept, or waits in review with its segment named; AE,
the whole message was refused; AR, it is no message for this feed (unreadable header, other sender, other event).
Enhanced mode: the same answers as MSH-16 asks, and before them, as MSH-15 asks, CA once the raw input is
durable, CE or CR where the message will be refused whatever it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from adapters.acute.events import TYPES
from adapters.acute.translate import Sender, expect
from adapters.acute.values import text
from adapters.fields import BadField
from adapters.wire.hl7v2 import Code, Fault, Malformed, Message, acknowledge, headers, parse
from schemas.contribution import Refusal

_REJECTED: Final = {"MSH-4": "103", "MSH-9": "201", "MSH-11": "202"}
_NOT_KEPT: Final = "the message could not be kept: send it again"
_WISHES: Final = {"AL": (True, True), "ER": (False, True), "SU": (True, False), "NE": (False, False)}
"""HL7 table 0155 -> (answer when all is well, answer when not)."""


def asks_commit(octets: bytes) -> bool:
    """Does a message of this input want to hear that it was kept, before what came of it (enhanced mode)?"""
    return any(_accept(part) != (False, False) for part in headers(octets))


def commit(octets: bytes, sender: Sender, *, now: datetime, new_id: Callable[[], str]) -> bytes:
    """The accept acknowledgements of an input that is durable; b"" when nobody asks for one."""
    answers: list[bytes] = []
    for part in parse(octets):
        fault = _fault(part, sender)
        code: Code = "CA" if fault is None else "CR" if fault.location in _REJECTED else "CE"
        if _accept(part)[fault is not None]:
            answers.append(acknowledge(part, code, now=now, control_id=new_id(), fault=fault))
    return b"".join(answers)


def answer(octets: bytes, refusals: Iterable[Refusal], *, now: datetime, new_id: Callable[[], str]) -> bytes:
    """The application acknowledgements, in order, as the content of one frame; b"" when nobody asks for one.

    ``refusals`` are those of ``translate`` and of what came after it (checks, matching), by ``part``.
    """
    whole: dict[str, Refusal] = {}
    for one in refusals:
        whole.setdefault(one.part, one)
    answers: list[bytes] = []
    # Headers are enough as long as nothing was refused: an answer echoes them and nothing else.
    for number, part in enumerate(parse(octets) if whole else headers(octets), start=1):
        code: Code = "AA"
        fault: Fault | None = None
        if isinstance(part, Malformed):
            code, fault = ("AE" if part.header else "AR"), Fault.of(part)
        elif (refusal := whole.get(f"message {number}")) is not None:
            code = "AR" if refusal.field in _REJECTED else "AE"
            fault = _told(refusal, part)
        if _application(part)[fault is not None]:
            answers.append(acknowledge(part, code, now=now, control_id=new_id(), fault=fault))
    return b"".join(answers)


def fail(start_of_frame: bytes, *, now: datetime, control_id: str, too_long: bool = False) -> bytes:
    """The answer when nothing was kept: our fault (AE, or CE in enhanced mode, 207), or too long (AR, CR)."""
    part = headers(start_of_frame)[0]
    fault = Fault("207", "the message is too long" if too_long else _NOT_KEPT)
    enhanced = _accept(part) != (False, False)
    codes: tuple[Code, Code] = ("CR", "CE") if enhanced else ("AR", "AE")
    return acknowledge(part, codes[0 if too_long else 1], now=now, control_id=control_id, fault=fault)


def _wishes(part: Message | Malformed) -> Iterator[str]:
    """MSH-15 and MSH-16, "" where one is not told or is no such wish."""
    head = part.header if isinstance(part, Malformed) else part
    for position in (15, 16):
        told = text(head.header, position).upper() if head is not None else ""
        yield told if told in _WISHES else ""


def _accept(part: Message | Malformed) -> tuple[bool, bool]:
    """(when all is well, when not): is an accept acknowledgement asked for?"""
    accept, _ = _wishes(part)
    return _WISHES.get(accept, (False, False))


def _application(part: Message | Malformed) -> tuple[bool, bool]:
    """(when all is well, when not): is an application acknowledgement asked for?

    A sender that asks for none of either kind gets one all the same: feeds are met that say so and yet wait for
    an answer before they send on, as MLLP senders do, and a refusal would be lost in silence.
    """
    accept, application = _wishes(part)
    if accept in ("", "NE") and application in ("", "NE"):
        return (True, True)
    return _WISHES.get(application, (False, False))


def _fault(part: Message | Malformed, sender: Sender) -> Fault | None:
    """What is wrong with a message before anything in it is read."""
    if isinstance(part, Malformed):
        return Fault.of(part)
    try:
        expect(part, sender)
    except BadField as bad:
        return _told(Refusal(bad.field, bad.reason), part)
    return None


def _told(refusal: Refusal, part: Message) -> Fault:
    condition = _condition(refusal)
    if condition == "201" and part.event.partition("^")[0] not in TYPES:
        condition = "200"
    return Fault(condition, f"{refusal.field} {refusal.reason}", refusal.field)


def _condition(refusal: Refusal) -> str:
    """A code of HL7 table 0357 for a refusal."""
    if refusal.field in _REJECTED:
        return _REJECTED[refusal.field]
    if "missing" in refusal.reason:
        return "101"
    return "103" if "list of values" in refusal.reason else "102"
