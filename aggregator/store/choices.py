"""Relationships and choices of the person: the dated rows that decisions read."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.store.postgres import Connection
from aggregator.store.rows import rows
from schemas.contribution import ChoiceClaim, RelationshipClaim


async def relate(connection: Connection, claims: Sequence[tuple[str, RelationshipClaim, str]]) -> None:
    """Keep (subject id, claim, evidence hash); the same evidence told again, and not before, moves its dates."""
    newest: dict[tuple[str, str, str, str], RelationshipClaim] = {}
    for subject_id, claim, evidence in claims:
        key = (subject_id, claim.organisation, claim.kind.value, evidence)
        held = newest.get(key)
        if held is None or held.told is None or claim.told is None or held.told <= claim.told:
            newest[key] = claim
    if not newest:
        return
    told = [(*key, c.start, c.end, c.told) for key, c in sorted(newest.items(), key=lambda kc: kc[0])]
    await connection.execute(
        "insert into relationship (subject_id, organisation, kind, evidence, start_at, end_at, told_at)"
        " select * from json_to_recordset(%s) as x (i text, o text, k text, e text, s timestamptz,"
        " u timestamptz, t timestamptz) on conflict (subject_id, organisation, kind, evidence)"
        " do update set start_at = excluded.start_at, end_at = excluded.end_at, told_at = excluded.told_at"
        " where coalesce(relationship.told_at <= excluded.told_at, true)"
        " and (relationship.start_at, relationship.end_at) is distinct from"
        " (excluded.start_at, excluded.end_at)",
        [rows(tuple("iokesut"), told)],
        prepare=True,
    )


async def choose(connection: Connection, claims: Sequence[tuple[str, ChoiceClaim, str]]) -> None:
    """Keep (subject id, claim, choice id); a newer telling of the same choice replaces the older."""
    for subject_id, claim, choice_id in claims:
        who = (subject_id, choice_id, claim.subject.organisation)
        what = (claim.effect, claim.status, claim.recorded, claim.start, claim.end)
        about = (claim.target_organisation, claim.target_category, claim.target_user, claim.outcome)
        await connection.execute(
            "insert into choice (subject_id, choice_id, controller, effect, status, recorded, start_at, end_at,"
            " target_organisation, target_category, target_user, outcome)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (subject_id, choice_id) do update set effect = excluded.effect,"
            " status = excluded.status, recorded = excluded.recorded, start_at = excluded.start_at,"
            " end_at = excluded.end_at, outcome = excluded.outcome where choice.recorded <= excluded.recorded",
            [*who, *what, *about],
            prepare=True,
        )
