"""The plan as FHIR CarePlan, Goal and Task, and back.

UK Core has no Goal profile and only a draft CarePlan (source: UK Core R4 STU2), so base R4 is written:
Goal.description, Task.focus on the goal, Task.owner the lead, Task.restriction.period.end the due date.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from schemas.caller import Caller
from schemas.codes import Heading
from schemas.contribution import Resource
from schemas.identifiers import ODS_ORGANISATION, OUR_BASE
from schemas.plan import Action, Goal, Plan
from schemas.record import Entry, Record

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
    header = next((e for e in entries if e.type == "CarePlan" and _value(e).endswith(HEADER)), None)
    if header is None:
        return None
    plan_id = _value(header).removesuffix(HEADER)
    resource = header.resource
    goals = sorted(
        (e for e in entries if e.type == "Goal" and _value(e).startswith(f"{plan_id}/goal/")), key=_value
    )
    actions = [e for e in entries if e.type == "Task" and _value(e).startswith(f"{plan_id}/action/")]
    contributor = (resource.get("contributor") or [{}])[0]
    return Plan(
        person_id=record.person_id,
        plan_id=plan_id,
        title=str(resource.get("title", "")),
        controller=header.tellings[0].controller,
        version=max(t.version for t in header.tellings),
        wishes=str(resource.get("description", "")),
        review=_day((resource.get("period") or {}).get("end")),
        updated_at=datetime.fromisoformat(resource["created"]) if resource.get("created") else None,
        updated_by=str(contributor.get("display", "")),
        goals=tuple(
            _read_goal(e, actions) for e in goals if e.resource.get("lifecycleStatus") != "cancelled"
        ),
    )


def _read_goal(entry: Entry, actions: list[Entry]) -> Goal:
    mine = [a for a in actions if _focus(a) in (_value(entry), f"Goal/{entry.entry_id}")]
    return Goal(
        goal_id=_value(entry).rpartition("/")[2],
        text=str((entry.resource.get("description") or {}).get("text", "")),
        status=str(entry.resource.get("lifecycleStatus", "active")),
        labels=frozenset(
            str(c["code"]) for c in (entry.resource.get("meta") or {}).get("security") or [] if "code" in c
        ),
        actions=tuple(
            _read_action(a) for a in sorted(mine, key=_value) if a.resource.get("status") != "cancelled"
        ),
    )


def _read_action(entry: Entry) -> Action:
    resource = entry.resource
    owner = resource.get("owner") or {}
    period = (resource.get("restriction") or {}).get("period") or {}
    return Action(
        action_id=_value(entry).rpartition("/")[2],
        text=str(resource.get("description", "")),
        lead=str(owner.get("display", "")),
        organisation=str((owner.get("identifier") or {}).get("value", "")),
        due=_day(period.get("end")),
        status=str(resource.get("status", "requested")),
        outcome=str(((resource.get("note") or [{}])[0]).get("text", "")),
    )


def _focus(entry: Entry) -> str:
    focus = entry.resource.get("focus") or {}
    return str(focus.get("reference") or (focus.get("identifier") or {}).get("value", ""))


def _value(entry: Entry) -> str:
    for identifier in entry.resource.get("identifier") or []:
        if identifier.get("system") == SYSTEM:
            return str(identifier.get("value", ""))
    return ""


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None
