"""The plan as FHIR CarePlan, Goal and Task, and back.

UK Core has no Goal profile and only a draft CarePlan (source: UK Core R4 STU2), so base R4 is written:
Goal.description, Task.focus on the goal, Task.owner the lead, Task.restriction.period.end the due date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from schemas.caller import Caller
from schemas.codes import Heading
from schemas.contribution import Resource
from schemas.errors import Unprocessable
from schemas.identifiers import ODS_ORGANISATION, OUR_BASE
from schemas.plan import Action, Goal, Plan
from schemas.record import Record

SYSTEM = f"{OUR_BASE}/plan"
HEADER = "/plan"
_REVISION = f"{OUR_BASE}/StructureDefinition/plan-revision"
_LIFECYCLE = {"proposed": "proposed", "active": "active", "completed": "completed", "cancelled": "cancelled"}


def written(
    plan: Plan, present: Plan | None, caller: Caller, controller: str, now: datetime
) -> list[Resource]:
    """What a save keeps: the header with its new revision, and each goal and action that was said.

    Goals and actions that ``present`` shows and ``plan`` leaves out are cancelled, not forgotten.
    """
    plan_id = present.plan_id if present else plan.plan_id
    revision = (present.version if present else 0) + 1
    header: Resource = {
        "resourceType": "CarePlan",
        "identifier": [{"system": SYSTEM, "value": f"{plan_id}{HEADER}"}],
        "status": "active",
        "intent": "plan",
        "title": plan.title.strip(),
        "created": now.isoformat(),
        "author": _organisation(controller),
        "contributor": [
            _organisation(caller.organisation) | {"display": f"{caller.role} at {caller.organisation}"}
        ],
        "extension": [{"url": _REVISION, "valueInteger": revision}],
    }
    if plan.wishes.strip():
        header["description"] = plan.wishes.strip()
    if plan.review:
        header["period"] = {"end": plan.review.isoformat()}
    resources = [header]
    said = {g.goal_id for g in plan.goals}
    said_actions = {a.action_id for g in plan.goals for a in g.actions}
    for goal in plan.goals:
        resources += _goal(plan_id, goal)
    for goal in present.goals if present else ():
        if goal.goal_id not in said:
            resources += _goal(plan_id, goal, cancelled=True)
            continue
        gone = [a for a in goal.actions if a.action_id not in said_actions]
        resources += [_action(plan_id, goal, action, cancelled=True) for action in gone]
    return resources


def _goal(plan_id: str, goal: Goal, *, cancelled: bool = False) -> list[Resource]:
    made: Resource = {
        "resourceType": "Goal",
        "identifier": [{"system": SYSTEM, "value": f"{plan_id}/goal/{goal.goal_id}"}],
        "lifecycleStatus": "cancelled" if cancelled else _LIFECYCLE[goal.status],
        "description": {"text": goal.text.strip()},
    }
    security = _security(goal)
    made |= security
    return [made, *(_action(plan_id, goal, action, cancelled=cancelled) for action in goal.actions)]


def _action(plan_id: str, goal: Goal, action: Action, *, cancelled: bool = False) -> Resource:
    made: Resource = {
        "resourceType": "Task",
        "identifier": [{"system": SYSTEM, "value": f"{plan_id}/action/{action.action_id}"}],
        "status": "cancelled" if cancelled else action.status,
        "intent": "plan",
        "description": action.text.strip(),
        "focus": {
            "type": "Goal",
            "identifier": {"system": SYSTEM, "value": f"{plan_id}/goal/{goal.goal_id}"},
        },
        "owner": _organisation(action.organisation) | {"display": action.lead.strip()},
    }
    if action.due:
        made["restriction"] = {"period": {"end": action.due.isoformat()}}
    if action.outcome.strip():
        made["note"] = [{"text": action.outcome.strip()}]
    return made | _security(goal)


def _security(goal: Goal) -> Resource:
    return {"meta": {"security": [{"code": code} for code in sorted(goal.labels)]}} if goal.labels else {}


def _organisation(code: str) -> dict[str, Any]:
    return {"type": "Organization", "identifier": {"system": ODS_ORGANISATION, "value": code}}


def read_plan(record: Record) -> Plan | None:
    """The plan in a record that was narrowed for its reader; None when it holds none."""
    entries = record.under(Heading.PLAN)
    header = next((e for e in entries if e.type == "CarePlan" and _value(e.resource).endswith(HEADER)), None)
    if header is None:
        return None
    made = read_resources(record.person_id, [e.resource for e in entries])
    return replace(
        made,
        controller=header.tellings[0].controller,
        version=max(t.version for t in header.tellings),
    )


def read_resources(person_id: str, resources: Sequence[Resource]) -> Plan:
    """One plan from CarePlan, Goals and Tasks. Raises ``Unprocessable`` when there is no CarePlan of ours."""
    by_type: dict[str, list[Resource]] = {}
    for resource in sorted(resources, key=_value):
        by_type.setdefault(str(resource.get("resourceType")), []).append(resource)
    headers = [r for r in by_type.get("CarePlan", []) if _value(r).endswith(HEADER)]
    if len(headers) != 1:
        raise Unprocessable("CarePlan.identifier", f"send one CarePlan with an identifier of {SYSTEM}")
    header, plan_id = headers[0], _value(headers[0]).removesuffix(HEADER)
    goals = [r for r in by_type.get("Goal", []) if _value(r).startswith(f"{plan_id}/goal/")]
    actions = [r for r in by_type.get("Task", []) if _value(r).startswith(f"{plan_id}/action/")]
    contributor = (header.get("contributor") or [{}])[0]
    return Plan(
        person_id=person_id,
        plan_id=plan_id,
        title=str(header.get("title", "")),
        controller="",
        wishes=str(header.get("description", "")),
        review=_day((header.get("period") or {}).get("end")),
        updated_at=datetime.fromisoformat(header["created"]) if header.get("created") else None,
        updated_by=str(contributor.get("display", "")),
        goals=tuple(_read_goal(g, actions) for g in goals if g.get("lifecycleStatus") != "cancelled"),
    )


def _read_goal(goal: Resource, actions: Sequence[Resource]) -> Goal:
    mine = [a for a in actions if _focus(a) in (_value(goal), f"Goal/{goal.get('id')}")]
    return Goal(
        goal_id=_value(goal).rpartition("/")[2],
        text=str((goal.get("description") or {}).get("text", "")),
        status=str(goal.get("lifecycleStatus", "active")),
        labels=frozenset(
            str(c["code"]) for c in (goal.get("meta") or {}).get("security") or [] if "code" in c
        ),
        actions=tuple(_read_action(a) for a in mine if a.get("status") != "cancelled"),
    )


def _read_action(task: Resource) -> Action:
    owner = task.get("owner") or {}
    period = (task.get("restriction") or {}).get("period") or {}
    return Action(
        action_id=_value(task).rpartition("/")[2],
        text=str(task.get("description", "")),
        lead=str(owner.get("display", "")),
        organisation=str((owner.get("identifier") or {}).get("value", "")),
        due=_day(period.get("end")),
        status=str(task.get("status", "requested")),
        outcome=str(((task.get("note") or [{}])[0]).get("text", "")),
    )


def _focus(task: Resource) -> str:
    focus = task.get("focus") or {}
    return str(focus.get("reference") or (focus.get("identifier") or {}).get("value", ""))


def _value(resource: Resource) -> str:
    for identifier in resource.get("identifier") or []:
        if identifier.get("system") == SYSTEM:
            return str(identifier.get("value", ""))
    return ""


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None
