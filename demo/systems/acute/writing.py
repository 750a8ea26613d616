"""Writing HL7 v2.4: escapes, times, composites, segments, and a message with its header.

What is told of a person, a visit or a result is in the files beside this one.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

HOSPITAL: Final = "ZAC01"
_WALL: Final = ZoneInfo("Europe/London")
_STRUCTURE: Final = {
    "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A03", "A04": "ADT_A01", "A08": "ADT_A01",
    "A28": "ADT_A05", "A31": "ADT_A05", "A40": "ADT_A39", "R01": "ORU_R01", "PCB": "PPP_PCB",
}  # fmt: skip
_ESCAPES: Final = str.maketrans(
    {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "&": "\\T\\", "\r": " ", "\n": "\\.br\\"}
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: when it was typed in (it is sent then), its control id, and its octets."""

    at: datetime
    event: str
    control_id: str
    octets: bytes = field(repr=False)


def plain(text: str) -> str:
    """Text with the characters that divide a message escaped."""
    return text.translate(_ESCAPES)


def stamp(moment: datetime | date | None) -> str:
    """A time as the hospital's wall clock has it, or a day; "" for None."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        return moment.astimezone(_WALL).strftime("%Y%m%d%H%M%S")
    return moment.strftime("%Y%m%d")


def parts(*values: str) -> str:
    """A composite of components (escaped here), without empty ones at its end."""
    return "^".join(plain(v) for v in values).rstrip("^")


def segment(name: str, fields: dict[int, str]) -> str:
    """A segment from its fields by position; the values are composites that were escaped already."""
    last = max((n for n, value in fields.items() if value), default=0)
    return "|".join([name, *(fields.get(n, "") for n in range(1, last + 1))])


def control_id(*about: str) -> str:
    """MSH-10: twenty characters that are the same whenever the same thing is told."""
    digest = hashlib.sha256("\x1f".join(about).encode()).digest()
    return base64.b32encode(digest)[:20].decode()


def message(
    event: str, about: str, recorded: datetime, occurred: datetime, segments: Sequence[str]
) -> Message:
    """A message about one thing. `about` names it ("H1000000 V000000001"); `segments` come after EVN."""
    kind = _STRUCTURE[event][:3]
    named = control_id(kind, event, about, occurred.isoformat())
    header = (
        f"MSH|^~\\&|WGHPAS|{HOSPITAL}|ROUTE|ROUTE|{stamp(recorded)}||{kind}^{event}^{_STRUCTURE[event]}|{named}"
        "|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0"
    )
    told = [header]
    if kind == "ADT":
        told.append(segment("EVN", {1: event, 2: stamp(recorded), 6: stamp(occurred)}))
    text = "\r".join([*told, *segments]) + "\r"
    return Message(recorded, event, named, text.encode())
