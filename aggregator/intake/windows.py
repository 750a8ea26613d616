"""What is gone when a source has told everything anew, and what is too much to believe at once.

A whole telling (``schemas.contribution.Window``) that lacks a fact which an earlier one had may be a correction,
a deletion of what was written about the wrong person, or half a file. So a fact is taken as gone only under
headings whose terms say so; other facts stay and somebody is asked; and a telling of which a part was refused,
or that loses many facts at once, takes nothing away until somebody in review accepts it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from adapters.source import Raw, Terms
from aggregator.store import tellings
from aggregator.store.postgres import Connection
from aggregator.store.subjects import Subject
from aggregator.store.tellings import Untold
from schemas.contribution import Refusal, Window
from schemas.identifiers import SubjectKey

_FEW = 5
_SHARE = 5  # more than _FEW facts and more than one in _SHARE: too many to be believed

_EVER = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))


async def settle(
    connection: Connection,
    raw: Raw,
    window: Window,
    terms: Terms,
    told: Sequence[tuple[str, str]],
    known: Mapping[SubjectKey, Subject],
    *,
    refused: bool,
    accepted: bool,
) -> list[Refusal]:
    """Make absent what this telling lacks; what must be asked first, as entries for review.

    ``told``: (subject id, statement id) of all that this raw input told, repeats too. ``accepted``: somebody in
    review said that all is gone that they were asked about, of this person or of this return. Nobody is asked
    twice about a fact, although a live file is fetched again and again.
    """
    refused = refused or not window.whole
    subject = known.get(window.subject) if window.subject else None
    if accepted:
        of = subject.subject_id if subject else None
        gone = await tellings.doubted(connection, terms.source, window.telling, of)
        await tellings.make_absent(connection, gone, terms.source, raw.received_at)
        return []
    if window.subject is None:
        missing, held, refused = await _missing_of_return(connection, raw, window, terms, told, refused)
    elif subject is not None and not refused:
        if not await tellings.whole(connection, subject.subject_id, terms.source, raw.received_at):
            return []
        own = [(s, i) for s, i in told if s == subject.subject_id]
        await tellings.told_again(connection, own)
        missing, held = await tellings.untold(
            connection, subject.subject_id, terms.source, [i for _, i in own]
        )
    else:
        return []
    lost = {h.heading.value for h in terms.headings if h.vanished == "gone"}
    gone = [u for u in missing if u.heading in lost]
    why = _unbelieved(len(gone), held, refused=refused)
    asked = [u for u in missing if why or u.heading not in lost]
    await tellings.doubt(connection, asked, terms.source, window.telling)
    if not why:
        await tellings.make_absent(connection, gone, terms.source, raw.received_at)
    kept = Counter(u.heading for u in missing if u.heading not in lost)
    return [*(_ask(count, heading) for heading, count in sorted(kept.items())), *why]


def _unbelieved(gone: int, held: int, *, refused: bool) -> list[Refusal]:
    """Why nothing is taken away, as what waits in review; empty when it is believed."""
    if gone and refused:
        return [Refusal("file", f"{_facts(gone)} told before missing from it, but parts of it were refused")]
    if gone > _FEW and gone * _SHARE > held:
        return [Refusal("file", f"{_facts(gone)} of {held} told before missing from it: too many at once")]
    return []


async def _missing_of_return(
    connection: Connection,
    raw: Raw,
    window: Window,
    terms: Terms,
    told: Sequence[tuple[str, str]],
    refused: bool,
) -> tuple[list[Untold], int, bool]:
    bounds = (window.start or _EVER[0], window.end or _EVER[1])
    await tellings.tell(connection, terms.source, window.telling, bounds, raw.received_at, refused, told)
    await tellings.told_again(connection, told)
    if not window.last:
        return [], 0, refused
    return await tellings.close(connection, terms.source, window.telling, raw.received_at)


def _ask(count: int, heading: str) -> Refusal:
    return Refusal(
        heading, f"{_facts(count)} told before no longer told; still shown until somebody accepts that"
    )


def _facts(count: int) -> str:
    return "one fact" if count == 1 else f"{count} facts"
