"""What is gone when a source has told everything anew, and what is too much to believe at once.

A whole telling (``schemas.contribution.Window``) that lacks a fact which an earlier one had may be a correction,
a deletion of what was written about the wrong person, or half a file. So a fact is taken as gone only under
headings whose terms say so; other facts stay and somebody is asked; and a telling of which a part was refused,
or that loses many facts at once, takes nothing away until somebody in review accepts it.
"""

from __future__ import annotations

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
    review said that all that is missing is gone.
    """
    refused = refused or not window.whole
    if window.subject is None:
        missing, held, refused = await _missing_of_return(connection, raw, window, terms, told, refused)
    elif window.subject in known and not refused:
        subject_id = known[window.subject].subject_id
        if not await tellings.whole(connection, subject_id, terms.source, raw.received_at):
            return []
        own = [i for s, i in told if s == subject_id]
        missing, held = await tellings.untold(connection, subject_id, terms.source, own)
    else:
        return []
    if accepted:
        await tellings.make_absent(connection, missing, terms.source, raw.received_at)
        return []
    lost = {h.heading.value for h in terms.headings if h.vanished == "gone"}
    gone = [u for u in missing if u.heading in lost]
    asked = [_ask(len(kept), heading) for heading, kept in sorted(_by_heading(missing, lost).items())]
    if gone and refused:
        return [
            *asked,
            Refusal("file", f"{_facts(len(gone))} told before missing from it, but parts of it were refused"),
        ]
    if len(gone) > _FEW and len(gone) * _SHARE > held:
        return [
            *asked,
            Refusal("file", f"{_facts(len(gone))} of {held} told before missing from it: too many at once"),
        ]
    await tellings.make_absent(connection, gone, terms.source, raw.received_at)
    return asked


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
    if not window.last:
        return [], 0, refused
    return await tellings.close(connection, terms.source, window.telling, raw.received_at)


def _by_heading(missing: Sequence[Untold], lost: set[str]) -> dict[str, list[Untold]]:
    found: dict[str, list[Untold]] = {}
    for one in missing:
        if one.heading not in lost:
            found.setdefault(one.heading, []).append(one)
    return found


def _ask(count: int, heading: str) -> Refusal:
    return Refusal(
        heading, f"{_facts(count)} told before no longer told; still shown until somebody accepts that"
    )


def _facts(count: int) -> str:
    return "one fact" if count == 1 else f"{count} facts"
