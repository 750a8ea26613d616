"""The table of the viewer: method, path, function. Whatever goes wrong becomes a page here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from aggregator.access.sessions import Session
from aggregator.doors.web import (
    emergency,
    finding,
    links,
    looked,
    matches,
    passport,
    plan,
    record,
    review,
    scorecards,
    signin,
)
from aggregator.doors.web.replies import problem
from aggregator.doors.web.services import pages

Handler = Callable[[Request], Awaitable[Response]]
Page = Callable[[Request, Session], Awaitable[Response]]

SIGNED_IN: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/", finding.start),
    ("POST", "/find", finding.find),
    ("GET", "/people/{id}", record.show),
    ("GET", "/people/{id}/plan", plan.show),
    ("GET", "/people/{id}/plan/edit", plan.edit),
    ("POST", "/people/{id}/plan", plan.save),
    ("GET", "/people/{id}/passport", passport.show),
    ("POST", "/people/{id}/passport", passport.freeze),
    ("GET", "/people/{id}/passport/pdf", passport.download),
    ("GET", "/people/{id}/looked", looked.show),
    ("GET", "/people/{id}/emergency", emergency.ask),
    ("POST", "/people/{id}/emergency", emergency.open_for_person),
    ("GET", "/emergency", emergency.ask_by_number),
    ("POST", "/emergency", emergency.open_by_number),
    ("GET", "/people/{id}/links", links.show),
    ("GET", "/people/{id}/links/{event}", links.ask),
    ("POST", "/people/{id}/links/{event}", links.undo),
    ("GET", "/review", review.pile),
    ("POST", "/review/replay", review.replay_many),
    ("GET", "/review/runs/{id}", review.run),
    ("GET", "/review/{id}", review.entry),
    ("POST", "/review/{id}/replay", review.replay_one),
    ("POST", "/review/{id}/close", review.close),
    ("POST", "/review/{id}/accept", review.accept),
    ("GET", "/matches", matches.queue),
    ("GET", "/matches/{id}", matches.show),
    ("POST", "/matches/{id}", matches.decide),
    ("POST", "/matches/{id}/undo", matches.undo),
    ("GET", "/sources", scorecards.overview),
    ("GET", "/sources/{source}", scorecards.one),
    ("POST", "/sign-out", signin.sign_out),
)

OPEN: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/sign-in", signin.begin),
    ("GET", "/signed-in", signin.finish),
    ("GET", "/locked", signin.locked),
)


def add_pages(app: FastAPI) -> None:
    """Mount the viewer on the application; ``app.state.pages`` holds its services when requests come."""
    for method, path, page in SIGNED_IN:
        app.add_route(path, _signed_in(page), methods=[method])
    for method, path, handler in OPEN:
        app.add_route(path, _caught(handler), methods=[method])
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")


def _signed_in(show: Page) -> Handler:
    """The page for the session behind the cookie, else the sign-in page; any error as a page."""

    async def answer(request: Request) -> Response:
        session: Session | None = None
        try:
            session = await pages(request).sessions.of_cookie(signin.cookie_of(request))
            return await show(request, session)
        except Exception as error:
            return problem(request, error, session)

    return answer


def _caught(handler: Handler) -> Handler:
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Exception as error:
            return problem(request, error, None)

    return answer


def described() -> list[tuple[str, str, str]]:
    """(method, path, first line of the docstring) of every page, for documents and tests."""
    return [
        (method, path, (handler.__doc__ or "").strip().splitlines()[0])
        for method, path, handler in [*SIGNED_IN, *OPEN]
    ]
