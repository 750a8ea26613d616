"""Which segments a message of a kind must have to be whole: the smallest set that ITK and v2.4 agree on.

A message that lacks one was most likely cut short, so it is refused by name instead of being read in part.
Kinds that are not listed pass: whether anyone wants them is the source's matter.
"""

from collections.abc import Iterable

_ABOUT_A_PERSON = ("EVN", "PID")
_ABOUT_A_VISIT = ("EVN", "PID", "PV1")

# event -> segments in the order of the standard
REQUIRED: dict[str, tuple[str, ...]] = {
    **{f"ADT^A{number:02}": _ABOUT_A_VISIT for number in (1, 2, 3, 4, 5, 8, 11, 12, 13, 14)},
    # v2.4 wants PV1 in these too; ITK senders leave it out, and nothing in them is about a visit.
    **dict.fromkeys(("ADT^A28", "ADT^A31"), _ABOUT_A_PERSON),
    "ADT^A40": ("EVN", "PID", "MRG"),
    "ORU^R01": ("PID", "OBR"),
    "ACK": ("MSA",),
}


def missing(event: str, names: Iterable[str]) -> list[str]:
    """Names of required segments that are not among the given ones, in the standard's order."""
    present = frozenset(names)
    return [name for name in REQUIRED.get(event, ()) if name not in present]
