"""What a source promises that is asked over HTTP: right person, right size, in time, and never empty by mistake.

The subclass plays a well-behaved system of its kind (``answer``), and one that mixes people up (``mistaken``).
Everything else that can go wrong on a wire is done to it here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import httpx

from adapters.kit.contract import SourceContract, refused_whole
from adapters.source import Ask, CannotBeAsked, Raw, Source, SourceDown, Speaks
from schemas.identifiers import nhs_number

Handler: TypeAlias = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]
_JSON: Final = {"content-type": "application/json"}
_NOBODY: Final = nhs_number("9999999905")


class AskedContract(SourceContract):
    """``ask`` is about the person that ``answer`` knows; ``private`` holds that person's identifiers."""

    def ask(self) -> Ask:
        raise NotImplementedError

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A well-behaved system that holds one person. Whom it does not know: its own kind of 404."""
        raise NotImplementedError

    def mistaken(self, request: httpx.Request) -> httpx.Response:
        """The same system, answering with somebody else's data."""
        raise NotImplementedError

    def mixed(self) -> Raw | None:
        """A good input of which one part is about somebody else; None where parts do not say about whom."""
        return None

    def live(self, handler: Handler) -> Source:
        return self.make(self.connection(), httpx.AsyncClient(transport=_Transport(handler)))

    def fetch(self, handler: Handler, ask: Ask | None = None) -> list[Raw]:
        return asyncio.run(self.live(handler).pull_person(ask or self.ask(), self.now))

    def down(self, work: Callable[[], object]) -> None:
        """The ``SourceDown`` that ``work`` must raise, within the deadline and naming nobody."""
        began, raised = time.monotonic(), None
        try:
            work()
        except SourceDown as error:
            raised = error
        assert raised is not None, "a source that does not answer as agreed is down, never empty"
        assert time.monotonic() - began < self.connection().deadline + 2, "it kept everybody waiting"
        assert self.tells_nobody(f"{raised} {raised.reason} {raised.__cause__}")

    def test_its_terms_say_that_it_can_be_asked(self) -> None:
        assert Speaks.PULL in self.terms().speaks

    def test_asked_for_a_person_it_gives_what_can_be_kept(self) -> None:
        raws = self.fetch(self.answer)
        assert raws
        source = self.offline()
        for told in map(source.translate, raws):
            assert told.statements
            assert not told.refusals

    def test_no_address_or_name_tells_whom_it_asks_about(self) -> None:
        seen: list[httpx.Request] = []

        def noted(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            return self.answer(request)

        raws = self.fetch(noted)
        number = self.ask().nhs_number
        assert number is not None, "ask with a number, so that it can be seen where it goes"
        for request in seen:
            assert number.digits not in f"{request.url} {request.headers}", "a number is in an address"
        assert all(self.tells_nobody(raw.name) for raw in raws)

    def test_another_persons_answer_is_refused_and_never_handed_on(self) -> None:
        self.down(lambda: self.fetch(self.mistaken))

    def test_a_part_about_somebody_else_refuses_all_of_it(self) -> None:
        raw = self.mixed()
        if raw is not None:
            told = self.offline().translate(raw)
            assert refused_whole(told)

    def test_somebody_whom_it_does_not_know_is_no_fault(self) -> None:
        try:
            found = self.fetch(self.answer, Ask(("nobody-here",)))
        except CannotBeAsked:  # by a local id: it is asked by number
            found = self.fetch(self.answer, Ask((), _NOBODY))
        assert found == []

    def test_what_is_not_the_agreed_answer_is_down_and_never_empty(self) -> None:
        for fault in FAULTS:
            self.down(lambda fault=fault: self.fetch(fault))  # type: ignore[misc]

    def test_a_check_says_in_words_what_is_wrong(self) -> None:
        for fault in FAULTS:
            said = asyncio.run(self.live(fault).check())
            assert said, "a fault that a check does not see"
            assert self.tells_nobody(" ".join(said))

    def test_a_check_finds_nothing_wrong_with_a_good_one(self) -> None:
        assert asyncio.run(self.live(self.answer).check()) == []

    def test_a_redirect_is_not_followed(self) -> None:
        asked: list[str] = []

        def elsewhere(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.host)
            return httpx.Response(307, headers={"location": "http://elsewhere.example/"})

        self.down(lambda: self.fetch(elsewhere))
        assert "elsewhere.example" not in asked

    def test_a_slow_source_is_down_when_its_time_is_up(self) -> None:
        for slow in SLOW:
            self.down(lambda slow=slow: self.fetch(slow))  # type: ignore[misc]


class _Transport(httpx.AsyncBaseTransport):
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        answer = self._handler(request)
        return answer if isinstance(answer, httpx.Response) else await answer


class _Drops(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)


async def _hanging(request: httpx.Request) -> httpx.Response:
    await asyncio.sleep(60)
    raise AssertionError("nobody waited for the deadline")


def _dripping(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, stream=_Drops(), headers=_JSON)


def _refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def _always(response: Callable[[], httpx.Response]) -> Handler:
    return lambda request: response()


FAULTS: Final[Sequence[Handler]] = (
    _refused,
    _always(lambda: httpx.Response(500, json={})),
    _always(lambda: httpx.Response(503, json={}, headers={"retry-after": "60"})),
    _always(lambda: httpx.Response(401, json={})),
    _always(lambda: httpx.Response(403, json={})),
    _always(lambda: httpx.Response(404, html="<html></html>")),
    _always(lambda: httpx.Response(200, html="<html></html>")),
    _always(lambda: httpx.Response(204)),
    _always(lambda: httpx.Response(200, content=b"", headers=_JSON)),
    _always(lambda: httpx.Response(200, content=b'{"person"', headers=_JSON)),
    _always(lambda: httpx.Response(200, content=b'{"a":1,"a":2}', headers=_JSON)),
    _always(lambda: httpx.Response(200, json=[])),
    _always(lambda: httpx.Response(200, json={})),
    _always(lambda: httpx.Response(200, content=b"[" * 5_000, headers=_JSON)),
    _always(lambda: httpx.Response(200, content=b" " * 9_000_000, headers=_JSON)),
)
"""Answers that are none: each makes a source down, whatever was asked."""

SLOW: Final[Sequence[Handler]] = (_hanging, _dripping)
