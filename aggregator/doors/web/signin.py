"""Signing in and out: to the issuer and back, a session cookie, and the end of it.

Cookies are HttpOnly and SameSite=Lax; over TLS they are Secure and bound to this host by their names. The
session cookie is random and says nothing; the other one is sealed and lives for ten minutes.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from aggregator.access.sessions import Session
from aggregator.access.sign_in import MINUTES
from aggregator.doors.web import forms
from aggregator.doors.web.replies import go, page
from aggregator.doors.web.services import pages
from schemas.errors import NotSignedIn

_SESSION = "carerecord"
_BEGUN = "carerecord-signing-in"


def cookie_of(request: Request) -> str | None:
    """The session cookie's value."""
    return request.cookies.get(_name(request, _SESSION))


async def begin(request: Request) -> Response:
    """To the sign-in service of this place."""
    begun = await pages(request).sign_in.begin()
    reply = go(begun.url)
    _set(request, reply, _BEGUN, begun.cookie, MINUTES * 60)
    return reply


async def finish(request: Request) -> Response:
    """Back from the sign-in service: a session, or the reason why not."""
    services = pages(request)
    told = dict(request.query_params)
    token, back = await services.sign_in.finish(request.cookies.get(_name(request, _BEGUN)), told)
    await services.sessions.end(cookie_of(request))  # a cookie from before is never taken over
    cookie, _ = await services.sessions.begin(token)
    reply = go(back)
    _set(request, reply, _SESSION, cookie, None)
    _drop(request, reply, _BEGUN)
    return reply


async def sign_out(request: Request, session: Session) -> Response:
    """End the session."""
    await forms.read(request, session)
    await pages(request).sessions.end(cookie_of(request))
    reply = go("/")
    _drop(request, reply, _SESSION)
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reply


async def locked(request: Request) -> Response:
    """Lock the screen: end the session, and show the sign-in page."""
    # A plain GET may end a session: the worst that a stranger's link can do is to ask for a sign-in.
    await pages(request).sessions.end(cookie_of(request))
    reply = page(request, "sign-in.html", why=NotSignedIn("locked"))
    _drop(request, reply, _SESSION)
    return reply


def _name(request: Request, name: str) -> str:
    return f"__Host-{name}" if pages(request).secure else name


def _set(request: Request, reply: Response, name: str, value: str, seconds: int | None) -> None:
    reply.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=pages(request).secure,
        httponly=True,
        samesite="lax",
    )


def _drop(request: Request, reply: Response, name: str) -> None:
    reply.delete_cookie(
        _name(request, name), path="/", secure=pages(request).secure, httponly=True, samesite="lax"
    )
