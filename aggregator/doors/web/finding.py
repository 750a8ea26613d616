"""Finding a person: by NHS number, or by family name and birth date. What was typed never reaches an address.

Nobody found and somebody who may not be seen get the same page. A number that cannot be one is told to whoever
typed it before anything is searched: that says something of the typing, and nothing of a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.doors.web import forms
from aggregator.doors.web.reading.banner import banner
from aggregator.doors.web.replies import go, nothing, page
from aggregator.doors.web.services import pages
from aggregator.doors.web.ways import ways
from schemas.caller import CallerKind
from schemas.identifiers import nhs_number

_TYPED = ("number", "family", "given", "day", "month", "year")


@dataclass(slots=True)
class _Asked:
    """What was typed, and what is wrong with it by field."""

    typed: dict[str, str] = field(default_factory=lambda: dict.fromkeys(_TYPED, ""), repr=False)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> list[dict[str, str]]:
        anchors = {"born": "born-day"}
        return [{"text": text, "href": f"#{anchors.get(n, n)}"} for n, text in self.errors.items()]


async def start(request: Request, session: Session) -> Response:
    """The first page: find a person; the person themselves come to their own record, engineers to their work."""
    if session.caller.kind is CallerKind.PERSON:
        own = session.caller.own_person_id
        return go(f"/people/{own}") if own else nothing(request, session)
    first = ways(session.caller, pages(request).operators)[:1]
    if first and first[0].href != request.url.path:
        return go(first[0].href)
    return _form(request, session, _Asked())


async def find(request: Request, session: Session) -> Response:
    """Find a person."""
    form = await forms.read(request, session)
    asked = _Asked({name: form.text(name) for name in _TYPED})
    services = pages(request)
    if form.text("by") == "number":
        number = nhs_number(asked.typed["number"])
        if number is None:
            asked.errors["number"] = _number_problem(asked.typed["number"])
            return _form(request, session, asked)
        found = await services.find.by_number(session.caller, number)
        if found:
            return go(f"/people/{found[0].person_id}")
        return nothing(request, session)
    born = _born(asked)
    if not asked.typed["family"]:
        asked.errors["family"] = "Enter a family name"
    if asked.errors or born is None:
        return _form(request, session, asked)
    found = await services.find.by_name(session.caller, asked.typed["family"], born, asked.typed["given"])
    if not found:
        return nothing(request, session)
    rows = [(r.person_id, banner(r, services.organisations)) for r in found]
    return page(request, "found.html", session, found=rows)


def _form(request: Request, session: Session, asked: _Asked) -> Response:
    return page(
        request,
        "find.html",
        session,
        status=400 if asked.errors else 200,
        typed=asked.typed,
        errors={name: asked.errors.get(name) for name in ("number", "family", "born")},
        problems=asked.problems,
    )


def _number_problem(typed: str) -> str:
    if not typed:
        return "Enter an NHS number"
    digits = sum(c.isdigit() for c in typed)
    if digits != 10:
        return "An NHS number has 10 digits: check how many were typed"
    return "Check the NHS number: its last digit does not fit the others"


def _born(asked: _Asked) -> date | None:
    parts = [asked.typed[name] for name in ("year", "month", "day")]
    if not any(parts):
        asked.errors["born"] = "Enter a date of birth"
        return None
    try:
        if not all(p.isascii() and p.isdigit() for p in parts) or len(parts[0]) != 4:
            raise ValueError
        return date(*(int(p) for p in parts))
    except ValueError:
        asked.errors["born"] = "Enter a real date of birth, with the year in full"
        return None
