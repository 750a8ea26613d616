"""The monthly return: joined by person, dated by its period, refused whole when its frame is broken."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.mental_health.mhsds import FORM, MonthlyReturn
from adapters.mental_health.mhsds_archive import cut
from adapters.returns import part_of
from adapters.source import Raw
from schemas.checks import refusals
from schemas.codes import RelationshipKind
from schemas.contribution import Translated
from schemas.versions import fold

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
    assert {s.true_time.date() for s in told.statements} == {date(2026, 10, 31)}
    assert told.as_at == date(2026, 10, 31)
    (window,) = told.windows
    assert (window.start, window.end, window.whole, window.last) == (
        datetime(2026, 10, 1, tzinfo=UTC),
        datetime(2026, 10, 31, tzinfo=UTC),
        True,
        True,
    )


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
    told = translate(packed(TABLES | {"MHS999Novelty": ["LocalPatientId", "M1"]}))
    assert [r.part for r in told.refusals] == ["MHS999Novelty"]
    assert [w.whole for w in told.windows] == [False]


def test_a_table_that_is_left_out_on_purpose_says_nothing_and_refuses_nothing() -> None:
    whole = translate(packed(TABLES))
    assert translate(packed(TABLES | {"MHS505RestrictiveInterventInc": ["LocalPatientId", "M1"]})) == whole


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


@settings(deadline=None)
@given(st.integers(0, len(packed(TABLES)) - 1))
def test_a_return_cut_anywhere_keeps_nothing(cut: int) -> None:
    told = translate(packed(TABLES)[:cut])
    assert told.statements == ()
    assert len(told.refusals) == 1


@settings(deadline=None)
@given(st.data())
def test_a_broken_byte_never_half_keeps_a_row(data: st.DataObject) -> None:
    content = bytearray(packed(TABLES))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    told = translate(bytes(content))
    whole = set(map(repr, translate(packed(TABLES)).statements))
    assert set(map(repr, told.statements)) <= whole


@settings(deadline=None)
@given(st.permutations(list(TABLES)))
def test_tables_in_any_order_say_the_same(order: list[str]) -> None:
    assert translate(packed({t: TABLES[t] for t in order})) == translate(packed(TABLES))


def test_a_dropped_return_is_pulled_once(tmp_path: Path) -> None:
    (tmp_path / "MHSDS_ZMH01_202610.zip").write_bytes(packed(TABLES))
    source = MonthlyReturn(Connection("ZMH01", folder=tmp_path))

    async def pull(cursor: str) -> list[tuple[str, str]]:
        return [(raw.name, at) async for raw, at in source.pull(cursor, NOW)]

    ((name, cursor),) = anyio.run(pull, "")
    assert part_of(name).file == "MHSDS_ZMH01_202610.zip"
    assert part_of(name).telling
    assert anyio.run(pull, cursor) == []


EXTRACT = {
    "MHS000Header": [
        "DatSetVer,OrgIDProvider,ReportingPeriodStartDate,ReportingPeriodEndDate,DateTimeDatSetCreate",
        "6.0,ZMH01,2026-10-01,2026-10-31,2026-11-12T09:00:00",
    ],
    "MHS001MPI": [
        "LocalPatientId,OrgIDLocalPatientId,NHSNumber,PersonBirthDate,RecordNumber,Person_ID",
        "M1,ZMH01,9990000018,1980-12-01,77,P77",
    ],
    "MHS102OtherServiceType": [
        "ServiceRequestId,UniqServReqID,UniqCareProfTeamID,ServTeamTypeRefToMH,ReferRejectionDate,RecordNumber",
        "1,R1,T1,D01,,77",
    ],
    "MHS401MHActPeriod": [
        "LocalPatientId,UniqMHActEpisodeID,StartDateMHActLegalStatusClass,StartTimeMHActLegalStatusClass,"
        "ExpiryDateMHActLegalStatusClass,LegalStatusCode",
        "M1,A1,2026-07-06,14:30:00,2027-01-05,03",
    ],
    "MHS403ConditionalDischarge": [
        "UniqMHActEpisodeID,StartDateMHCondDisch,EndDateMHCondDisch,RecordNumber", "A1,2026-07-20,2026-07-25,77",
    ],
    "MHS404CommTreatOrder": [
        "MHActLegalStatusClassPeriodId,StartDateCommTreatOrd,ExpiryDateCommTreatOrd,EndDateCommTreatOrd,Person_ID",
        "A1,2026-08-01,2027-02-01,,P77",
    ],
    "MHS405CommTreatOrderRecall": [
        "UniqMHActEpisodeID,StartDateCommTreatOrdRecall,EndDateCommTreatOrdRecall,RecordNumber",
        "A1,2026-09-01,2026-09-03,77",
    ],
    "MHS510LeaveOfAbsence": ["UniqWardStayID,StartDateMHLeaveAbs,EndDateMHLeaveAbs,RecordNumber", "W1,2026-10-10,,77"],
    "MHS518ClinReadyforDischarge": [
        "UniqHospProvSpellID,StartDateClinReadyforDisch,EndDateClinReadyforDisch,ClinReadyforDischDelayReason,"
        "OrgIDRespLAClinReadyforDisch,RecordNumber",
        "S1,2026-10-20,,18,ZSC01,77",
    ],
    "MHS008CarePlanType": ["LocalPatientId,CarePlanID,CarePlanTypeMH,CarePlanCreatDate", "M1,P1,12,2026-02-01"],
    "MHS009CarePlanAgreement": [
        "CarePlanID,CarePlanContentAgreedBy,CarePlanContentAgreedDate,RecordNumber", "P1,10,2026-02-03,77",
    ],
    "MHS003AccommStatus": ["LocalPatientId,AccommodationType,AccommodationTypeDate", "M1,21,2026-01-01"],
    "MHS004EmpStatus": ["LocalPatientId,EmployStatus", "M1,08"],
    "MHS005PatInd": ["LocalPatientId,AutismStatus,LDStatus", "M1,1,X"],
    "MHS007DisabilityType": ["LocalPatientId,DisabCode", "M1,02", "M1,NN"],
}  # fmt: skip


def standing(*told: Translated) -> dict[tuple[str, str, bool], str]:
    versions = sorted(((s.true_time, repr(s)), s) for t in told for s in t.statements)
    return {(s.identifier.system, s.identifier.value, s.partial): repr(s) for _, s in versions}


def test_every_further_table_of_version_six_is_kept_and_tied_by_record_number_where_it_has_no_patient() -> (
    None
):
    told = translate(packed(EXTRACT))
    assert told.refusals == ()
    assert [p for s in told.statements for p in refusals(s)] == []
    assert {s.subject.local_id for s in told.statements} == {"M1"}
    legal = {
        s.resource["code"].get("text"): s.resource["status"] for s in told.statements if s.heading == "legal"
    }
    assert legal == {
        "Section 3, Mental Health Act 1983": "active",
        "Conditional discharge": "inactive",
        "Community treatment order (section 17A)": "active",
        "Recalled to hospital (section 17E)": "inactive",
        "On leave (section 17)": "active",
    }


def test_a_time_is_londons_and_a_task_names_the_council_that_is_waited_for() -> None:
    told = translate(packed(EXTRACT))
    (period,) = [s.resource["period"] for s in told.statements if s.identifier.system.endswith("act-period")]
    assert period["start"] == "2026-07-06T13:30:00+00:00"
    (task,) = [s.resource for s in told.statements if s.type == "Task"]
    assert task["reasonCode"]["text"] == "Housing: supported accommodation"
    assert task["owner"]["identifier"]["value"] == "ZSC01"


def test_who_agreed_a_plan_is_part_of_the_plan() -> None:
    told = [s for s in translate(packed(EXTRACT)).statements if s.type == "CarePlan"]
    assert len({s.identifier for s in told}) == 1
    plan = fold((s.resource, s.partial, s.clears) for s in sorted(told, key=lambda s: s.partial))
    names = {e["url"].rsplit("/", 1)[1] for e in plan["extension"]}
    assert names == {"as-at", "care-plan-agreed-by-10"}
    assert plan["status"] == "active"


def test_a_team_tells_the_service_that_labelling_restricts_and_a_setting_its_own_label() -> None:
    told = translate(packed(EXTRACT)).statements
    assert [s.service for s in told if s.type == "EpisodeOfCare"] == ["Substance misuse team"]
    assert [s.labels for s in told if s.heading == "home"] == [{"LOCIS", "PRISON"}]
    assert [s.heading for s in told if "disability" in s.identifier.value] == ["needs"]


@pytest.mark.parametrize("code", ["22", "CH02", "?"])
def test_an_accommodation_code_that_no_list_has_may_be_a_refuge(code: str) -> None:
    told = translate(
        packed(EXTRACT | {"MHS003AccommStatus": ["LocalPatientId,AccommodationType", f"M1,{code}"]})
    )
    assert [s.labels for s in told.statements if s.heading == "home"] == [{"LOCIS", "REFUGE"}]


def test_version_five_names_say_the_same_as_version_six() -> None:
    old = {
        "MHS504DelayedDischarge": [
            "UniqHospProvSpellNum,StartDateDelayDisch,EndDateDelayDisch,DelayDischReason,OrgIDRespLADelayDisch,RecordNumber",
            EXTRACT["MHS518ClinReadyforDischarge"][1],
        ],
        "MHS102ServiceTypeReferredTo": EXTRACT["MHS102OtherServiceType"],
    }
    new = {"MHS518ClinReadyforDischarge", "MHS102OtherServiceType"}
    before = {name: lines for name, lines in EXTRACT.items() if name not in new} | old
    assert standing(translate(packed(before))) == standing(translate(packed(EXTRACT)))


def test_what_is_submitted_again_for_the_same_month_stands_whichever_comes_first() -> None:
    again = EXTRACT | {
        "MHS000Header": [EXTRACT["MHS000Header"][0], "6.0,ZMH01,2026-10-01,2026-10-31,2027-01-20T09:00:00"],
        "MHS401MHActPeriod": [EXTRACT["MHS401MHActPeriod"][0], "M1,A1,2026-07-06,14:30:00,2027-01-05,02"],
    }
    first, second = translate(packed(EXTRACT)), translate(packed(again))
    assert standing(second, first) == standing(first, second) == standing(second)


def test_another_month_never_covers_this_one() -> None:
    (window,) = translate(packed(EXTRACT)).windows
    assert window.start is not None
    assert (window.start.month, window.end and window.end.month) == (10, 10)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 4), st.randoms())
def test_a_return_in_parts_says_what_it_says_whole(size: int, random: Any) -> None:
    tables = {
        name: [lines[0], *(line for line in lines[1:] for _ in range(2))] for name, lines in TABLES.items()
    }
    tables["MHS000Header"], tables["MHS001MPI"] = TABLES["MHS000Header"], TABLES["MHS001MPI"]
    told = [translate(part) for part, _ in cut(io.BytesIO(packed(tables)), size, 10**6)]
    random.shuffle(told)
    assert all(t.refusals == () for t in told)
    assert standing(*told) == standing(translate(packed(TABLES)))
    assert {c.key for t in told for c in t.subjects} == {c.key for c in translate(packed(TABLES)).subjects}


def test_a_long_return_is_pulled_in_parts_of_one_telling_and_the_cursor_moves_last(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packed(TABLES))
    source = MonthlyReturn(Connection("ZMH01", folder=tmp_path, limit=4_000))

    async def pull() -> list[tuple[Raw, str]]:
        return [found async for found in source.pull("", NOW)]

    found = anyio.run(pull)
    told = [MonthlyReturn(Connection("ZMH01")).translate(raw) for raw, _ in found]
    assert len(found) > 1
    assert [bool(cursor) for _, cursor in found] == [*[False] * (len(found) - 1), True]
    windows = [w for t in told for w in t.windows]
    assert len({w.telling for w in windows}) == 1
    assert [w.last for w in windows] == [*[False] * (len(found) - 1), True]
    assert standing(*told).keys() == standing(translate(packed(TABLES))).keys()
