"""From octets to messages: MLLP marks, batch envelopes, line ends, several messages in one frame.

`parse` takes whatever a connection, a file or a POST brought and never raises: each stretch that cannot
be read becomes a `Malformed` that names the segment or field at fault and never its value.
Not here: reading frames off a socket (the MLLP door), answering (`acknowledgement`), meaning (the sources).
"""

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.wire.hl7v2.charset import decode, sixteen_bit
from adapters.wire.hl7v2.escapes import Delimiters
from adapters.wire.hl7v2.message import Message
from adapters.wire.hl7v2.structure import missing

MOST_MESSAGES, MOST_SEGMENTS = 10_000, 20_000
"""In one frame and in one message. Far above what is sent in earnest; what is more would stop the door for
others while it is read, so it is refused whole.
"""

SEQUENCE, REQUIRED_FIELD, DATA_TYPE = "100", "101", "102"  # HL7 table 0357

# A header segment at the start of a line; a byte order mark or padding may stand before it.
_HEADER = re.compile(
    rb"(?:\A|(?<=[\r\n\x0b\x1c]))[ \t\x00]*(?:\xef\xbb\xbf)?((?:MSH|FHS|BHS|BTS|FTS)(?=[^0-9A-Za-z]|\Z))"
)
_SEGMENT = re.compile(rb"(?:\A|(?<=[\r\n]))[A-Z][A-Z0-9]{2}\|")
_PADDING = "\r\n\t \x00\x0b\x1a\x1c"


@dataclass(frozen=True, slots=True)
class Malformed:
    """A stretch of input that is no readable message.

    `location` names a segment or field ("MSH-10"), `reason` is plain English without any value, `code` is
    from HL7 table 0357. `header` holds MSH alone when that much was readable, so that the sender gets a true
    answer.
    """

    reason: str
    location: str = "MSH"
    code: str = SEQUENCE
    header: Message | None = None


def parse(octets: bytes) -> list[Message | Malformed]:
    """Every message in a frame, file or batch, in order; never empty, never raises."""
    octets = octets.lstrip(b"\x0b")
    wide = sixteen_bit(octets)
    if wide:
        try:
            octets = octets.removesuffix(b"\x1c\r").decode(wide).encode("utf-8")
        except UnicodeError:
            return [Malformed("the text is not whole UTF-16", code=DATA_TYPE)]
    return list(_read_stretches(octets, wide)) or [Malformed("no MSH segment: this is not an HL7 v2 message")]


def headers(octets: bytes) -> list[Message | Malformed]:
    """As `parse`, but of one bare message no more than its header is read: enough to answer it."""
    octets = octets.lstrip(b"\x0b")
    if _bare(octets):
        end = re.search(rb"[\r\n]", octets)
        head = octets[: end.start()] if end else octets
        delimiters = _delimiters(head[:10].decode("latin-1"))
        if isinstance(delimiters, Delimiters):
            text, charset = decode(head, _declared_charset(head, delimiters))
            message = Message((text,), delimiters, charset)
            if all(map(message.header.get, (9, 10))):
                return [message]
    return parse(octets)


def _bare(octets: bytes) -> bool:
    return octets.startswith(b"MSH") and octets.find(b"MSH", 3) < 0 and b"\x1c" not in octets


def _read_stretches(octets: bytes, wide: str | None) -> Iterator[Message | Malformed]:
    # The usual case, one bare message, is worth a short way round the search for headers.
    if _bare(octets):
        yield _read(octets, wide)
        return
    batch = _Batch()
    starts = [found.start(1) for found in _HEADER.finditer(octets)]
    if len(starts) > MOST_MESSAGES:
        yield Malformed(f"more than {MOST_MESSAGES} messages in one frame")
        return
    before = octets[: starts[0]] if starts else octets
    if _SEGMENT.search(before):
        yield Malformed("segments came without an MSH before them")
    for start, end in itertools.pairwise([*starts, len(octets)]):
        stretch = octets[start:end].partition(b"\x1c")[
            0
        ]  # what follows an end mark is junk until the next header
        if stretch.startswith(b"MSH"):
            batch.messages += 1
            yield _read(stretch, wide)
        elif complaint := batch.note(stretch):
            yield complaint
    if complaint := batch.end():
        yield complaint


@dataclass(slots=True)
class _Batch:
    """Counts what a batch envelope promises: an envelope that is not closed, or miscounts, was cut."""

    open: bytes = b""
    file_open: bool = False
    messages: int = 0
    batches: int = 0

    def note(self, stretch: bytes) -> Malformed | None:
        name = stretch[:3]
        told = re.match(rb"[BF]TS[^0-9A-Za-z]([0-9]{1,9})(?![0-9])", stretch)
        count = int(told[1]) if told else None
        if name == b"FHS":
            self.file_open, self.batches = True, 0
        elif name == b"BHS":
            self.open, self.messages, self.batches = name, 0, self.batches + 1
        elif name == b"BTS":
            self.open = b""
            if count not in (None, self.messages):
                return Malformed("BTS-1 counts another number of messages than came", "BTS-1")
        elif name == b"FTS":
            self.file_open = False
            if self.batches and count not in (None, self.batches):
                return Malformed("FTS-1 counts another number of batches than came", "FTS-1")
        return None

    def end(self) -> Malformed | None:
        if self.open:
            return Malformed("the batch was cut short: BHS without BTS", "BTS")
        return Malformed("the file was cut short: FHS without FTS", "FTS") if self.file_open else None


def _read(octets: bytes, wide: str | None) -> Message | Malformed:
    """One message from the octets between its MSH and the next header."""
    delimiters = _delimiters(octets[:10].decode("latin-1"))
    if isinstance(delimiters, Malformed):
        return delimiters
    text, charset = decode(octets, _declared_charset(octets, delimiters))
    lines, strays = _divide(text, delimiters.field)
    closed = text.rstrip("\t \x00\x0b\x1a\x1c").endswith(("\r", "\n"))
    charset = wide or charset
    whole = Message(tuple(lines), delimiters, charset, closed)
    if not strays and len(lines) <= MOST_SEGMENTS and all(map(whole.header.get, (9, 10))):
        lacking = missing(whole.event, (line[:3] for line in lines))
        if not lacking:
            return whole
    header = Message((lines[0],), delimiters, charset)
    for position, meaning in ((9, "message type"), (10, "control id")):
        if header.header.get(position) is None:
            return Malformed(f"MSH is cut short: no {meaning}", f"MSH-{position}", REQUIRED_FIELD, header)
    if len(lines) > MOST_SEGMENTS:
        return Malformed(f"more than {MOST_SEGMENTS} segments in one message", "MSH", SEQUENCE, header)
    if strays:
        after = lines[strays[0] - 1][:3]
        return Malformed(f"a line after segment {after} is no segment", after, SEQUENCE, header)
    reason = f"the message is cut short: no {' and no '.join(lacking)} segment"
    return Malformed(reason, lacking[0], SEQUENCE, header)


@functools.lru_cache(maxsize=64)
def _delimiters(start: str) -> Delimiters | Malformed:
    """MSH-1 and MSH-2 of a text that begins with MSH."""
    separator = start[3:4]
    if not _can_divide(separator):
        return Malformed("MSH-1 is no usable field separator", "MSH-1", REQUIRED_FIELD)
    declared = re.split("[\r\n]", start[4:])[0].partition(separator)[0]
    if not 1 <= len(declared) <= 5 or not all(map(_can_divide, declared)):
        return Malformed("MSH-2 declares no usable delimiters", "MSH-2", REQUIRED_FIELD)
    if len({separator, *declared}) != len(declared) + 1:
        return Malformed("MSH-2 declares one delimiter twice", "MSH-2", DATA_TYPE)
    return Delimiters(separator, *declared, *[""] * (5 - len(declared)))


def _can_divide(character: str) -> bool:
    # A letter, digit, quote or blank as a delimiter would cut values apart; so would the marks of `""`.
    return character.isascii() and character.isprintable() and not (character.isalnum() or character in ' "')


def _declared_charset(octets: bytes, delimiters: Delimiters) -> str:
    head = octets[:4000].replace(b"\n", b"\r").partition(b"\r")[0].split(delimiters.field.encode())
    return (
        head[17].partition(delimiters.repetition.encode() or b"\0")[0].decode("latin-1")
        if len(head) > 17
        else ""
    )


def _divide(text: str, separator: str) -> tuple[list[str], list[int]]:
    """(segment lines, positions in them after which a line came that is no segment).

    Segments end with CR; LF and CRLF are met. Where both CR and LF occur, an LF before something that is no
    segment is a line break inside the text before it, and is kept there.
    """
    text = text.rstrip(_PADDING)
    mixed = False
    if "\n" in text:
        text = text.replace("\r\n", "\r")
        mixed = "\r" in text and "\n" in text
        if not mixed:
            text = text.replace("\n", "\r")
    lines: list[str] = []
    strays: list[int] = []
    for line in text.split("\r"):
        for number, part in enumerate(line.split("\n")) if mixed else ((0, line),):
            if part[3:4] in (separator, "") and len(part) >= 3 and _names_segment(part[:3]):
                lines.append(part)
            elif number and len(lines) > 1:  # nothing may run on into MSH, which the answer echoes
                lines[-1] += "\n" + part
            elif part.strip(_PADDING):
                strays.append(len(lines))
    return lines, strays


@functools.lru_cache(maxsize=512)
def _names_segment(name: str) -> bool:
    return name.isascii() and name.isalnum() and name.isupper() and name[0].isalpha()
