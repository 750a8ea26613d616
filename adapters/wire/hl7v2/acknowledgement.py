"""Answers to HL7 v2 messages: MSH, MSA and, when something was wrong, ERR.

HL7 v2.4 chapter 2, sections 2.13 and 2.16. An answer names places ("PID-3"), never values.
Not here: deciding which code to give (intake).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from adapters.wire.hl7v2.envelope import Malformed, parse
from adapters.wire.hl7v2.escapes import STANDARD, escape
from adapters.wire.hl7v2.message import Message, Segment

Code = Literal["AA", "AE", "AR", "CA", "CE", "CR"]

# HL7 table 0357
CONDITIONS = {
    "0": "Message accepted",
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "206": "Application record locked",
    "207": "Application internal error",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong: a code of table 0357, a sentence without any value, a place such as `PID-3`."""

    code: str
    text: str
    location: str = ""

    @classmethod
    def of(cls, malformed: Malformed) -> "Fault":
        """The fault a malformed stretch stands for."""
        return cls(malformed.code, malformed.reason, malformed.location)


def acknowledge(
    answered: Message | Malformed | bytes,
    code: Code,
    *,
    now: datetime,
    control_id: str,
    fault: Fault | None = None,
) -> bytes:
    """The answer to one message, without MLLP marks, in the message's own delimiters and character set.

    `now` (with time zone) fills MSH-7, `control_id` the answer's own MSH-10; the sender's MSH-10 is echoed in
    MSA-2. Bytes are read first; where they hold no readable header, the answer carries an empty MSA-2.
    """
    if isinstance(answered, bytes):
        answered = parse(answered)[0]
    asked = answered.header if isinstance(answered, Malformed) else answered
    delimiters = asked.delimiters if asked else STANDARD
    mark = delimiters.component
    head = asked.header if asked else Segment("MSH", ("MSH",))
    trigger = head.get(9, 2)
    version = head.raw(12) or "2.4"
    kind = f"ACK{mark}{escape(trigger, delimiters)}{mark}ACK" if isinstance(trigger, str) else "ACK"
    lines = [
        [
            "MSH",
            delimiters.encoding_characters,
            *(head.raw(position) for position in (5, 6, 3, 4)),  # the receiver answers the sender
            now.strftime("%Y%m%d%H%M%S%z"),
            "",
            kind,
            control_id,
            head.raw(11) or "P",
            version,
            *[""] * 5,
            head.raw(18),
        ],
        ["MSA", code, head.raw(10)],
    ]
    if fault:
        condition = mark.join((fault.code, CONDITIONS.get(fault.code, ""), "HL70357"))
        lines[1] += [escape(fault.text, delimiters), "", "", condition]
        lines.append(
            ["ERR", *_error(fault, delimiters.component, delimiters.subcomponent, condition, version)]
        )
    text = "".join(delimiters.field.join(fields).rstrip(delimiters.field) + "\r" for fields in lines)
    return text.encode(asked.charset if asked else "utf-8", "replace")


def _error(fault: Fault, component: str, subcomponent: str, condition: str, version: str) -> list[str]:
    """ERR fields: ERR-1 as v2.4 has it; from v2.5 on also ERR-2 to ERR-4, which replaced it."""
    place = re.fullmatch(r"([A-Z][A-Z0-9]{2})(?:-(\d{1,3}))?", fault.location)
    where = [place[1], "1", place[2] or ""] if place else ["", "", ""]
    nested = condition.replace(component, subcomponent) if subcomponent else fault.code
    fields = [component.join([*where, nested])]
    later = re.match(r"2\.([5-9])", version)
    return [*fields, component.join(where).rstrip(component), condition, "E"] if later else fields
