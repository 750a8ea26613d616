"""A live exchange recorded into files with everybody in it replaced, and replayed without a network.

``Recorder`` goes between a client and its transport; ``Replay`` takes a transport's place in a test. A file
holds one question and its answer: method, path, query and body; status, content type and body. Headers are
not kept, for keys are in them. What cannot be scrubbed is not written, and the recording stops.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from adapters.kit.scrub import Scrub, Unscrubbable
from schemas.errors import BadInput
from schemas.strictjson import JSON, dumps, loads

_JSON: Final = frozenset({"application/json", "application/fhir+json"})
_FORM: Final = "application/x-www-form-urlencoded"


class NotRecorded(AssertionError):
    """Nobody asked this when the exchange was recorded."""


class Recorder(httpx.AsyncBaseTransport):
    """Passes everything on, and writes what it saw, scrubbed, into ``folder``, which must be new or empty."""

    def __init__(self, onward: httpx.AsyncBaseTransport, folder: Path, scrub: Scrub) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(f"{folder} holds something already; recordings are not mixed")
        self._onward = onward
        self._folder = folder
        self._scrub = scrub
        self._written = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        response = await self._onward.handle_async_request(request)
        content = await response.aread()
        self._write({"request": self._question(request), "response": self._answer(response)})
        kind = response.headers.get("content-type")
        headers = {"content-type": kind} if kind else {}
        return httpx.Response(response.status_code, headers=headers, content=content)

    async def aclose(self) -> None:
        await self._onward.aclose()

    def _question(self, request: httpx.Request) -> JSON:
        return {
            "method": request.method,
            "path": self._scrub.text(request.url.path, at="path"),
            "query": _pairs(self._scrub, request.url.query.decode(), "query"),
            "body": self._body(request.headers, request.content, "request"),
        }

    def _answer(self, response: httpx.Response) -> JSON:
        return {
            "status": response.status_code,
            "type": response.headers.get("content-type", ""),
            "body": self._body(response.headers, response.content, "response"),
        }

    def _body(self, headers: httpx.Headers, content: bytes, at: str) -> JSON:
        if not content:
            return None
        kind = _kind(headers)
        if kind == _FORM:
            return _pairs(self._scrub, content.decode(), at)
        if kind not in _JSON:
            raise Unscrubbable(f"{at}: is not JSON, and nothing else can be scrubbed")
        try:
            return self._scrub.json(loads(content), at=at)
        except BadInput as error:
            raise Unscrubbable(f"{at}: is not sound JSON ({error.reason})") from None

    def _write(self, exchange: JSON) -> None:
        self._written += 1
        # Indented, because people read a recording before it is shared.
        text = msgspec.json.format(dumps(exchange), indent=1)
        (self._folder / f"{self._written:04d}.json").write_bytes(text + b"\n")


class Replay(httpx.AsyncBaseTransport):
    """Answers as recorded: the same question again gets the next answer that was given, then the last one."""

    def __init__(self, folder: Path) -> None:
        self._answers: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)
        for path in sorted(folder.glob("*.json")):
            exchange: Any = loads(path.read_bytes())
            asked = exchange["request"]
            key = _key(asked["method"], asked["path"], asked["query"], asked["body"])
            self._answers[key].append(exchange["response"])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        form = _kind(request.headers) == _FORM
        body: JSON = None
        if content:
            body = _pairs(None, content.decode(), "") if form else loads(content)
        query = _pairs(None, request.url.query.decode(), "")
        answers = self._answers.get(_key(request.method, request.url.path, query, body))
        if not answers:
            raise NotRecorded(f"no recorded answer to this {request.method}")
        told = answers.popleft() if len(answers) > 1 else answers[0]
        content = b"" if told["body"] is None else dumps(told["body"])
        headers = {"content-type": told["type"]} if told["type"] else {}
        return httpx.Response(told["status"], headers=headers, content=content)


def _kind(headers: httpx.Headers) -> str:
    return str(headers.get("content-type", "")).partition(";")[0].strip().casefold()


def _pairs(scrub: Scrub | None, encoded: str, at: str) -> JSON:
    """The pairs of a query or a form, in their order."""
    pairs = httpx.QueryParams(encoded).multi_items()
    return [[name, scrub.text(value, name, f"{at}.{name}") if scrub else value] for name, value in pairs]


def _key(method: str, path: str, query: JSON, body: JSON) -> str:
    return json.dumps([method, path, query, body], sort_keys=True, default=str)
