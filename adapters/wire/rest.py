"""Reading JSON from a source over HTTP: one deadline, one size, one content type, and nothing odd let by.

``Rest`` speaks to one base address with one key. Whatever is not the agreed answer is ``SourceDown`` with
a reason fit for a log: no address, no identifier, no content. Retrying and breaking the circuit belong to
the intake; what the JSON means belongs to each source.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Final, NoReturn

import httpx

from adapters.source import SourceDown
from schemas.errors import BadInput
from schemas.strictjson import JSON, loads

JSON_TYPES: Final = frozenset({"application/json", "application/fhir+json"})
_PASSING: Final = frozenset({502, 503, 504})
NOT_FOUND: Final = frozenset({404})


class WrongPerson(SourceDown):
    """The source answered with somebody else's data: refused and alarmed (IN8).

    ``content`` is what came, for the quarantine; it never goes into a message.
    """

    def __init__(self, source: str, content: bytes) -> None:
        super().__init__(source, "answered with another person's data")
        self.content = content


@dataclass(frozen=True, slots=True)
class Rest:
    """One REST interface. ``key`` gives the bearer key when it is needed, at once or when a token service
    has given one; ``deadline`` is in seconds and covers one exchange from connecting to the last byte;
    ``limit`` is in bytes as they come decoded."""

    source: str
    base: str
    client: httpx.AsyncClient
    key: Callable[[], str | Awaitable[str]]
    deadline: float = 5.0
    limit: int = 8_000_000

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        """The body of a 200. Raises ``SourceDown``."""
        return self._there(await self._exchange("GET", path, params=params))

    async def find(self, path: str, absent: Collection[int] = NOT_FOUND) -> bytes | None:
        """The body of a 200, or None for a JSON answer with a status of ``absent`` (without JSON it is a
        wrong address)."""
        return await self._exchange("GET", path, absent=absent)

    async def post(self, path: str, body: Mapping[str, Any], media: str = "application/json") -> bytes:
        """POST a JSON body (identifiers go here, never into the address). Raises ``SourceDown``."""
        return self._there(await self._exchange("POST", path, json=body, media=media))

    async def ask(self, path: str, body: Mapping[str, Any], media: str) -> bytes | None:
        """The same as a question: the body of a 200, or None for a JSON 404, which says that there is nothing."""
        return await self._exchange("POST", path, json=body, media=media, absent=NOT_FOUND)

    async def post_form(self, path: str, fields: Mapping[str, str]) -> bytes:
        """POST a form, as a FHIR search by POST wants it: the body of a 200 or of a JSON 404, which in
        FHIR says why. Raises ``SourceDown``.
        """
        return self._there(await self._exchange("POST", path, data=fields, tell_absence=True))

    def parse(self, content: bytes) -> JSON:
        """Strict JSON. Raises ``SourceDown`` naming what is wrong, never what was sent."""
        try:
            return loads(content)
        except BadInput as error:
            raise SourceDown(self.source, f"sent JSON that is refused ({error.reason})") from None

    def _there(self, content: bytes | None) -> bytes:
        return self._odd("answered 404") if content is None else content

    def _odd(self, reason: str, *, passing: bool = False) -> NoReturn:
        raise SourceDown(self.source, reason, passing=passing)

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        media: str = "",
        absent: Collection[int] = (),
        tell_absence: bool = False,
    ) -> bytes | None:
        headers = {
            "x-request-id": str(uuid.uuid4()),
            "accept": "application/json, application/fhir+json;q=0.9",
        }
        if media:
            headers["content-type"] = media
        try:
            told = self.key()
            if key := (await told if isawaitable(told) else told):
                headers["authorization"] = f"Bearer {key}"
        except OSError:
            raise SourceDown(self.source, "the key file cannot be read") from None
        request = self.client.build_request(
            method, self.base.rstrip("/") + path, params=params, json=json, data=data, headers=headers
        )
        try:
            async with asyncio.timeout(self.deadline):
                # A redirect would carry the key, and the question, to an address that nobody agreed.
                response = await self.client.send(request, stream=True, follow_redirects=False)
                try:
                    return await self._body(response, absent, tell_absence)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise SourceDown(self.source, f"did not answer within {self.deadline:g} s") from None
        except httpx.TimeoutException:
            raise SourceDown(self.source, "did not answer in time") from None
        except httpx.HTTPError as error:
            reason = f"the connection failed ({type(error).__name__})"
            raise SourceDown(self.source, reason, passing=True) from None

    async def _body(
        self, response: httpx.Response, absent: Collection[int], tell_absence: bool
    ) -> bytes | None:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().casefold()
        is_json = kind in JSON_TYPES
        if response.status_code in absent and is_json:
            return None
        if response.status_code in (401, 403):
            self._odd(f"refused our key ({response.status_code})")
        if response.status_code != 200 and not (response.status_code == 404 and tell_absence and is_json):
            self._odd(f"answered {response.status_code}", passing=response.status_code in _PASSING)
        if not is_json:
            self._odd("answered with something that is not JSON")
        content = bytearray()
        async for part in response.aiter_bytes():
            content += part
            if len(content) > self.limit:
                self._odd(f"answered with more than {self.limit} bytes")
        return bytes(content)
