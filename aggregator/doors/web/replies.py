"""Answers of the viewer: pages, redirects, errors as pages, and the headers that every one of them carries.

Nothing is kept by a browser (``no-store``) and nothing runs or loads that is not ours: no inline script, no
inline style, no frame, no outside file. A page's address, title and headers say nothing about a person.
"""

from __future__ import annotations

from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from aggregator.access.sessions import Session
from aggregator.doors.web.rendering import render
from aggregator.doors.web.services import pages
from aggregator.doors.web.ways import ways
from schemas.caller import Caller, CallerKind
from schemas.errors import CareRecordError, Fault, NothingToShow, NotSignedIn, TooMany, Unavailable

ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

log = structlog.get_logger()


def page(
    request: Request, template: str, session: Session | None = None, *, status: int = 200, **values: Any
) -> Response:
    """A rendered page. ``session`` puts the reader's name, their forms' token and sign-out on it."""
    body = render(
        template,
        service=pages(request).title,
        reader=reader(session.caller, request) if session else None,
        form_token=session.form_token if session else "",
        **values,
    )
    return Response(body, status, headers=ALWAYS, media_type="text/html; charset=utf-8")


def role_words(role: str) -> str:
    """A role's code as people say it."""
    short = {"gp": "GP", "mh": "mental health", "mdt": "MDT"}
    return " ".join(short.get(part, part) for part in role.split("_"))


def reader(caller: Caller, request: Request) -> dict[str, Any]:
    """Who is signed in, for the header: name, role in words, organisation, and where they can go."""
    own = caller.kind is CallerKind.PERSON
    role = "" if own else role_words(caller.role)
    given = pages(request)
    return {
        "name": caller.name or caller.user_id,
        "role": role,
        "organisation": given.organisations.get(caller.organisation, caller.organisation),
        "own": "yes" if own else "",
        "ways": ways(caller, given.operators, request.url.path),
    }


def go(url: str) -> Response:
    """Send the browser to another page of ours with GET."""
    return RedirectResponse(url, 303, headers=ALWAYS)


def nothing(request: Request, session: Session) -> Response:
    """The one page for absent and forbidden: the same bytes in one session, whoever was asked for."""
    return page(request, "nothing.html", session, status=404)


def problem(request: Request, error: Exception, session: Session | None) -> Response:
    """Any error as a page. What is not ours becomes ``Fault``: constant text, the cause to the log."""
    if isinstance(error, NotSignedIn):
        log.info("not_signed_in", rule=error.rule)
        # Who comes to the front door unsigned has done nothing wrong.
        status = 200 if error.rule == "no-session" and request.url.path == "/" else error.status
        return page(request, "sign-in.html", status=status, why=error)
    if isinstance(error, NothingToShow) and session is not None:
        return nothing(request, session)
    if not isinstance(error, CareRecordError):
        log.error("fault", kind=type(error).__name__, exc_info=error)
        error = Fault("unexpected")
    elif isinstance(error, Fault):
        log.critical("fault", what=error.what)
    reply = page(request, "problem.html", session, status=error.status, error=error)
    if isinstance(error, Unavailable | TooMany):
        reply.headers["Retry-After"] = "5"
    return reply
