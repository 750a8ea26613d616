"""What staff do that is about nobody in particular: the review pile, possible matches, scorecards.

Whether a caller may is the gate's decision without a person; it is audited as "person unknown". What they then do
about somebody (two who may be one person) is audited under that person by whoever does it.
"""

from __future__ import annotations

import re

from aggregator.access import audit
from aggregator.access.gate import insist
from aggregator.care.record import Records
from schemas.caller import Caller
from schemas.codes import Interaction
from schemas.decision import Decision
from schemas.errors import BadInput

_LONGEST = 300
_NUMBER = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}")


async def ask(records: Records, caller: Caller, interaction: Interaction) -> Decision:
    """The decision, whichever way it goes; whose rows it covers is in ``controllers``."""
    return records.gate.decide(caller, await records.gate.facts(caller, ""), interaction)


async def insisted(records: Records, caller: Caller, interaction: Interaction) -> Decision:
    """The decision when it permits. Raises ``NotAllowed``, audited as refused, when it does not."""
    decision = await ask(records, caller, interaction)
    if not decision.permit:
        await note(records, decision, "refused")
    insist(decision)
    return decision


async def note(records: Records, decision: Decision, outcome: str, **more: object) -> None:
    """The audit row of such a decision; ``more``: opaque ids, names of sources, counts."""
    body = audit.of_decision(decision, outcome, person="unknown", **more)
    await records.statements.audited(decision.decided_at, "", body)


def reason(because: str) -> str:
    """What somebody typed as their reason, fit to be kept beside what they decided. Raises ``BadInput``."""
    because = because.strip()
    if not because:
        raise BadInput("because", "say why, in a few words")
    if len(because) > _LONGEST:
        raise BadInput("because", f"say it in at most {_LONGEST} characters")
    if _NUMBER.search(because):
        raise BadInput("because", "say it without NHS numbers")
    return because
