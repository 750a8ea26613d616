"""What every source promises, whatever it speaks: pure, whole or refused, honest about who and about silence."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.source import Ask, Raw, Source, SourceDown, Speaks
from adapters.wire.rest import WrongPerson
from aggregator.intake.checking import refusals
from schemas.codes import Category, Heading
from schemas.identifiers import nhs_number
from tests.contracts.sources import ASKED, DROPPED, HOSPITAL, KINDS, NOW, Kind

T = TypeVar("T")
NUMBER = nhs_number("9990000018")
each = pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind)
every = pytest.mark.parametrize("kind", [*KINDS, HOSPITAL], ids=lambda k: k.kind)
each_asked = pytest.mark.parametrize("kind", ASKED, ids=lambda k: k.kind)
each_dropped = pytest.mark.parametrize("kind", DROPPED, ids=lambda k: k.kind)


def _silent(_: httpx.Request) -> httpx.Response:
    raise AssertionError("translating must not call anybody")


def _run(work: Callable[[], Awaitable[T]]) -> T:
    return anyio.run(work)


def _local_id(kind: Kind) -> str:
    return str(json.loads(kind.good)["person"]["id"])


def _system(
    kind: Kind, file: bytes, asked: list[httpx.Request] | None = None
) -> Callable[..., httpx.Response]:
    """A well-behaved system that holds one person."""

    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        path = request.url.path
        if path == f"{kind.people}/search":
            return httpx.Response(200, json={"people": [{"id": _local_id(kind)}]})
        if path == f"{kind.people}/changes":
            done = request.url.params.get("after") == "c1"
            changes = [] if done else [{"id": _local_id(kind), "cursor": "c1"}]
            return httpx.Response(200, json={"changes": changes, "more": False})
        if path == f"{kind.people}/{_local_id(kind)}/{kind.file}":
            return httpx.Response(200, content=file, headers={"content-type": "application/json"})
        return httpx.Response(404, json={"error": "not-found"})

    return answer


@every
def test_what_is_good_is_kept_whole_and_valid(kind: Kind, tmp_path: Path) -> None:
    told = kind.make(_silent, tmp_path).translate(kind.raw(kind.good))
    assert told.refusals == ()
    assert told.statements
    assert [p for s in told.statements for p in refusals(s)] == []


@every
def test_the_same_input_says_the_same_again(kind: Kind, tmp_path: Path) -> None:
    source = kind.make(_silent, tmp_path)
    assert source.translate(kind.raw(kind.good)) == source.translate(kind.raw(kind.good))


@every
def test_empty_input_is_refused_and_not_taken_for_nothing_known(kind: Kind, tmp_path: Path) -> None:
    told = kind.make(_silent, tmp_path).translate(kind.raw(b""))
    assert (told.subjects, told.statements) == ((), ())
    assert len(told.refusals) == 1


@each
def test_input_of_another_layout_is_refused(kind: Kind, tmp_path: Path) -> None:
    told = kind.make(_silent, tmp_path).translate(Raw(kind.kind, "something-else", kind.good, NOW))
    assert told.statements == ()
    assert told.refusals


@each
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_cut_input_never_keeps_half_a_statement(kind: Kind, tmp_path: Path, data: st.DataObject) -> None:
    source = kind.make(_silent, tmp_path)
    cut = kind.good[: data.draw(st.integers(0, len(kind.good) - 1))]
    whole = {
        (s.type, s.identifier.system, s.identifier.value, str(s.resource))
        for s in _all(source, kind.good, kind)
    }
    kept = {
        (s.type, s.identifier.system, s.identifier.value, str(s.resource)) for s in _all(source, cut, kind)
    }
    assert kept <= whole


@every
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(junk=st.binary(max_size=300))
def test_no_bytes_make_translating_raise(kind: Kind, tmp_path: Path, junk: bytes) -> None:
    told = kind.make(_silent, tmp_path).translate(kind.raw(junk))
    assert told.statements == ()


def _all(source: Source, content: bytes, kind: Kind) -> tuple[Any, ...]:
    # Columns about the person are told by each row, so they may come from an earlier one.
    return tuple(
        s for s in source.translate(kind.raw(content)).statements if "trait" not in s.identifier.system
    )


@every
def test_every_statement_is_about_somebody_who_is_claimed_by_this_controller(
    kind: Kind, tmp_path: Path
) -> None:
    told = kind.make(_silent, tmp_path).translate(kind.raw(kind.good))
    claimed = {c.key for c in told.subjects}
    assert {s.subject for s in told.statements} <= claimed
    assert {r.subject for r in told.relationships} <= claimed
    assert {k.organisation for k in claimed} == {kind.organisation}


@every
def test_statements_keep_to_the_headings_and_categories_of_the_terms(kind: Kind, tmp_path: Path) -> None:
    source = kind.make(_silent, tmp_path)
    offered = {(h.heading, h.category) for h in source.terms.headings}
    told = source.translate(kind.raw(kind.good))
    assert {(s.heading, s.category) for s in told.statements} <= offered
    assert (Heading.DEMOGRAPHICS, Category.DEMOGRAPHICS) in offered


@every
def test_identifiers_are_unique_and_stay_out_of_refusals_and_reprs(kind: Kind, tmp_path: Path) -> None:
    told = kind.make(_silent, tmp_path).translate(kind.raw(kind.good))
    ids = [(s.subject, s.type, s.identifier.system, s.identifier.value) for s in told.statements]
    assert len(set(ids)) == len(ids)
    assert "9990000018" not in repr([s.identifier for s in told.statements]) + repr(kind.raw(kind.good))


@each
def test_times_are_utc_and_a_return_is_dated_by_its_period(kind: Kind, tmp_path: Path) -> None:
    source = kind.make(_silent, tmp_path)
    times = {s.true_time for s in source.translate(kind.raw(kind.good)).statements}
    assert all(t.utcoffset() is not None and not t.utcoffset() for t in times)
    assert len(times) == 1 or not source.terms.statistical


@each_asked
def test_another_persons_item_refuses_all_of_the_input(kind: Kind, tmp_path: Path) -> None:
    assert kind.stranger is not None
    told = kind.make(_silent, tmp_path).translate(kind.raw(kind.stranger))
    assert (told.subjects, told.statements) == ((), ())


@each_asked
def test_a_person_is_asked_for_without_a_number_in_any_address(kind: Kind, tmp_path: Path) -> None:
    asked: list[httpx.Request] = []
    source = kind.make(_system(kind, kind.good, asked), tmp_path)
    (raw,) = _run(lambda: source.pull_person(Ask((_local_id(kind),), NUMBER), NOW))
    assert source.translate(raw).statements
    assert not any("9990000018" in str(r.url) + str(r.headers) for r in asked)
    assert _local_id(kind) not in raw.name


@each_asked
def test_another_persons_file_is_refused_and_never_handed_on(kind: Kind, tmp_path: Path) -> None:
    other = json.loads(kind.good)
    other["person"]["id"] = "somebody-else"
    source = kind.make(_system(kind, json.dumps(other).encode()), tmp_path)
    with pytest.raises(WrongPerson) as caught:
        _run(lambda: source.pull_person(Ask((_local_id(kind),)), NOW))
    assert "somebody-else" not in str(caught.value)


@each_asked
def test_a_sweep_hands_on_what_cannot_be_trusted_for_review_and_goes_on(kind: Kind, tmp_path: Path) -> None:
    other = json.loads(kind.good)
    other["person"]["id"] = "somebody-else"
    source = kind.make(_system(kind, json.dumps(other).encode()), tmp_path)

    async def sweep() -> list[tuple[Raw, str]]:
        return [pair async for pair in source.pull("", NOW)]

    ((raw, cursor),) = _run(sweep)
    told = source.translate(raw)
    assert (told.subjects, told.statements, cursor) == ((), (), "c1")
    assert told.refusals


@each_asked
def test_somebody_whom_the_source_does_not_know_is_no_fault(kind: Kind, tmp_path: Path) -> None:
    source = kind.make(_system(kind, kind.good), tmp_path)
    assert _run(lambda: source.pull_person(Ask(("unknown",)), NOW)) == []


BROKEN: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "error": lambda _: httpx.Response(500, json={}),
    "key": lambda _: httpx.Response(401, json={}),
    "page": lambda _: httpx.Response(200, html="<html></html>"),
    "page-404": lambda _: httpx.Response(404, html="<html></html>"),
    "half": lambda _: httpx.Response(200, content=b'{"person"', headers={"content-type": "application/json"}),
    "list": lambda _: httpx.Response(200, json=[]),
    "twice": lambda _: httpx.Response(
        200, content=b'{"person":{},"person":{}}', headers={"content-type": "application/json"}
    ),
    "elsewhere": lambda _: httpx.Response(302, headers={"location": "http://elsewhere.example/"}),
    "huge": lambda _: httpx.Response(200, json={"person": "x" * 9_000_000}),
}


def _refuses(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no", request=request)


async def _hangs(request: httpx.Request) -> httpx.Response:
    await anyio.sleep(60)
    raise AssertionError


@each_asked
@pytest.mark.parametrize("fault", [*BROKEN, "refused", "hanging"])
def test_a_source_that_answers_oddly_is_down_and_never_empty(kind: Kind, fault: str, tmp_path: Path) -> None:
    handler: Any = {"refused": _refuses, "hanging": _hangs, **BROKEN}[fault]
    source = kind.make(handler, tmp_path)
    with pytest.raises(SourceDown) as caught:
        _run(lambda: source.pull_person(Ask((_local_id(kind),)), NOW))
    said = f"{caught.value} {caught.value.__cause__}"
    assert _local_id(kind) not in said
    assert _run(source.check), "a check must say in words what is wrong"


@each_asked
def test_a_sweep_that_has_seen_all_says_nothing(kind: Kind, tmp_path: Path) -> None:
    source = kind.make(_system(kind, kind.good), tmp_path)

    async def sweep() -> list[Raw]:
        return [raw async for raw, _ in source.pull("c1", NOW)]

    assert _run(sweep) == []


@each_dropped
def test_a_dropped_file_is_taken_once_and_its_cursor_resumes(kind: Kind, tmp_path: Path) -> None:
    (tmp_path / f"return{kind.suffix}").write_bytes(kind.good)
    source = kind.make(_silent, tmp_path)

    async def sweep(cursor: str) -> list[tuple[Raw, str]]:
        return [pair async for pair in source.pull(cursor, NOW)]

    found = anyio.run(sweep, "")
    assert [source.translate(raw).refusals for raw, _ in found] == [()]
    assert anyio.run(sweep, found[-1][1]) == []
    assert source.terms.fresh_for is None
    assert Speaks.DROP in source.terms.speaks


@each_dropped
def test_a_missing_folder_is_down_and_never_empty(kind: Kind, tmp_path: Path) -> None:
    source = kind.make(_silent, tmp_path / "gone")

    async def sweep() -> list[Raw]:
        return [raw async for raw, _ in source.pull("", NOW)]

    with pytest.raises(SourceDown):
        _run(sweep)
    assert _run(source.check)
