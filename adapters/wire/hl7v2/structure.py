"""Which segments a message of a kind must have to be whole: the smallest set that ITK and v2.4 agree on.

A message that lacks one was most likely cut short, so it is refused by name instead of being read in part.
Kinds that are not listed pass: whether anyone wants them is the source's matter.
"""

from collections.abc import Iterable

_ABOUT_A_PERSON = ("EVN", "PID")
_ABOUT_A_VISIT = ("EVN", "PID", "PV1")

# event -> segments in the order of the standard
REQUIRED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (f"ADT^A{n:02}" for n in (1, 2, 3, 4, 5, 8, 11, 12, 13, 14, 21, 22, 23, 27, 38, 52, 53)),
        _ABOUT_A_VISIT,
    ),
    # v2.4 wants PV1 in these too; ITK senders leave it out, and nothing in them is about a visit.
    **dict.fromkeys(("ADT^A28", "ADT^A31"), _ABOUT_A_PERSON),
    **dict.fromkeys((f"ADT^A{n}" for n in (34, 36, 39, 40, 44, 47)), (*_ABOUT_A_PERSON, "MRG")),
    **dict.fromkeys((f"ADT^A{n}" for n in (42, 45, 50)), (*_ABOUT_A_VISIT, "MRG")),
    "ADT^A37": _ABOUT_A_PERSON,
    "ORU^R01": ("PID", "OBR"),
    "ORU^R30": ("PID", "OBR"),
    **dict.fromkeys((f"MDM^T{n:02}" for n in (2, 6, 8, 10)), ("PID", "TXA", "OBX")),
    "MDM^T11": ("PID", "TXA"),
    **dict.fromkeys((f"SIU^S{n}" for n in (12, 13, 14, 15, 17, 26)), ("SCH", "PID")),
    **dict.fromkeys((f"PPP^PC{letter}" for letter in "BCD"), ("PID", "PTH")),
    "ACK": ("MSA",),
}


def missing(event: str, names: Iterable[str]) -> list[str]:
    """Names of required segments that are not among the given ones, in the standard's order."""
    present = frozenset(names)
    return [name for name in REQUIRED.get(event, ()) if name not in present]
