"""The plan's form: its fields, and what they say. No script is needed: each goal has one empty row to add to.

Fields are ``goal-N-...`` and ``action-N-M-...``. A row without a text that was never kept says nothing; one
that was kept and whose text was taken out is left out of the plan, which cancels it without forgetting it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from aggregator.doors.web.forms import Form
from aggregator.doors.web.reading.dates import MONTHS
from schemas.errors import BadInput
from schemas.identifiers import new_id
from schemas.plan import Action, Goal, Plan

MOST = 40
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ](\d{4})\Z", re.ASCII)
_ID = re.compile(r"[\w.:-]{1,64}\Z", re.ASCII)


class BadField(BadInput):
    """Some fields cannot be kept. ``plan`` holds everything else that was typed."""

    def __init__(self, plan: Plan, errors: dict[str, str]) -> None:
        super().__init__("plan", "some fields need another look")
        self.plan = plan
        self.errors = errors


def blank(person_id: str) -> Plan:
    """A plan that does not exist yet."""
    return Plan(person_id=person_id, plan_id=new_id(), title="Shared care plan", controller="")


def read_form(form: Form, present: Plan) -> Plan:
    """What was typed, as a plan made on the version that the form names. Raises ``BadField``, ``BadInput``."""
    version = form.text("version")
    if not (version.isascii() and version.isdigit() and len(version) < 9):
        raise BadInput("version", "the form does not say which version it was made on")
    errors: dict[str, str] = {}
    labels = {g.goal_id: g.labels for g in present.goals}
    goals = []
    for n in range(MOST):
        if f"goal-{n}-text" not in form:
            break
        actions = tuple(_actions(form, n, errors))
        text = form.text(f"goal-{n}-text")
        goal_id = _id(form.text(f"goal-{n}-id"))
        if not text and actions:
            errors[f"goal-{n}-text"] = "Say what is hoped for with these actions"
        elif not text:
            continue
        status = form.text(f"goal-{n}-status") or "active"
        goals.append(Goal(goal_id, text, status, labels.get(goal_id, frozenset()), actions))
    review = _day(form, "review", errors)
    title = form.text("title")
    if not title:
        errors["title"] = "Say what the plan is for"
    plan = replace(
        present,
        plan_id=_id(form.text("plan_id")) if not present.version else present.plan_id,
        title=title,
        wishes=form.text("wishes"),
        review=review,
        goals=tuple(goals),
        version=int(version),
    )
    if errors:
        raise BadField(plan, errors)
    return plan


def _actions(form: Form, n: int, errors: dict[str, str]) -> list[Action]:
    found = []
    for m in range(MOST):
        at = f"action-{n}-{m}-"
        if f"{at}text" not in form:
            break
        text, lead = form.text(f"{at}text"), form.text(f"{at}lead")
        if not text:
            if lead or form.text(f"{at}due"):
                errors[f"{at}text"] = "Say what is to be done"
                text = ""
            else:
                continue
        due, status = _day(form, f"{at}due", errors), form.text(f"{at}status") or "requested"
        if text and not lead:
            errors[f"{at}lead"] = "Every action has one lead: name a person or a role"
        if text and due is None and f"{at}due" not in errors and status not in ("completed", "cancelled"):
            errors[f"{at}due"] = "Every open action has a due date"
        found.append(
            Action(
                _id(form.text(f"{at}id")), text, lead, form.text(f"{at}organisation"), due, status,
                form.text(f"{at}outcome"),
            )
        )  # fmt: skip
    return found


def _day(form: Form, name: str, errors: dict[str, str]) -> date | None:
    """A day as people write it here: 22-Nov-2026, 22/11/2026, 22 November 2026, or 2026-11-22."""
    typed = form.text(name)
    if not typed:
        return None
    try:
        found = _DAY.match(typed)
        if not found:
            return date.fromisoformat(typed)
        day, month, year = found.groups()
        names = [m.casefold() for m in MONTHS]
        number = (
            int(month)
            if month.isdigit()
            else next((i for i, m in enumerate(names, 1) if m.startswith(month.casefold())), 0)
        )
        return date(int(year), number, int(day))
    except ValueError:
        errors[name] = "Enter a real date, for example 22-Nov-2026"
        return None


def _id(given: str) -> str:
    return given if _ID.match(given) else new_id()


def fields_of(plan: Plan, version: int) -> list[tuple[str, str]]:
    """A plan as the fields of its form, so that it can be sent once more on another version."""
    told = [
        ("version", str(version)),
        ("plan_id", plan.plan_id),
        ("title", plan.title),
        ("wishes", plan.wishes),
        ("review", plan.review.isoformat() if plan.review else ""),
    ]
    for n, goal in enumerate(plan.goals):
        told += [
            (f"goal-{n}-id", goal.goal_id),
            (f"goal-{n}-text", goal.text),
            (f"goal-{n}-status", goal.status),
        ]
        for m, action in enumerate(goal.actions):
            at = f"action-{n}-{m}-"
            told += [
                (f"{at}id", action.action_id),
                (f"{at}text", action.text),
                (f"{at}lead", action.lead),
                (f"{at}organisation", action.organisation),
                (f"{at}due", action.due.isoformat() if action.due else ""),
                (f"{at}status", action.status),
                (f"{at}outcome", action.outcome),
            ]
    return told
