"""ZU8: the person's dissent to sharing, and hiding of where they are. Read before anything else is kept.

An unknown code is taken as the careful one and refused by name: a restriction that nobody understands must
not be lost. Not carried: sexual orientation (ZU8-1), and consent to the Summary Care Record (ZU8-3), which is
another system's business.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.acute.values import cleared, said, text
from adapters.places import Standing, standing
from adapters.wire.hl7v2 import Message, Segment
from schemas.contribution import Refusal

_DISSENT = {"1": False, "2": True}
_HIDING = {"0": False, "1": True, "2": True}
_WORDS = {"YES": "1", "NO": "0", "Y": "1", "N": "0"}
_NOWHERE = Standing()


@dataclass(frozen=True, slots=True)
class Sharing:
    """``dissent`` and ``hidden`` are None when the message does not say.

    ``place``: what PID-11 tells of where the person lives. A refuge hides the person until an officer says
    otherwise; a prison hides its own address only (people-and-safety 4.2).
    """

    dissent: bool | None = None
    hidden: bool | None = None
    refusals: tuple[Refusal, ...] = ()
    place: Standing = _NOWHERE

    @property
    def shielded(self) -> bool:
        """Whether this message's places must not be kept in clear."""
        return bool(self.hidden) or self.place.protected


def read_sharing(message: Message, part: str) -> Sharing:
    """What ZU8 says. Several ZU8 segments: the most careful one counts."""
    dissent: list[bool] = []
    hidden: list[bool] = []
    refusals: list[Refusal] = []
    for zu8 in message.segments("ZU8"):
        dissent += _read(zu8, 2, _DISSENT, refusals, part)
        hidden += _read(zu8, 4, _HIDING, refusals, part)
    place = _place(message)
    if "REFUGE" in place.labels:
        hidden.append(True)
    return Sharing(any(dissent) if dissent else None, any(hidden) if hidden else None, tuple(refusals), place)


def _place(message: Message) -> Standing:
    """What the lines of PID-11 tell: no flag comes with a refuge that a clerk typed."""
    lines = [
        said(a.get(n)) for pid in message.segments("PID") for a in pid.repetitions(11) for n in (1, 2, 3)
    ]
    return standing(*(line for line in lines if line))


def _read(
    zu8: Segment, position: int, table: dict[str, bool], refusals: list[Refusal], part: str
) -> list[bool]:
    code = text(zu8, position)
    if cleared(zu8, position):
        return [False]
    if not code or (position == 2 and code == "3"):  # 3: not known, which is the same as not saying
        return []
    code = _WORDS.get(code.upper(), code) if position == 4 else code
    if code in table:
        return [table[code]]
    refusals.append(
        Refusal(f"ZU8-{position}", "is not on the list of values; the careful one was taken", part)
    )
    return [True]
