"""The shared care plan: read like any view, edited on a version, kept through the one door in.

Two people editing never lose each other's words: a save names the version that it was made on, and is
refused with the newest plan when somebody was first. Parts that the editor may not see stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from adapters.fhir_server.push import FORM, Pushed, frame
from adapters.source import Raw
from aggregator.access import audit
from aggregator.care.plan_fhir import HEADER, SYSTEM, read_plan, written
from aggregator.care.record import Records
from aggregator.intake.ingest import Intake
from aggregator.people.identity import Identity
from schemas.caller import Caller
from schemas.codes import Category, Heading, Interaction
from schemas.errors import NotAllowed, Unprocessable
from schemas.plan import ACTION_STATES, GOAL_STATES, Plan
from schemas.record import Record


class Plans:
    def __init__(self, records: Records, intake: Intake, identity: Identity) -> None:
        self._records = records
        self._intake = intake
        self._identity = identity

    async def read(self, caller: Caller, person_id: str) -> Plan | None:
        """The plan as this caller may see it; None when there is none to show."""
        return read_plan(await self._records.record(caller, person_id, Interaction.PLAN, refresh=False))

    async def as_bundle(
        self, caller: Caller, person_id: str, base_url: str
    ) -> tuple[dict[str, Any] | None, int]:
        """The plan's resources as a collection Bundle, and its version."""
        record = await self._records.record(caller, person_id, Interaction.PLAN, refresh=False)
        plan = read_plan(record)
        if plan is None:
            return None, 0
        entries = [
            {"fullUrl": f"{base_url}/{e.type}/{e.entry_id}", "resource": e.resource}
            for e in record.under(Heading.PLAN)
            if e.type in ("CarePlan", "Goal", "Task")
        ]
        return {"resourceType": "Bundle", "type": "collection", "entry": entries}, plan.version

    async def save(self, caller: Caller, plan: Plan, if_version: int) -> Plan:
        """Keep a new version. Raises ``StaleVersion`` when ``if_version`` is not the newest any more."""
        _insist_sound(plan)
        looked = await self._records.look(caller, plan.person_id, Interaction.PLAN, refresh=False)
        decision = looked.decision
        record = await self._records.record(caller, plan.person_id, Interaction.PLAN, refresh=False)
        present = read_plan(record)
        controller = present.controller if present else caller.organisation
        if not decision.allows_write(controller, Category.CARE_PLAN, Heading.PLAN):
            raise NotAllowed("Your role does not change shared care plans.")
        source = _source_of(record) or self._intake.source_of(controller)
        if source is None:
            raise NotAllowed("This organisation is not set up to keep shared care plans.")
        now = datetime.now(UTC)
        _, local_ids, _ = await self._identity.known_as(plan.person_id)
        local_id = min(local_ids.get(controller, [f"carerecord:{plan.person_id}"]))
        resources = written(plan, present, caller, controller, now)
        pushed = [
            Pushed(
                resource,
                local_id,
                now,
                person_id=plan.person_id,
                category=Category.CARE_PLAN,
                heading=Heading.PLAN,
            )
            for resource in resources
        ]
        raw = Raw(source, FORM, frame(controller, pushed), now)
        plan_id = present.plan_id if present else plan.plan_id
        # A part that this editor does not see is new, or it is somebody's whom they may not overwrite.
        expected = dict.fromkeys(_named(resources) - _named(e.resource for e in record.entries), 0)
        expected[SYSTEM, f"{plan_id}{HEADER}"] = if_version
        row = audit.of_decision(decision, "written", versioned=if_version)
        await self._records.statements.audited(decision.decided_at, plan.person_id, row)
        receipt = (await self._intake.ingest_many([raw], feed=False, whole=True, expected=expected))[0]
        if receipt.refusals:
            raise Unprocessable(receipt.refusals[0].field, receipt.refusals[0].reason)
        saved = await self.read(caller, plan.person_id)
        assert saved is not None
        return saved


def _insist_sound(plan: Plan) -> None:
    """Every action has one lead and, unless it is closed, a due date; texts are not empty."""
    if not plan.title.strip():
        raise Unprocessable("title", "say what the plan is for")
    for goal in plan.goals:
        if not goal.text.strip():
            raise Unprocessable("goal", "say what is hoped for")
        if goal.status not in GOAL_STATES:
            raise Unprocessable("goal.status", f"one of {', '.join(GOAL_STATES)}")
        for action in goal.actions:
            if not action.text.strip():
                raise Unprocessable("action", "say what is to be done")
            if not action.lead.strip():
                raise Unprocessable("action.lead", "every action has one lead")
            if action.due is None and action.status not in ("completed", "cancelled"):
                raise Unprocessable("action.due", "every open action has a due date")
            if action.status not in ACTION_STATES:
                raise Unprocessable("action.status", f"one of {', '.join(ACTION_STATES)}")


def _named(resources: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """(system, value) of the parts of a plan by which they are kept."""
    told = (one for r in resources if isinstance(r.get("identifier"), list) for one in r["identifier"])
    return {(SYSTEM, str(one["value"])) for one in told if one.get("system") == SYSTEM and one.get("value")}


def _source_of(record: Record) -> str | None:
    for entry in record.under(Heading.PLAN):
        if entry.type == "CarePlan":
            return entry.tellings[0].source
    return None
