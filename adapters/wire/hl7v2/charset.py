"""From octets to text: which character set an HL7 v2 message is really in.

Senders often declare one set in MSH-18 and send another, so strict UTF-8 is tried first (text in a
one-octet set is almost never valid UTF-8 by accident), then what MSH-18 says, then what Windows sends.
Not here: framing, line ends (`envelope`).
"""

# HL7 table 0211 and the spellings met beside it. 8859/1 is read as its superset cp1252, as browsers do,
# because the octets 80-9F are typographic quotes in practice and never the controls that 8859/1 means.
_DECLARED = {
    "8859/1": "cp1252",
    "ISO-8859-1": "cp1252",
    "ISO8859-1": "cp1252",
    "ISO_8859-1": "cp1252",
    "LATIN1": "cp1252",
    "WINDOWS-1252": "cp1252",
    "CP1252": "cp1252",
    "ASCII": "cp1252",
    "8859/2": "iso8859-2",
    "8859/3": "iso8859-3",
    "8859/4": "iso8859-4",
    "8859/5": "iso8859-5",
    "8859/7": "iso8859-7",
    "8859/9": "iso8859-9",
    "8859/15": "iso8859-15",
    "ISO-8859-15": "iso8859-15",
}
_HEADS = ("MSH", "FHS", "BHS")


def sixteen_bit(octets: bytes) -> str | None:
    """The codec name when the octets are UTF-16 (by its mark, or by how a header looks), else None."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for codec in ("utf-16-le", "utf-16-be"):
        if octets.startswith(tuple(head.encode(codec) for head in _HEADS)):
            return codec
    return None


def decode(octets: bytes, declared: str) -> tuple[str, str]:
    """(text, codec name) of one message in an eight-bit set; `declared` is MSH-18 as sent. Never fails."""
    try:
        return octets.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    for codec in (_DECLARED.get(declared.strip().upper()), "cp1252"):
        if codec is None:
            continue
        try:
            return octets.decode(codec), codec
        except UnicodeDecodeError:
            continue
    return octets.decode("latin-1"), "latin-1"
