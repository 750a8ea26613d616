"""Emergency access: an interruption before a risky act. A listed reason and words of one's own, never prefilled.

Asked for from a record that is on the screen, or by NHS number from the page that shows nothing.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.doors.web import forms
from aggregator.doors.web.replies import go, page
from aggregator.doors.web.services import pages
from schemas.identifiers import nhs_number


async def ask(request: Request, session: Session) -> Response:
    """Before emergency access to a record that is on the screen."""
    return _form(request, session, request.path_params["id"], {}, {})


async def ask_by_number(request: Request, session: Session) -> Response:
    """Before emergency access to a record that is not shown."""
    return _form(request, session, "", {}, {})


async def open_for_person(request: Request, session: Session) -> Response:
    """Open, or renew, emergency access to this record."""
    form, person_id = await forms.read(request, session), request.path_params["id"]
    errors = _errors(form, pages(request).emergency_reasons)
    if errors:
        return _form(request, session, person_id, form, errors)
    made = await pages(request).urgent.by_person(
        session.caller, person_id, form.text("reason"), form.text("why")
    )
    return go(f"/people/{made.person_id}")


async def open_by_number(request: Request, session: Session) -> Response:
    """Open emergency access to the record of the person with this NHS number."""
    form = await forms.read(request, session)
    errors = _errors(form, pages(request).emergency_reasons)
    number = nhs_number(form.text("number"))
    if number is None:
        errors = {"number": "Enter the person’s NHS number: 10 digits"} | errors
    if errors or number is None:
        return _form(request, session, "", form, errors)
    made = await pages(request).urgent.by_number(
        session.caller, number, form.text("reason"), form.text("why")
    )
    return go(f"/people/{made.person_id}")


def _errors(form: dict[str, str], reasons: object) -> dict[str, str]:
    errors = {}
    if form.get("reason", "") not in reasons:  # type: ignore[operator]
        errors["reason"] = "Choose the reason that applies"
    if not form.get("why"):
        errors["why"] = "Say in a few words why"
    return errors


def _form(
    request: Request, session: Session, person_id: str, typed: dict[str, str], errors: dict[str, str]
) -> Response:
    fields = ("number", "reason", "why")
    return page(
        request,
        "emergency.html",
        session,
        status=400 if errors else 200,
        person_id=person_id,
        reasons=pages(request).emergency_reasons,
        typed={name: typed.get(name, "") for name in fields},
        errors={name: errors.get(name) for name in fields},
        problems=[{"text": text, "href": f"#{name}"} for name, text in errors.items()],
    )
