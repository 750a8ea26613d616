"""Client Level Data: both releases' spellings, the "as at" date, bad rows, and no half rows."""

from __future__ import annotations

import io
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.person_source import NO_LOCAL_ID
from adapters.returns import Part, part_of
from adapters.social_care import cld
from adapters.social_care.cld import FORM, ClientLevelData
from adapters.source import Raw, SourceDown
from adapters.wire.tabular import parts
from schemas.checks import refusals
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import Translated

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEADER = (
    "LA_Code,Reporting_Period_Start_Date,Reporting_Period_End_Date,NHS_Number,LA_Person_Unique_Identifier,"
    "Gender,Ethnicity,Date_of_Birth,Client_Type,Primary_Support_Reason,Postcode,Accommodation_Status,"
    "Hearing_Impairment,Event_Type,Event_Start_Date,Event_End_Date,Event_Outcome,Service_Type,"
    "Service_Component,Provider_CQC_Location_ID,Assessment_Type,Request_Route_of_Access"
)
PERSON = (
    "999,2025-10-01,2026-09-30,9990000018,P1,Male,White: Irish,1947-03-14,Service user,Mental health,WL2 3CR"
)
SERVICE = f"{PERSON},Tenant,None,Service,2026-02-01,,,Long term support: Community,Home support,1-1,,"
ENDED = (
    f"{PERSON},Tenant,None,Service,2026-03-01,2026-03-20,Admitted to hospital,x,Long term nursing care,1-2,,"
)
ASSESSED = f"{PERSON},Tenant,Hard of hearing,Assessment,01/04/2026,03/04/2026,NFA - Moved to another LA,,,,Long term,"
ASKED = f"{PERSON},Tenant,None,Request,2026-01-05,2026-01-05,Provision of service,,,,,Prison"
REVIEWED = f"{PERSON},Tenant,None,Review,2026-05-05,2026-05-06,Continuation of support or services,,,,,"
GIANT = '"' + "x" * 200_000 + '"'
ROWS = [SERVICE, ENDED, ASSESSED, ASKED, REVIEWED]


def source(folder: Path | None = None) -> ClientLevelData:
    return ClientLevelData(Connection("ZSC01", folder=folder, providers={"1-1": "ZHC01", "1-2": "ZCH01"}))


def translate(*rows: str, header: str = HEADER, name: str = "") -> Translated:
    content = "\r\n".join([header, *rows, ""]).encode()
    return source().translate(Raw("social-care-returns", FORM, content, NOW, name))


def test_every_kind_of_event_is_kept_as_valid_r4_and_dated_as_at_the_periods_end() -> None:
    told = translate(*ROWS)
    assert told.refusals == ()
    assert [p for s in told.statements for p in refusals(s)] == []
    assert {s.true_time.date() for s in told.statements} == {date(2026, 9, 30)}
    assert told.as_at == date(2026, 9, 30)
    kinds = [s.type for s in told.statements if "cld-trait" not in s.identifier.system]
    assert sorted(kinds) == ["EpisodeOfCare", "EpisodeOfCare", "ServiceRequest", "Task", "Task"]


def test_release_one_names_and_words_read_the_same() -> None:
    old = HEADER.replace("LA_Person_Unique_Identifier", "LA Person Unique ID").replace("_", " ")
    assert translate(*ROWS, header=old) == translate(*ROWS)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Long term support: Community", "Long Term Support: Community"),
        ("Home support", "Home support or domiciliary care"),
        ("Service user", "Service User"),
        ("Mental health", "Mental Health Support"),
    ],
)
def test_one_event_in_either_releases_words_is_one_statement(first: str, second: str) -> None:
    old, new = translate(SERVICE), translate(SERVICE.replace(first, second))
    assert [s.identifier for s in old.statements] == [s.identifier for s in new.statements]


@pytest.mark.parametrize("client", ["Unpaid carer", "Carer", "Unpaid carer known by association"])
def test_a_carers_row_is_of_the_carers_own_record_and_says_nothing_of_whom_they_care_for(client: str) -> None:
    row = SERVICE.replace("Service user", client).replace(
        "Long term support: Community", "Unpaid carer support: Support involving the person cared-for"
    )
    told = translate(f"{row},P9", header=f"{HEADER},Adult 1 Linked Person ID")
    assert {s.subject.local_id for s in told.statements} == {"P1"}
    assert {r.organisation for r in told.relationships} == {"ZSC01"}
    assert "P9" not in repr([s.resource for s in told.statements])
    assert not [s for s in told.statements if "THIRD_PARTY" in s.labels]


def test_without_the_councils_own_id_the_number_makes_a_name_that_nobody_is_asked_by() -> None:
    told = translate(SERVICE.replace(",P1,", ",,"))
    (claim,) = told.subjects
    assert claim.key.local_id.startswith(NO_LOCAL_ID)
    assert "9990000018" not in claim.key.local_id
    assert claim.nhs_number is not None


def test_another_councils_rows_are_refused_where_the_place_knows_its_code() -> None:
    connection = Connection("ZSC01", providers={"999": "ZSC02"})
    raw = Raw("social-care-returns", FORM, f"{HEADER}\n{SERVICE}\n".encode(), NOW)
    assert [r.field for r in ClientLevelData(connection).translate(raw).refusals] == ["LA_Code"]


def test_a_return_is_evidence_of_care_until_its_as_at_date_only() -> None:
    found = {(r.organisation, r.kind): r.end for r in translate(SERVICE, ENDED).relationships}
    assert found[("ZHC01", RelationshipKind.CASELOAD)] == datetime(2026, 10, 1, tzinfo=UTC)
    assert found[("ZCH01", RelationshipKind.STAY)] == datetime(2026, 3, 21, tzinfo=UTC)


def test_the_persons_own_columns_come_from_the_newest_event() -> None:
    (claim,) = translate(SERVICE, REVIEWED.replace("WL2 3CR", "WL9 9ZZ")).subjects
    assert claim.patient["address"] == [{"postalCode": "WL9 9ZZ"}]
    assert claim.patient["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "B"


def test_a_return_never_tells_an_address_as_the_present_one() -> None:
    (person,) = [s for s in translate(*ROWS).statements if s.type == "Patient"]
    assert "address" not in person.resource
    assert person.resource["birthDate"] == "1947-03-14"


def test_a_refuge_has_no_postcode_and_restricts_the_location() -> None:
    (claim,) = translate(SERVICE.replace("Tenant", "Refuge")).subjects
    assert claim.location_restricted is True
    assert "address" not in claim.patient


@pytest.mark.parametrize(
    ("status", "labels"),
    [
        ("Refuge", {"LOCIS", "REFUGE"}),
        ("Women's refuge", {"LOCIS", "REFUGE"}),
        ("Prison / Young offenders institution / detention centre", {"LOCIS", "PRISON"}),
        ("Approved premises for offenders released from prison (e.g. probation hostel)", {"LOCIS", "PRISON"}),
        ("Night shelter/hostel", {"LOCIS", "HOMELESS"}),
        ("Rough sleeper / squatting", {"LOCIS", "HOMELESS"}),
        ("Registered care home", set()),
    ],
)
def test_where_somebody_lives_is_restricted_on_arrival_in_either_releases_words(
    status: str, labels: set[str]
) -> None:
    told = translate(SERVICE.replace("Tenant", status))
    (home,) = [s for s in told.statements if s.heading is Heading.HOME]
    assert home.labels == labels
    (claim,) = told.subjects
    # A refuge hides the place until an officer says otherwise; a prison only while somebody is there.
    assert claim.location_restricted is (True if "efuge" in status else None)
    hidden = bool(labels & {"REFUGE", "PRISON"})
    assert ("address" in claim.patient) is not hidden


def test_a_prisons_service_and_route_carry_the_service_that_labelling_restricts() -> None:
    told = translate(ASKED, SERVICE.replace("Long term support: Community", "Long term support: Prison"))
    services = [s.service for s in told.statements if s.heading is Heading.SERVICES and s.service]
    assert [("prison" in s.casefold()) for s in services] == [True, True]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("2026-02-01", "2026-02-30", "Event_Start_Date"),
        ("2026-09-30", "", "Reporting_Period_End_Date"),
        ("9990000018", "9990000019", "NHS_Number"),
        (",9990000018,P1,", ",,,", "LA_Person_Unique_Identifier"),
        ("Service user", "Somebody", "Client_Type"),
        (",Service,", ",Visit,", "Event_Type"),
    ],
)
def test_a_bad_row_is_refused_by_number_and_column_and_the_others_are_kept(
    old: str, new: str, column: str
) -> None:
    part = Part("CLD.csv", 2001, "d", None, (date(2025, 10, 1), date(2026, 9, 30)))
    told = translate(ASSESSED, SERVICE.replace(old, new, 1), name=part.name)
    assert [w.whole for w in told.windows] == [False]
    assert [(r.part, r.field) for r in told.refusals] == [("row 2002", column)]
    assert new == "" or new not in repr(told.refusals)
    assert len([s for s in told.statements if s.type == "Task"]) == 1


def test_a_missing_column_refuses_the_whole_file_by_name() -> None:
    told = translate(*ROWS, header=HEADER.replace("Event_Type", "Kind"))
    assert told.statements == ()
    assert [(r.field, r.part) for r in told.refusals] == [("Event_Type", "file")]


def test_a_column_that_is_not_known_is_named_and_the_rows_are_kept() -> None:
    told = translate(f"{SERVICE},yes", header=f"{HEADER},Smoker")
    assert [(r.field, r.part) for r in told.refusals] == [("Smoker", "file")]
    assert told.statements


def standing(*told: Translated) -> dict[tuple[str, str], str]:
    """What stands of many tellings, as the store has it: of each statement the version of the latest true time."""
    versions = sorted(((s.true_time, repr(s)), s) for t in told for s in t.statements)
    return {(s.identifier.system, s.identifier.value): repr(s) for _, s in versions}


def test_of_two_rows_that_say_otherwise_of_one_event_the_later_end_stands_whatever_their_order() -> None:
    later = ENDED.replace("2026-03-20", "2026-03-25")
    open_ = ENDED.replace("2026-03-20", "")
    for rows in ((ENDED, later, open_), (open_, later, ENDED), (later, open_, ENDED)):
        found = [s for s in standing(translate(*rows)).values() if "EpisodeOfCare" in s]
        assert len(found) == 1
        assert "2026-03-25" in found[0]


def test_what_is_sent_later_for_the_same_day_stands_whichever_arrives_first() -> None:
    before, after = (
        translate(row, name=Part("a.csv", sent=datetime(2026, 10, day, tzinfo=UTC), telling="d").name)
        for day, row in ((5, ENDED), (9, ENDED.replace("2026-03-20", "2026-03-10")))
    )
    assert standing(before, after) == standing(after, before) == standing(after)


def test_the_same_row_twice_is_one_event() -> None:
    assert translate(SERVICE, SERVICE) == translate(SERVICE)


@settings(deadline=None)
@given(st.data())
def test_a_file_cut_anywhere_keeps_only_events_of_the_whole_file(data: st.DataObject) -> None:
    content = "\r\n".join([HEADER, *ROWS, ""]).encode()
    cut = content[: data.draw(st.integers(0, len(content)))]
    whole = translate(*ROWS)
    told = source().translate(Raw("social-care-returns", FORM, cut, NOW))
    events = [s for s in told.statements if "cld-trait" not in s.identifier.system]
    assert set(map(repr, events)) <= set(map(repr, whole.statements))


@settings(deadline=None)
@given(st.permutations(ROWS))
def test_any_order_of_rows_says_the_same(rows: list[str]) -> None:
    first, second = translate(*ROWS), translate(*rows)
    assert first.subjects == second.subjects
    assert sorted(map(repr, first.statements)) == sorted(map(repr, second.statements))


def test_dropped_files_are_read_in_order_once_and_again_when_sent_again(tmp_path: Path) -> None:
    for day, name in ((1, "b.csv"), (2, "a.csv")):
        (tmp_path / name).write_text(f"{HEADER}\n{SERVICE}\n")
        os.utime(tmp_path / name, (day, day))
    (tmp_path / ".c.csv").write_text("being written")

    async def names(cursor: str) -> tuple[list[str], str]:
        found = [(raw.name, position) async for raw, position in source(tmp_path).pull(cursor, NOW)]
        return [name for name, _ in found], found[-1][1] if found else cursor

    first, cursor = anyio.run(names, "")
    assert [part_of(name).file for name in first] == ["b.csv", "a.csv"]
    assert anyio.run(names, cursor) == ([], cursor)
    os.utime(tmp_path / "b.csv", (3, 3))
    assert [part_of(name).file for name in anyio.run(names, cursor)[0]] == ["b.csv"]


def test_a_file_in_parts_is_one_whole_telling_of_its_period(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(cld, "ROWS_IN_A_PART", 2)
    (tmp_path / "CLD_999_999-000-0018.csv").write_text("\n".join([HEADER, *ROWS, ""]))
    told, cursors = pulled(tmp_path)
    windows = [w for t in told for w in t.windows]
    assert {(w.start, w.end, w.whole) for w in windows} == {
        (datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC), True)
    }
    assert len({w.telling for w in windows}) == 1
    assert windows[0].telling
    assert [w.last for w in windows] == [False, False, True]
    assert [bool(c) for c in cursors] == [False, False, True]
    assert "0018" not in "".join(names(tmp_path))


def test_a_refused_row_or_one_of_another_period_shows_nothing_gone(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(cld, "ROWS_IN_A_PART", 2)
    other = REVIEWED.replace("2025-10-01,2026-09-30", "2025-07-01,2026-06-30")
    for bad in (SERVICE.replace("2026-02-01", "soon"), other):
        (tmp_path / "a.csv").write_text("\n".join([HEADER, *ROWS[:4], bad, ""]))
        told, _ = pulled(tmp_path)
        assert [w.whole for t in told for w in t.windows] == [True, True, False]


def test_the_name_of_a_part_tells_no_number(tmp_path: Path) -> None:
    for name in ("999 000 0018.csv", "CLD_9990000018.csv"):
        (tmp_path / name).write_text(f"{HEADER}\n{SERVICE}\n")
    assert not [n for n in names(tmp_path) if "0018" in n]


ROW = st.sampled_from([*ROWS, ENDED.replace("2026-03-20", ""), SERVICE.replace("Tenant", "Refuge"), REVIEWED.replace(
    "2026-05-06", "2026-05-09"), SERVICE.replace("White: Irish", "Refused").replace(",P1,", ",P2,")])  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.lists(ROW, min_size=1, max_size=8), st.integers(1, 5), st.randoms(), st.integers(1, 3))
def test_parts_order_and_repeats_never_change_what_stands(
    rows: list[str], size: int, random: Any, times: int
) -> None:
    whole = standing(translate(*rows))
    shuffled = [row for row in rows for _ in range(times)]
    random.shuffle(shuffled)
    content = "\r\n".join([HEADER, *shuffled, ""]).encode()
    told = [
        source().translate(
            Raw("social-care-returns", FORM, part, NOW, Part("a.csv", first, "d", last=last).name)
        )
        for part, first, last in parts(io.BytesIO(content), size)
    ]
    random.shuffle(told)
    assert standing(*told) == whole


def pulled(folder: Path) -> tuple[list[Translated], list[str]]:
    async def all_() -> list[tuple[Raw, str]]:
        return [found async for found in source(folder).pull("", NOW)]

    found = anyio.run(all_)
    return [source().translate(raw) for raw, _ in found], [cursor for _, cursor in found]


def names(folder: Path) -> list[str]:
    async def all_() -> list[str]:
        return [raw.name async for raw, _ in source(folder).pull("", NOW)]

    return anyio.run(all_)


def test_no_folder_is_down_not_empty() -> None:
    async def first() -> None:
        async for _ in source().pull("", NOW):
            pass

    with pytest.raises(SourceDown):
        anyio.run(first)


def test_the_as_at_date_stands_in_every_event() -> None:
    events = [s for s in translate(*ROWS).statements if "cld-trait" not in s.identifier.system]
    for event in events:
        dates = [e.get("valueDate") for e in event.resource["extension"] if e["url"].endswith("as-at")]
        assert dates == [date(2026, 9, 30).isoformat()]


@pytest.mark.parametrize(
    ("content", "field", "part"),
    [
        (f"{HEADER}\n{SERVICE}\n".encode("utf-16"), "file", "file"),
        (f"{HEADER}\n{SERVICE}\n".replace(",", ";").encode(), "file", "file"),
        (f"{HEADER},Event_Type\n{SERVICE},Service\n".encode(), "Event_Type", "file"),
        (f"{HEADER}\n{ENDED}\n{HEADER}\n".encode(), "row", "row 3"),
        (f"{HEADER}\n{ENDED}\n{SERVICE.replace('Tenant', 'Ten' + chr(0))}\n".encode(), "Accommodation_Status", "row 3"),
        (f"{HEADER}\n{ENDED}\n{SERVICE.replace('Tenant', GIANT)}\n".encode(), "row", "row 3"),
        (f"{HEADER}\n{ENDED}\n{SERVICE}".encode(), "row", "row 3"),
    ],
    ids=["utf-16", "semicolons", "column-twice", "header-again", "nul", "giant", "cut"],
)  # fmt: skip
def test_hostile_input_is_refused_by_its_place_and_shows_nothing_gone(
    content: bytes, field: str, part: str
) -> None:
    told = source().translate(Raw("social-care-returns", FORM, content, NOW))
    assert [(r.field, r.part) for r in told.refusals] == [(field, part)]
    assert not [w for w in told.windows if w.whole]
    assert bool(told.statements) is (part != "file")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_of_either_encoding_and_line_ends_inside_quotes_are_read_as_they_are(encoding: str) -> None:
    row = SERVICE.replace("Home support", '"Home\nsupport = caf\u00e9"')
    told = source().translate(Raw("social-care-returns", FORM, f"{HEADER}\n{row}\n".encode(encoding), NOW))
    (service,) = [s.resource for s in told.statements if s.type == "EpisodeOfCare"]
    assert told.refusals == ()
    assert service["type"][0]["text"] == "Home\nsupport = caf\u00e9"
