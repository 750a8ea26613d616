"""A meeting's outcome as the shared plan: a Bundle of CarePlan, Goal and Task.

The identifiers are those that the shared record documents for `$plan`: PLAN/plan, PLAN/goal/N, PLAN/action/N.
"""

from typing import Any, Final

from demo.lives import Person
from demo.lives.person import Action, Meeting
from demo.place import STAFF
from demo.systems.suppliers.elements import Resource, organisation

_SYSTEM: Final = "https://carerecord.example/fhir/plan"
_STATES: Final = {"open": "accepted", "done": "completed"}


def plan_of(person: Person, person_id: str) -> dict[str, Any]:
    """The plan of the person's last meeting. Actions that serve no one goal stand under what was decided."""
    meeting = person.meetings[-1]
    subject = {"reference": f"Patient/{person_id}"}
    header: Resource = {
        "resourceType": "CarePlan",
        "identifier": [_named(meeting, "plan")],
        "status": "active",
        "intent": "plan",
        "title": f"Shared care plan: {meeting.why_now[:1].lower()}{meeting.why_now[1:]}",
        "subject": subject,
    }
    wishes = (
        person.social_care.about_me[-1].important
        if person.social_care and person.social_care.about_me
        else ""
    )
    if wishes:
        header["description"] = wishes
    resources = [header]
    named = {action.goal for action in meeting.actions}
    goals = [*meeting.goals, *([meeting.decided] if "" in named else [])]
    for number, text in enumerate(goals, 1):
        resources.append(
            {
                "resourceType": "Goal",
                "identifier": [_named(meeting, f"goal/{number}")],
                "lifecycleStatus": "active",
                "description": {"text": text},
                "subject": subject,
            }
        )
        mine = [a for a in meeting.actions if (a.goal or meeting.decided) == text]
        resources += [_task(meeting, action, number, subject) for action in mine]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def _task(meeting: Meeting, action: Action, goal: int, subject: Resource) -> Resource:
    lead = STAFF[action.lead]
    return {
        "resourceType": "Task",
        "identifier": [_named(meeting, f"action/{action.id}")],
        "status": _STATES[action.status],
        "intent": "plan",
        "description": action.what,
        "for": subject,
        "focus": {"type": "Goal", "identifier": _named(meeting, f"goal/{goal}")},
        "owner": {"type": "Organization", **organisation(lead.org), "display": lead.display_name},
        "restriction": {"period": {"end": action.due.isoformat()}},
    }


def _named(meeting: Meeting, part: str) -> Resource:
    return {"system": _SYSTEM, "value": f"{meeting.id}/{part}"}
