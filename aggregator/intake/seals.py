"""What a person had sealed at a live system is sealed in the same organisation's returns for statistics too.

A return carries no seals, and its rows cannot be paired with the live system's facts one by one. So while a
live fact under a heading is sealed, everything that the organisation's returns tell of that person under that
heading is sealed with it, whichever came first. It errs on the side of withholding, from others only: an
organisation sees its own facts. A seal that is lifted opens a return's facts with the next sending.
"""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.intake.labelling import class_of
from aggregator.store import seals
from aggregator.store.facts import LabelIds
from aggregator.store.postgres import Connection
from aggregator.store.statements import NewStatement
from consent.clearance import confidentiality
from consent.policy import Policy
from schemas.codes import Confidentiality

SEAL = "SEAL"


async def carry(
    connection: Connection,
    kept: Sequence[NewStatement],
    returns: frozenset[str],
    policy: Policy,
    key: bytes,
    labels: LabelIds,
) -> None:
    """Carry seals over to returns, after a batch of one source was kept. ``returns``: its organisation's."""
    touched = {n.subject_id for n in kept if n.source in returns or SEAL in n.data_class.labels}
    if not returns or not touched:
        return
    levels = {c.value for c in Confidentiality}
    moves = []
    for one in await seals.beside(connection, sorted(touched), sorted(returns), SEAL, labels):
        sealed = one.labels | {SEAL}
        sealed = (sealed - levels) | {confidentiality(policy, sealed, one.heading).value}
        made = class_of(key, one.controller, one.category, one.heading, sealed, one.exclusions)
        moves.append((one, made))
    await seals.move(connection, moves, sorted(returns), labels)
