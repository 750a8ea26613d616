"""Forms: read no further than a limit, each field once, and only when they come from a page of ours."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.requests import Request

from aggregator.access.sessions import Session
from aggregator.doors.web.reading.words import sentence
from schemas.errors import BadInput, CareRecordError, NotAllowed, TooLarge, WrongMediaType

LIMIT = 100_000
MOST_FIELDS = 600
_TOKEN = "form_token"  # noqa: S105 - the field's name


class Form(dict[str, str]):
    """Fields by name, texts without white space around them."""

    def text(self, name: str) -> str:
        return self.get(name, "")

    def many(self, prefix: str) -> Iterable[str]:
        """What follows ``prefix`` in the names of fields, in the order sent."""
        return (name[len(prefix) :] for name in self if name.startswith(prefix))


def said(error: CareRecordError) -> str:
    """What is wrong with a field, as a sentence beside it: the field is in sight and need not be named."""
    text = error.reason if isinstance(error, BadInput) else error.text
    return sentence(text)


async def read(request: Request, session: Session) -> Form:
    """The posted form. Raises ``BadInput``, ``TooLarge``; ``NotAllowed`` when it is not from our own page."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise WrongMediaType("Content-Type", "this page reads its own form only")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LIMIT:
            raise TooLarge("form", f"it is longer than {LIMIT:,} bytes")
    try:
        told = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise BadInput("form", "it cannot be read") from None
    form = Form()
    for name, value in told:
        if name in form:
            raise BadInput("form", "a field is given twice")
        if "\x00" in value:
            raise BadInput("form", "it holds a character that no text has")
        form[name] = value.replace("\r\n", "\n").strip()
    if not hmac.compare_digest(form.pop(_TOKEN, "").encode(), session.form_token.encode()):
        raise NotAllowed(
            "This form was not sent from a page of this session. Go back, reload, and try again."
        )
    return form
