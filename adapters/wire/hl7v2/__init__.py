"""HL7 v2 as it is really sent: own normaliser and tokenizer, fast because it divides only what is asked for.

    parse(octets) -> [Message | Malformed, ...]        never raises
    message.get("PID", 3), message.segments("OBX")     text | CLEAR | None
    acknowledge(message, "AA", now=..., control_id=...) -> bytes

Not here: sockets (the MLLP door), meaning (the sources' own `translate`).
"""

from adapters.wire.hl7v2.acknowledgement import CONDITIONS, Code, Fault, acknowledge
from adapters.wire.hl7v2.envelope import Malformed, headers, parse
from adapters.wire.hl7v2.escapes import STANDARD, Delimiters, escape, unescape
from adapters.wire.hl7v2.message import CLEAR, Clear, Message, Repetition, Segment

__all__ = [
    "CLEAR",
    "CONDITIONS",
    "STANDARD",
    "Clear",
    "Code",
    "Delimiters",
    "Fault",
    "Malformed",
    "Message",
    "Repetition",
    "Segment",
    "acknowledge",
    "escape",
    "headers",
    "parse",
    "unescape",
]
