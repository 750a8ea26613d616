"""Reading over HTTP: one deadline for all of it, one size, the key from its file, and no redirect."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from adapters.connection import Connection
from adapters.source import SourceDown
from adapters.wire.rest import Rest

Handler = Callable[[httpx.Request], httpx.Response]


def get(
    handler: Handler, *, limit: int = 1000, deadline: float = 0.3, key: Callable[[], str] = lambda: "k"
) -> bytes:
    async def ask() -> bytes:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler), follow_redirects=True) as client:
            return await Rest("housing", "http://source.example/base/", client, key, deadline, limit).get(
                "/x"
            )

    return anyio.run(ask)


def test_the_key_and_a_request_id_go_in_headers_and_the_base_keeps_its_path() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    assert get(answer) == b"{}"
    (request,) = seen
    assert request.headers["authorization"] == "Bearer k"
    assert len(request.headers["x-request-id"]) == 36
    assert request.url == "http://source.example/base/x"


def test_without_a_key_none_is_sent() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"sent": "authorization" in request.headers})

    assert get(answer, key=lambda: "") == b'{"sent":false}'


def test_a_redirect_is_never_followed_whatever_the_client_would_do() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"location": "http://elsewhere.example/"})

    with pytest.raises(SourceDown, match="answered 307"):
        get(answer)
    assert asked == ["source.example"]


class _Drip(httpx.AsyncByteStream):
    """A body that comes a byte at a time, each within any read time-out, and never ends."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await anyio.sleep(0.01)
            yield b" "


def test_a_body_that_drips_is_cut_off_at_the_deadline() -> None:
    begun = time.monotonic()
    with pytest.raises(SourceDown, match=r"0\.2 s"):
        get(
            lambda _: httpx.Response(200, stream=_Drip(), headers={"content-type": "application/json"}),
            deadline=0.2,
        )
    assert time.monotonic() - begun < 2


def test_a_body_over_the_limit_is_dropped_where_it_passes_it() -> None:
    with pytest.raises(SourceDown, match="more than 5 bytes"):
        get(lambda _: httpx.Response(200, json={"a": "long"}), limit=5)


def test_a_missing_key_file_is_said_and_nobody_is_asked(tmp_path: Path) -> None:
    connection = Connection("ZHO01", secret_file=tmp_path / "gone")

    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(SourceDown, match="key file"):
        get(answer, key=connection.secret)
    assert connection.problems() == ["the key file cannot be read"]


def test_a_key_that_others_can_read_is_a_problem(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k\n")
    key.chmod(0o644)
    connection = Connection("ZHO01", secret_file=key)
    assert connection.problems() == ["the key file can be read by others: set its mode to 0600"]
    key.chmod(0o600)
    assert (connection.problems(), connection.secret()) == ([], "k")


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout]
)
def test_no_failure_of_the_connection_tells_an_address(error: type[httpx.TransportError]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error(f"at {request.url}", request=request)

    with pytest.raises(SourceDown) as caught:
        get(answer)
    assert "source.example" not in f"{caught.value} {caught.value.__cause__}"


def test_a_form_reads_what_a_json_404_says() -> None:
    async def ask(answer: httpx.Response) -> Any:
        async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer)) as client:
            rest = Rest("demographics", "http://source.example", client, lambda: "")
            return await rest.post_form("/Patient/_search", {"identifier": "x"})

    assert anyio.run(ask, httpx.Response(404, json={"issue": []})) == b'{"issue":[]}'
    with pytest.raises(SourceDown):
        anyio.run(ask, httpx.Response(404, text="no"))
