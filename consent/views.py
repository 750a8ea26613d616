"""Reading: which classes of one person come to this reader. Stages 3 to 9, in their order.

``STAGES`` is the order on one screen. Each stage answers with blocks and can never grant; a class is shown when
on some clause's path no block is left after stage 9. Decided once for each data class, never for a resource.
"""

from __future__ import annotations

from collections.abc import Callable

from consent import audience, clauses, clearance, directives, emergency, exclusions, location, relationships
from consent.case import Block, Case, Outcome, Path
from consent.policy import Clause
from schemas.decision import ClassFact

Stage = Callable[[Case, Clause, ClassFact], tuple[Block, ...]]

STAGES: tuple[tuple[str, Stage], ...] = (
    ("3", clauses.blocks),
    ("4", relationships.permission),
    ("5", exclusions.blocks),
    ("6", directives.blocks),
    ("7", clearance.blocks),
    ("7b", audience.blocks),
    ("8", location.blocks),
)

COUNTED = frozenset({"6", "7"})
"""Only what these stages keep back may be told of, as yes or no (people-and-safety 5.8)."""


def look(case: Case) -> Outcome:
    """What this caller may see of this person now."""
    opened = clauses.opened(case)
    paths = [(clause, _at_the_door(case, clause)) for clause in opened]
    granted: dict[tuple[str, str], Path] = {}
    blocks: set[Block] = set() if opened else {Block("3", "clause.none")}
    used: set[tuple[str, str]] = set()
    lifted = withheld = floor = False
    for item in sorted(case.facts.classes, key=_key):
        open_path, counted = None, False
        for clause, door in paths:
            if not clauses.covers(case, clause, item):
                continue
            found = door + tuple(b for _, stage in STAGES for b in stage(case, clause, item))
            left = emergency.lift(case, clause, found)
            blocks.update(left)
            counted = counted or (bool(left) and all(b.stage in COUNTED for b in left))
            if not left and (open_path is None or len(found) < len(open_path.blocks)):
                open_path = Path(item, clause, found)
            if not found:
                break  # no better way than one on which nothing stood in the way
        if open_path is not None:
            granted[item.subject_id, item.class_id] = open_path
            used.add(("3", open_path.clause.id))
            lifted = lifted or bool(open_path.blocks)
        elif counted:
            withheld = True
            floor = floor or directives.floor(case, item)
    doors = [(clause, door, emergency.lift(case, clause, door)) for clause, door in paths]
    blocks.update(b for _, _, left in doors for b in left)
    session = emergency.session(case)
    opens = any(not left for _, _, left in doors)
    return Outcome(
        permit=opens,
        granted=tuple(granted[key] for key in sorted(granted)) if opens else (),
        offered=clauses.offered(case, opened),
        withheld=opens and withheld,
        floor_withheld=opens and floor and case.role.prescriber,
        blocks=frozenset(blocks),
        used=frozenset(used),
        emergency=session.session_id if session is not None and (lifted or _lifts(doors)) else None,
    )


def _at_the_door(case: Case, clause: Clause) -> tuple[Block, ...]:
    """What is the same for every class under one clause."""
    return clauses.aged(case, clause) + relationships.blocks(case, clause)


def _lifts(doors: list[tuple[Clause, tuple[Block, ...], tuple[Block, ...]]]) -> bool:
    """True when the caller is here by emergency access alone."""
    return all(before or after for _, before, after in doors) and any(
        before and not after for _, before, after in doors
    )


def _key(item: ClassFact) -> tuple[str, str, int]:
    return item.subject_id, item.class_id, item.version
