"""Whatever order, repeats and frames a feed comes in, merges and cancels included, what stands is the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.acute.answers import answer, commit
from adapters.acute.translate import translate
from adapters.wire.hl7v2 import Malformed, Message, parse
from schemas.contribution import Statement, Translated
from schemas.versions import fold
from tests.adapters.acute.messages import SENDER, header, octets, pid, pv1, segment
from tests.adapters.acute.test_translate import NOW

VISITS = [
    "A01",
    "A02",
    "A03",
    "A04",
    "A05",
    "A08",
    "A11",
    "A12",
    "A13",
    "A21",
    "A22",
    "A23",
    "A52",
    "A53",
    "A45",
    "A50",
]
START = datetime(2026, 3, 1, 8)  # noqa: DTZ001 - the hospital's wall clock

MESSAGE = st.tuples(
    st.sampled_from([*VISITS, "A28", "A31", "A37", "A40", "A44"]),
    st.integers(0, 12),  # hours after the start, so that several happen at once
    st.integers(0, 3),  # hours until it was recorded
    st.sampled_from(["W4", "W7", "W9"]),
    st.sampled_from(["V1", "V2"]),
    st.sampled_from(["H1", "H2"]),
)


def written(told: tuple[str, int, int, str, str, str]) -> bytes:
    event, hours, late, ward, visit, person = told
    at = START + timedelta(hours=hours)
    when, typed = (t.strftime("%Y%m%d%H%M") for t in (at, at + timedelta(hours=late)))
    other = "H2" if person == "H1" else "H1"
    more = {
        "A37": [pid(f3=f"{other}^^^ZAC01^MR")],
        "A40": [segment("MRG", f1=f"{other}^^^ZAC01^MR")],
        "A44": [segment("MRG", f1=f"{other}^^^ZAC01^MR", f3=visit)],
        "A45": [segment("MRG", f1=f"{other}^^^ZAC01^MR", f5=visit)],
        "A50": [segment("MRG", f5="V2" if visit == "V1" else "V1")],
    }
    place = pv1(f3=f"{ward}^^1^ZAC01", f19=visit, f44="", f45=when if event == "A03" else "")
    return octets(
        header(f"ADT^{event}", at=typed, id=f"C{hash(told) & 0xFFFFFF}"),
        segment("EVN", f2=typed, f6=when),
        pid(f3=f"{person}^^^ZAC01^MR", f13=f"0163296000{hours % 10}^PRN^PH"),
        *([place] if event in VISITS else []),
        *more.get(event, []),
    )


def key(statement: Statement) -> tuple[str, str, str]:
    return statement.subject.local_id, statement.type, statement.identifier.value


def order(statement: Statement) -> tuple[Any, ...]:
    """As the store replays: by true time, whole before partial, then by what is said."""
    said = (sorted(statement.resource.items(), key=str), statement.retracts, statement.clears)
    return statement.true_time, statement.partial, repr(said)


def stands(inputs: Iterable[Translated]) -> dict[Any, Any]:
    """What is left of a feed when it is replayed: facts, ends of relationships, merges."""
    versions: dict[Any, dict[Any, Statement]] = defaultdict(dict)
    relationships: dict[Any, Any] = {}
    merges: dict[Any, Any] = {}
    for told in inputs:
        for statement in told.statements:
            versions[key(statement)][order(statement)] = statement
        for claim in told.relationships:
            at = (claim.told, claim.end is None, claim.start, str(claim.end))
            name = (claim.subject, claim.evidence)
            relationships[name] = max(at, relationships.get(name, at))
        for merge in told.merges:
            pair = frozenset((merge.losing, merge.surviving))
            merges[pair] = max(
                (merge.at, merge.undone, merge.losing.local_id), merges.get(pair, (merge.at, False, ""))
            )
    facts: dict[Any, Any] = {}
    for name, told_of in versions.items():
        replayed = [told_of[at] for at in sorted(told_of)]
        ends = [s.true_time for s in replayed if s.retracts]
        replayed = [s for s in replayed if not ends or s.true_time > max(ends)]
        facts[name] = fold([(s.resource, s.partial, s.clears) for s in replayed])
    return {"facts": facts, "relationships": relationships, "merges": merges}


@settings(deadline=None)
@given(st.lists(MESSAGE, min_size=1, max_size=14), st.randoms(), st.data())
def test_shuffling_repeating_and_splitting_a_feed_leads_to_the_same_state(
    feed: list[tuple[str, int, int, str, str, str]], chance: Any, data: st.DataObject
) -> None:
    messages = [written(told) for told in feed]
    before = stands([translate("".join(m.decode() for m in messages).encode(), SENDER)])
    repeats = data.draw(st.lists(st.sampled_from(messages), max_size=6))
    again = [*messages, *repeats]
    chance.shuffle(again)
    assert stands(translate(b"".join(part), SENDER) for part in _split(again, chance)) == before


def _split(messages: Sequence[bytes], chance: Any) -> Iterable[Sequence[bytes]]:
    rest = list(messages)
    while rest:
        size = chance.randint(1, 4)
        yield rest[:size]
        rest = rest[size:]


@settings(deadline=None)
@given(st.lists(MESSAGE, min_size=1, max_size=8))
def test_a_cancelled_discharge_leaves_what_stood_without_either(
    feed: list[tuple[str, int, int, str, str, str]],
) -> None:
    """Whatever happened before: a discharge and its cancelling at the end change nothing but the cancel's own words."""
    earlier = [written(told) for told in feed if told[0] != "A13"]
    left = written(("A03", 20, 0, "W4", "V1", "H1"))
    cancel = written(("A13", 20, 1, "W4", "V1", "H1"))
    alone = stands(translate(m, SENDER) for m in [*earlier, cancel])
    both = stands(translate(m, SENDER) for m in [*earlier, left, cancel])
    visit = ("H1", "Encounter", "V1")
    told_again = both["facts"].get(visit, {})
    assert told_again.get("status") != "finished" or alone["facts"].get(visit, {}).get("status") == "finished"
    assert told_again.get("period", {}).get("end") == alone["facts"].get(visit, {}).get("period", {}).get(
        "end"
    )


ODD = st.one_of(
    st.binary(max_size=200),
    st.builds(
        lambda told, cut, noise, place: written(told)[:cut] + noise + written(told)[place:],
        MESSAGE,
        st.integers(0, 400),
        st.binary(max_size=6),
        st.integers(0, 400),
    ),
    st.builds(
        lambda told, codec: written(told).decode().encode(codec),
        MESSAGE,
        st.sampled_from(["utf-16", "cp1252"]),
    ),
)


@settings(deadline=None)
@given(ODD, st.sampled_from([b"", b"|||AL|AL", b"|||ER|NE", b"|||AL|NE", b"|||??|??"]))
def test_every_odd_input_gets_fitting_answers_with_place_and_condition(octets_: bytes, wishes: bytes) -> None:
    data = octets_.replace(b"|P|2.4\r", b"|P|2.4" + wishes + b"\r")
    refusals = translate(data, SENDER).refusals
    kept = commit(data, SENDER, now=NOW, new_id=lambda: "K")
    read = answer(data, refusals, now=NOW, new_id=lambda: "K")
    assert not wishes or not (kept or read) or parse(kept or read)
    for said, allowed in ((kept, {"CA", "CE", "CR"}), (read, {"AA", "AE", "AR"})):
        for part in parse(said) if said else []:
            assert isinstance(part, Message), part
            code = part.get("MSA", 1)
            assert code in allowed
            assert (part.segment("ERR") is None) == (code in ("AA", "CA"))
            if code not in ("AA", "CA"):
                assert part.get("ERR", 1, 4), "the condition is named"
    if not wishes:
        whole = {r.part for r in refusals if " " not in r.part.removeprefix("message ")}
        assert kept == b""
        codes = [str(p.get("MSA", 1)) for p in parse(read) if isinstance(p, Message)]
        assert len(codes) == len(parse(data))
        assert sum(code != "AA" for code in codes) == len(whole)
        assert all(isinstance(p, Malformed | Message) for p in parse(data))
