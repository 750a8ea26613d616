"""The monthly return: joined by person, dated by its period, refused whole when its frame is broken."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.mental_health.mhsds import FORM, MonthlyReturn
from adapters.source import Raw
from aggregator.intake.checking import refusals
from schemas.codes import RelationshipKind
from schemas.contribution import Translated

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TABLES = {
    "MHS000Header": [
        "DatSetVer,OrgIDProv,ReportingPeriodStartDate,ReportingPeriodEndDate",
        "5.0,ZMH01,2026-10-01,2026-10-31",
    ],
    "MHS001MPI": [
        "LocalPatientId,OrgIDLocalPatientId,NHSNumber,NHSNumberStatus,PersonBirthDate,Postcode,GenderIDCode,EthnicCategory",
        "M1,ZMH01,9990000018,01,1980-12-01,WL1 7TV,2,N",
        "M2,ZMH01,,07,1990-01-01,,1,A",
    ],
    "MHS101Referral": [
        "LocalPatientId,UniqServReqID,ReferralRequestReceivedDate,SourceOfReferralMH,ClinRespPriorityType,ServDischDate",
        "M1,R1,2026-01-02,A1,3,",
        "M2,R2,2026-10-02,H1,1,2026-10-20",
    ],
    "MHS201CareContact": [
        "LocalPatientId,UniqServReqID,UniqCareContID,CareContDate,CareContTime,AttendStatus,ConsMechanismMH",
        "M1,R1,C1,2026-10-05,09:30:00,5,01",
    ],
    "MHS401MHActPeriod": [
        "LocalPatientId,UniqMHActEpisodeID,StartDateMHActLegalStatusClass,LegalStatusCode,EndDateMHActLegalStatusClass",
        "M1,A1,2026-10-06,02,",
    ],
    "MHS501HospProvSpell": [
        "LocalPatientId,UniqHospProvSpellID,StartDateHospProvSpell,DischDateHospProvSpell", "M1,S1,2026-10-06,",
    ],
    "MHS502WardStay": [
        "LocalPatientId,UniqWardStayID,UniqHospProvSpellID,StartDateWardStay,MHAdmittedPatientClass",
        "M1,W1,S1,2026-10-06,200",
    ],
    "MHS008CarePlanType": [
        "LocalPatientId,UniqCarePlanID,CarePlanTypeMH,CarePlanCreatDate", "M1,P1,12,2026-02-01 00:00:00",
    ],
}  # fmt: skip


def packed(tables: dict[str, list[str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in tables.items():
            archive.writestr(f"{name}.csv", "\r\n".join([*lines, ""]))
    return out.getvalue()


def translate(content: bytes) -> Translated:
    return MonthlyReturn(Connection("ZMH01")).translate(Raw("mental-health-returns", FORM, content, NOW))


def test_every_table_is_kept_as_valid_r4_and_dated_as_at_the_periods_end() -> None:
    told = translate(packed(TABLES))
    assert told.refusals == ()
    assert [p for s in told.statements for p in refusals(s)] == []
    assert len(told.statements) == 9
    assert {s.true_time for s in told.statements} == {datetime(2026, 10, 31, tzinfo=UTC)}


def test_a_caseload_lasts_until_the_period_ends_and_no_longer() -> None:
    ends = [(r.kind, r.end) for r in translate(packed(TABLES)).relationships]
    assert ends == [
        (RelationshipKind.CASELOAD, datetime(2026, 11, 1, tzinfo=UTC)),
        (RelationshipKind.CASELOAD, datetime(2026, 10, 21, tzinfo=UTC)),
    ]


def test_somebody_without_a_number_is_still_somebody() -> None:
    claims = translate(packed(TABLES)).subjects
    assert [c.nhs_number is None for c in claims] == [False, True]


def test_a_row_about_nobody_in_the_index_is_refused() -> None:
    told = translate(
        packed(TABLES | {"MHS201CareContact": [TABLES["MHS201CareContact"][0], "M9,R1,C1,2026-10-05,,5,01"]})
    )
    assert [(r.part, r.field) for r in told.refusals] == [
        ("MHS201CareContact row 2", "MHS201CareContact.LocalPatientId")
    ]


@pytest.mark.parametrize("missing", ["MHS000Header", "MHS001MPI"])
def test_a_return_without_its_frame_is_refused_whole(missing: str) -> None:
    told = translate(packed({k: v for k, v in TABLES.items() if k != missing}))
    assert told.statements == ()
    assert [(r.field, r.part) for r in told.refusals] == [(missing, "file")]


def test_another_providers_return_is_refused_whole() -> None:
    header = [line.replace("ZMH01", "ZXX01") for line in TABLES["MHS000Header"]]
    told = translate(packed(TABLES | {"MHS000Header": header}))
    assert told.statements == ()
    assert told.subjects == ()


def test_a_table_without_a_needed_column_is_refused_and_the_others_are_kept() -> None:
    broken = [line.replace("LegalStatusCode", "Status") for line in TABLES["MHS401MHActPeriod"]]
    told = translate(packed(TABLES | {"MHS401MHActPeriod": broken}))
    assert [r.field for r in told.refusals] == ["MHS401MHActPeriod.LegalStatusCode"]
    assert len(told.statements) == 8


def test_an_unknown_table_is_named_and_not_read() -> None:
    told = translate(packed(TABLES | {"MHS505RestrictiveInterventInc": ["LocalPatientId", "M1"]}))
    assert [r.part for r in told.refusals] == ["MHS505RestrictiveInterventInc"]


def test_a_file_that_is_no_table_refuses_the_return() -> None:
    out = io.BytesIO(packed(TABLES))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("Notes.doc", "words")
    told = translate(out.getvalue())
    assert told.statements == ()
    assert told.refusals[0].reason == "holds a file that is no CSV table"


def test_an_archive_that_unpacks_beyond_all_measure_is_refused() -> None:
    bomb = packed(TABLES | {"MHS204Other": ["x" * 3_000_000]})
    source = MonthlyReturn(Connection("ZMH01", limit=100_000))
    told = source.translate(Raw("mental-health-returns", FORM, bomb, NOW))
    assert told.statements == ()
    assert "unpacks" in told.refusals[0].reason


@given(st.integers(0, len(packed(TABLES)) - 1))
def test_a_return_cut_anywhere_keeps_nothing(cut: int) -> None:
    told = translate(packed(TABLES)[:cut])
    assert told.statements == ()
    assert len(told.refusals) == 1


@given(st.data())
def test_a_broken_byte_never_half_keeps_a_row(data: st.DataObject) -> None:
    content = bytearray(packed(TABLES))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    told = translate(bytes(content))
    whole = set(map(repr, translate(packed(TABLES)).statements))
    assert set(map(repr, told.statements)) <= whole


@given(st.permutations(list(TABLES)))
def test_tables_in_any_order_say_the_same(order: list[str]) -> None:
    assert translate(packed({t: TABLES[t] for t in order})) == translate(packed(TABLES))


def test_a_dropped_return_is_pulled_once(tmp_path: Path) -> None:
    (tmp_path / "MHSDS_ZMH01_202610.zip").write_bytes(packed(TABLES))
    source = MonthlyReturn(Connection("ZMH01", folder=tmp_path))

    async def pull(cursor: str) -> list[tuple[str, str]]:
        return [(raw.name, at) async for raw, at in source.pull(cursor, NOW)]

    ((name, cursor),) = anyio.run(pull, "")
    assert name == "MHSDS_ZMH01_202610.zip"
    assert anyio.run(pull, cursor) == []
