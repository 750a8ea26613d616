"""A live exchange is recorded without anybody in it and answers the same questions again, without a network."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.connection import Connection
from adapters.kit.recording import NotRecorded, Recorder, Replay
from adapters.kit.scrub import Scrub, Unscrubbable
from adapters.social_care.case_system import CaseSystem
from adapters.source import Ask
from schemas.identifiers import nhs_number
from tests.adapters.social_care.conftest import CASE
from tests.contracts import test_source

PLAYED = test_source.TestSocialCare()
NUMBER = nhs_number("9990000018")
WORDS = {"api", "v1", "people", "file", "search", "changes"}
# What a case file's codes are kept in; everything else is somebody's.
KEEP = {"status", "kind", "category", "type", "use", "gender", "limit"}


def client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport, base_url="http://source.example")


def record(handler: Any, folder: Path, *asked: tuple[str, str, dict[str, Any]]) -> list[httpx.Response]:
    recorder = Recorder(httpx.MockTransport(handler), folder, Scrub(KEEP, WORDS))

    async def work() -> list[httpx.Response]:
        async with client(recorder) as http:
            return [await http.request(method, path, **more) for method, path, more in asked]

    return asyncio.run(work())


def written(folder: Path) -> list[Any]:
    return [json.loads(path.read_text()) for path in sorted(folder.iterdir())]


def test_a_recorded_source_can_be_asked_again_without_a_network(tmp_path: Path) -> None:
    recorder = Recorder(httpx.MockTransport(PLAYED.answer), tmp_path, Scrub(KEEP, WORDS))

    async def live() -> int:
        async with client(recorder) as http:
            source = CaseSystem(Connection("ZSC01", url="http://source.example"), http)
            return len(await source.pull_person(Ask(("C-1",), NUMBER), PLAYED.now))

    assert asyncio.run(live()) == 1
    search, fetched = written(tmp_path)
    local_id = fetched["response"]["body"]["person"]["id"]
    other = nhs_number(search["request"]["body"]["nhsNumber"])

    async def again() -> int:
        async with client(Replay(tmp_path)) as http:
            source = CaseSystem(Connection("ZSC01", url="http://source.example"), http)
            return len(await source.pull_person(Ask((local_id,), other), PLAYED.now))

    assert asyncio.run(again()) == 1


def test_no_file_has_a_number_a_name_an_id_or_a_key_in_it(tmp_path: Path) -> None:
    key = {"headers": {"authorization": "Bearer s3cret", "cookie": "s=1"}}
    record(PLAYED.answer, tmp_path, ("GET", "/api/v1/people/C-1/file", key))
    text = "".join(path.read_text() + path.name for path in tmp_path.iterdir())
    for told in (
        "999 000 0018",
        "9990000018",
        "C-1",
        "Alan",
        "Formerly",
        "Mill Lane",
        "1947",
        "s3cret",
        "s=1",
    ):
        assert told not in text
    assert str(CASE["person"]["phones"][0]["number"]) not in text


def test_while_recording_the_true_answer_is_given(tmp_path: Path) -> None:
    (answer,) = record(PLAYED.answer, tmp_path, ("GET", "/api/v1/people/C-1/file", {}))
    assert answer.json() == CASE


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<p>Alan</p>"),
        httpx.Response(200, content=b'{"a"', headers={"content-type": "application/json"}),
        httpx.Response(200, json={"Alan Example": 1}),
        httpx.Response(200, json={"status": "ring 01632 960999"}),
    ],
    ids=["page", "half", "member", "kept"],
)
def test_what_cannot_be_scrubbed_is_not_written(answer: httpx.Response, tmp_path: Path) -> None:
    with pytest.raises(Unscrubbable):
        record(lambda _: answer, tmp_path, ("GET", "/api/v1/people", {}))
    assert list(tmp_path.iterdir()) == []


def test_the_same_question_gets_its_answers_in_their_order_then_the_last(tmp_path: Path) -> None:
    answers = iter([{"limit": 1}, {"limit": 2}])
    ask: tuple[str, str, dict[str, Any]] = ("GET", "/api/v1/people/changes", {"params": {"limit": "1"}})
    record(lambda _: httpx.Response(200, json=next(answers)), tmp_path, ask, ask)

    async def again() -> list[Any]:
        async with client(Replay(tmp_path)) as http:
            return [(await http.request(ask[0], ask[1], **ask[2])).json()["limit"] for _ in range(3)]

    told = [exchange["response"]["body"]["limit"] for exchange in written(tmp_path)]
    assert asyncio.run(again()) == [*told, told[-1]]


def test_what_nobody_asked_has_no_answer(tmp_path: Path) -> None:
    async def ask() -> None:
        async with client(Replay(tmp_path)) as http:
            await http.get("/api/v1/people/P-7/file")

    with pytest.raises(NotRecorded) as caught:
        asyncio.run(ask())
    assert "P-7" not in str(caught.value)


def test_recordings_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "0001.json").write_text("{}")
    with pytest.raises(FileExistsError):
        Recorder(httpx.MockTransport(PLAYED.answer), tmp_path, Scrub())
