"""Who may be the same person without our trace saying so: candidates by blocking keys, opened and scored in memory.

Runs beside what is kept, never in its way: new and changed subjects wait in a table, a timed task compares them.
It fills the queue of possible matches and links nobody by a score; what was told at one moment by several writers is
grouped once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aggregator.people import details, linking, scoring
from aggregator.people.scoring import Compared
from aggregator.store import matches, subjects
from aggregator.store.postgres import Database
from aggregator.store.subjects import Subject
from aggregator.store.vault import Vault

_MOST: Final = 50  # candidates of one subject: a key that more share tells nothing


async def propose(record: Database, vault: Vault, limit: int = 500) -> int:
    """Compare subjects that are new or changed; how many were. Call again while it is ``limit``."""
    async with record.transaction() as connection:
        taken = await matches.take(connection, limit)
        if not taken:
            return 0
        await linking.mend(connection, taken)
        alike = {(min(pair), max(pair)) for pair in await matches.alike(connection, taken, _MOST)}
        found = await subjects.by_ids(connection, sorted({s for pair in alike for s in pair}))
        keys = await vault.find({s.key_id for s in found.values()})
        hidden = await matches.restricted(connection, list(found))
        sides = {i: compared(s, keys, i in hidden) for i, s in found.items() if s.key_id in keys}
        scored = [
            (a, b, *said)
            for a, b in sorted(alike)
            if a in sides and b in sides and (said := scoring.score(sides[a], sides[b]))
        ]
        await matches.withdraw(connection, taken, [(a, b) for a, b, *_ in scored])
        await matches.propose(connection, scored)
    return len(taken)


def compared(subject: Subject, keys: Mapping[str, AESGCM], hidden: bool) -> Compared:
    """``hidden``: somebody, not only this source, says that the person's place is not to be told."""
    key = keys[subject.key_id]
    number = details.number_of(key, subject)
    return Compared(
        who=details.who_of(key, subject),
        number=number.digits if number else "",
        unknown=subject.unknown_identity,
        invalidated=subject.traced == "invalidated",
        hidden=hidden,
    )
