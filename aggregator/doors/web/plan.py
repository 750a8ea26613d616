"""The shared care plan: read it, edit it, and never lose what somebody typed.

A form names the version that it was made on. When somebody else was first, the page shows what is kept now
beside what was typed, and sends the typed words again only when their writer says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.care.passport.wording import PLACE_TIME
from aggregator.doors.web import forms
from aggregator.doors.web.person import about
from aggregator.doors.web.planform import BadField, blank, fields_of, read_form
from aggregator.doors.web.replies import go, page, role_words
from aggregator.doors.web.services import pages
from schemas.errors import NotAllowed, StaleVersion, Unprocessable
from schemas.plan import Plan

GOAL_WORDS = {"proposed": "Proposed", "active": "Active", "completed": "Reached", "cancelled": "Dropped"}
ACTION_WORDS = {
    "requested": "To do",
    "accepted": "Accepted",
    "in-progress": "In progress",
    "completed": "Done",
    "cancelled": "Cancelled",
}
COLOURS = {
    "requested": "blue", "accepted": "blue", "in-progress": "yellow", "completed": "green", "cancelled": "grey",
    "proposed": "blue", "active": "aqua-green",
}  # fmt: skip


async def show(request: Request, session: Session) -> Response:
    """The plan: goals, and actions with one lead and a due date."""
    person_id = request.path_params["id"]
    plan = await pages(request).plans.read(session.caller, person_id)
    return await _page(request, session, "plan.html", plan=plan)


async def edit(request: Request, session: Session) -> Response:
    """The plan as a form."""
    person_id = request.path_params["id"]
    if not _may_edit(session):
        raise NotAllowed("Your role does not change shared care plans.")
    plan = await pages(request).plans.read(session.caller, person_id)
    return await _edit(request, session, plan or blank(person_id), {})


async def save(request: Request, session: Session) -> Response:
    """Keep a new version of the plan."""
    form, person_id = await forms.read(request, session), request.path_params["id"]
    plans = pages(request).plans
    newest = await plans.read(session.caller, person_id)
    try:
        plan = read_form(form, newest or blank(person_id))
    except BadField as wrong:
        return await _edit(request, session, wrong.plan, wrong.errors, form)
    try:
        await plans.save(session.caller, plan, plan.version)
    except StaleVersion:
        newest = await plans.read(session.caller, person_id) or blank(person_id)
        return await _page(
            request,
            session,
            "plan-stale.html",
            412,
            plan=newest,
            typed=plan,
            fields=fields_of(plan, newest.version),
        )
    except Unprocessable as wrong:
        return await _edit(request, session, plan, {"": wrong.reason}, form)
    return go(f"/people/{person_id}/plan")


def _said_by(plan: Plan | None, organisations: Mapping[str, str]) -> str:
    """Who changed the plan last, in words: it is kept as "role at code"."""
    role, at, code = (plan.updated_by if plan else "").partition(" at ")
    return f"{role_words(role)}, {organisations.get(code, code)}" if at else role


def _may_edit(session: Session) -> bool:
    """Whether the form is offered at all; whether it is kept is decided when it comes."""
    return "plan" in session.caller.activities


async def _edit(
    request: Request,
    session: Session,
    plan: Plan,
    errors: dict[str, str],
    typed: forms.Form | None = None,
) -> Response:
    problems = [{"text": text, "href": f"#{name}" if name else "#title"} for name, text in errors.items()]
    status = 422 if errors else 200
    return await _page(
        request,
        session,
        "plan-edit.html",
        status,
        plan=plan,
        errors=errors,
        problems=problems,
        typed=typed or {},
    )


async def _page(
    request: Request, session: Session, template: str, status: int = 200, **values: Any
) -> Response:
    return page(
        request,
        template,
        session,
        status=status,
        may_edit=_may_edit(session),
        organisations=pages(request).organisations,
        said_by=_said_by(values.get("plan"), pages(request).organisations),
        goal_words=GOAL_WORDS,
        action_words=ACTION_WORDS,
        colours=COLOURS,
        today=datetime.now(PLACE_TIME).date(),
        **await about(request, session, "plan"),
        **values,
    )
