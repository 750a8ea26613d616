"""The provider's monthly return: MHSDS tables as CSV files in one zip, in the names of version 5 or version 6.

The last whole month goes in version 6, the one before it in version 5. Only the tables and columns that a shared
record can use: real submissions have 62 tables.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from demo.lives import Person
from demo.lives.facts import Fact
from demo.lives.mental_health import MentalHealth

F = TypeVar("F", bound=Fact)
_PROVIDER: Final = "ZMH01"
_COUNCIL: Final = "ZSC01"
TABLES: Final[dict[str, tuple[str, ...]]] = {
    "MHS000Header": (
        "DatSetVer", "OrgIDProv", "ReportingPeriodStartDate", "ReportingPeriodEndDate", "DatSetCreatDate",
    ),
    "MHS001MPI": (
        "LocalPatientId", "OrgIDLocalPatientId", "NHSNumber", "NHSNumberStatus", "PersonBirthDate", "Postcode",
        "GenderIDCode", "EthnicCategory",
    ),
    "MHS003AccommStatus": ("LocalPatientId", "AccommodationType", "AccommodationTypeDate"),
    "MHS004EmpStatus": ("LocalPatientId", "EmployStatus", "EmployStatusRecDate"),
    "MHS101Referral": (
        "LocalPatientId", "UniqServReqID", "ReferralRequestReceivedDate", "SourceOfReferralMH",
        "PrimReasonReferralMH", "ClinRespPriorityType", "ServTeamTypeRefToMH", "ServDischDate",
    ),
    "MHS102OtherServiceType": (
        "LocalPatientId", "UniqServReqID", "UniqCareProfTeamID", "ServTeamTypeRefToMH", "ReferClosureDate",
        "ReferRejectionDate",
    ),
    "MHS201CareContact": (
        "LocalPatientId", "UniqServReqID", "UniqCareContID", "CareContDate", "CareContTime", "AttendStatus",
        "ConsMechanismMH",
    ),
    "MHS401MHActPeriod": (
        "LocalPatientId", "UniqMHActEpisodeID", "StartDateMHActLegalStatusClass", "ExpiryDateMHActLegalStatusClass",
        "EndDateMHActLegalStatusClass", "LegalStatusCode", "MentalCat",
    ),
    "MHS404CommTreatOrder": (
        "LocalPatientId", "UniqMHActEpisodeID", "StartDateCommTreatOrd", "ExpiryDateCommTreatOrd",
        "EndDateCommTreatOrd",
    ),
    "MHS405CommTreatOrderRecall": (
        "LocalPatientId", "UniqMHActEpisodeID", "StartDateCommTreatOrdRecall", "EndDateCommTreatOrdRecall",
    ),
    "MHS501HospProvSpell": (
        "LocalPatientId", "UniqHospProvSpellID", "StartDateHospProvSpell", "DischDateHospProvSpell",
    ),
    "MHS502WardStay": (
        "LocalPatientId", "UniqWardStayID", "UniqHospProvSpellID", "StartDateWardStay", "EndDateWardStay",
        "MHAdmittedPatientClass", "WardSecLevel", "SiteIDOfTreat",
    ),
    "MHS510LeaveOfAbsence": ("LocalPatientId", "UniqWardStayID", "StartDateMHLeaveAbs", "EndDateMHLeaveAbs"),
    "MHS518ClinReadyforDischarge": (
        "LocalPatientId", "UniqHospProvSpellID", "StartDateClinReadyforDisch", "EndDateClinReadyforDisch",
        "ClinReadyforDischDelayReason", "OrgIDRespLAClinReadyforDisch",
    ),
    "MHS008CarePlanType": (
        "LocalPatientId", "UniqCarePlanID", "CarePlanTypeMH", "CarePlanCreatDate", "CarePlanLastUpdateDate",
    ),
    "MHS009CarePlanAgreement": (
        "LocalPatientId", "UniqCarePlanID", "CarePlanContentAgreedBy", "CarePlanContentAgreedDate",
    ),
}  # fmt: skip
_FIVE: Final = {
    "MHS102OtherServiceType": "MHS102ServiceTypeReferredTo",
    "MHS518ClinReadyforDischarge": "MHS504DelayedDischarge",
    "StartDateClinReadyforDisch": "StartDateDelayDisch",
    "EndDateClinReadyforDisch": "EndDateDelayDisch",
    "ClinReadyforDischDelayReason": "DelayDischReason",
    "OrgIDRespLAClinReadyforDisch": "OrgIDRespLADelayDisch",
    "MHAdmittedPatientClass": "HospitalBedTypeMH",
}
"""What version 5 calls a table or a column of version 6."""
_SIX: Final = {
    "10": "200",
    "11": "201",
    "12": "202",
    "J2": "18",
    "F2": "10",
    "K2": "19",
    "B1": "04",
    "E1": "09",
}
"""Codes of version 5 (in which the lives are written) that version 6 has others for."""
_GENDERS: Final = {"male": "1", "female": "2", "other": "9", "unknown": "X"}


def month(today: date, back: int = 0) -> tuple[date, date]:
    """First and last day of the last whole month, or of one ``back`` before it."""
    end = today.replace(day=1) - timedelta(days=1)
    return month(end, back - 1) if back else (end.replace(day=1), end)


def name(today: date, back: int = 0) -> str:
    return f"MHSDS_{_PROVIDER}_{month(today, back)[1]:%Y%m}.zip"


def content(people: Iterable[Person], today: date, back: int = 0) -> bytes:
    """The zip; the same people and day give the same bytes. Months further ``back`` than one are in version 5."""
    start, end = month(today, back)
    five = bool(back)
    rows: dict[str, list[Mapping[str, str]]] = {table: [] for table in TABLES}
    rows["MHS000Header"].append({
        "DatSetVer": "5.0" if five else "6.0", "OrgIDProv": _PROVIDER, "ReportingPeriodStartDate": start.isoformat(),
        "ReportingPeriodEndDate": end.isoformat(), "DatSetCreatDate": end.isoformat(),
    })  # fmt: skip
    for person in people:
        held = person.mental_health
        if held is None or not held.known_as:
            continue
        told = list(_tables(held, held.known_as[0].local_id, start, end, five))
        if told:
            rows["MHS001MPI"].append(_index(person, held))
            for table, row in told:
                rows[table].append(row)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, columns in TABLES.items():
            text = io.StringIO()
            named = [_FIVE.get(column, column) if five else column for column in columns]
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(named)
            writer.writerows([row.get(column, "") for column in columns] for row in rows[table])
            file = f"{_FIVE.get(table, table) if five else table}.csv"
            archive.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), text.getvalue())
    return packed.getvalue()


def _index(person: Person, held: MentalHealth) -> dict[str, str]:
    known = held.known_as[0]
    return {
        "LocalPatientId": known.local_id,
        "OrgIDLocalPatientId": _PROVIDER,
        "NHSNumber": known.nhs_number or "",
        "NHSNumberStatus": "01" if known.nhs_status == "verified" else "02" if known.nhs_number else "07",
        "PersonBirthDate": known.birth_date.isoformat(),
        # A return carries no postcode of somebody whose place is hidden.
        "Postcode": known.address.postcode if known.address and not known.location_hidden else "",
        "GenderIDCode": _GENDERS[known.gender],
        "EthnicCategory": person.ethnic,
    }


def _tables(
    held: MentalHealth, local: str, start: date, end: date, five: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    """What touched the month, as it stood when the month ended."""

    def over(day: date | datetime | None) -> str:
        plain = day.date() if isinstance(day, datetime) else day
        return plain.isoformat() if plain and plain <= end else ""

    def touches(begun: datetime, ended: date | datetime | None) -> bool:
        last = ended.date() if isinstance(ended, datetime) else ended
        return begun.date() <= end and (last is None or last >= start)

    def told(facts: tuple[F, ...]) -> Iterator[F]:
        """What a person asked to keep closed is left out of returns."""
        return (fact for fact in facts if not fact.sealed)

    def coded(code: str) -> str:
        return code if five else _SIX.get(code, code)

    if held.accommodation:
        yield "MHS003AccommStatus", {"LocalPatientId": local, "AccommodationType": held.accommodation}
    if held.employment:
        yield "MHS004EmpStatus", {"LocalPatientId": local, "EmployStatus": held.employment}
    for r in told(held.referrals):
        if touches(r.on, r.ended):
            yield "MHS101Referral", {
                "LocalPatientId": local, "UniqServReqID": r.id,
                "ReferralRequestReceivedDate": r.on.date().isoformat(), "SourceOfReferralMH": r.source,
                "PrimReasonReferralMH": r.reason_code, "ClinRespPriorityType": r.priority,
                "ServTeamTypeRefToMH": r.team, "ServDischDate": over(r.ended),
            }  # fmt: skip
            yield "MHS102OtherServiceType", {
                "LocalPatientId": local, "UniqServReqID": r.id, "UniqCareProfTeamID": f"team-{r.team}",
                "ServTeamTypeRefToMH": r.team, "ReferClosureDate": "" if r.rejected else over(r.ended),
                "ReferRejectionDate": over(r.ended) if r.rejected else "",
            }  # fmt: skip
    for c in told(held.contacts):
        if touches(c.on, c.on):
            yield "MHS201CareContact", {
                "LocalPatientId": local, "UniqServReqID": c.referral, "UniqCareContID": c.id,
                "CareContDate": c.on.date().isoformat(), "CareContTime": f"{c.on:%H:%M:%S}",
                "AttendStatus": c.status, "ConsMechanismMH": c.mechanism,
            }  # fmt: skip
    for a in told(held.act):
        if touches(a.on, a.ended):
            yield "MHS401MHActPeriod", {
                "LocalPatientId": local, "UniqMHActEpisodeID": a.id,
                "StartDateMHActLegalStatusClass": a.on.date().isoformat(),
                "ExpiryDateMHActLegalStatusClass": a.expires.date().isoformat() if a.expires else "",
                "EndDateMHActLegalStatusClass": over(a.ended), "LegalStatusCode": a.legal_status,
                "MentalCat": a.mental_category,
            }  # fmt: skip
    for o in told(held.community_orders):
        if touches(o.on, o.ended):
            begun = o.on.date().isoformat()
            yield "MHS401MHActPeriod", {
                "LocalPatientId": local, "UniqMHActEpisodeID": o.id, "LegalStatusCode": "03",
                "StartDateMHActLegalStatusClass": begun, "EndDateMHActLegalStatusClass": begun,
            }  # fmt: skip
            yield "MHS404CommTreatOrder", {
                "LocalPatientId": local, "UniqMHActEpisodeID": o.id, "StartDateCommTreatOrd": begun,
                "ExpiryDateCommTreatOrd": o.expires.isoformat(), "EndDateCommTreatOrd": over(o.ended),
            }  # fmt: skip
        for recall in o.recalled:
            if touches(recall.start, recall.end):
                yield "MHS405CommTreatOrderRecall", {
                    "LocalPatientId": local, "UniqMHActEpisodeID": o.id,
                    "StartDateCommTreatOrdRecall": recall.start.date().isoformat(),
                    "EndDateCommTreatOrdRecall": over(recall.end),
                }  # fmt: skip
    spells: set[str] = set()
    for w in told(held.ward_stays):
        if touches(w.on, w.ended):
            if w.spell not in spells:
                spells.add(w.spell)
                yield "MHS501HospProvSpell", {
                    "LocalPatientId": local, "UniqHospProvSpellID": w.spell,
                    "StartDateHospProvSpell": w.on.date().isoformat(),
                    "DischDateHospProvSpell": over(w.spell_ended),
                }  # fmt: skip
            yield "MHS502WardStay", {
                "LocalPatientId": local, "UniqWardStayID": w.id, "UniqHospProvSpellID": w.spell,
                "StartDateWardStay": w.on.date().isoformat(), "EndDateWardStay": over(w.ended),
                "MHAdmittedPatientClass": coded(w.bed_type), "WardSecLevel": w.security, "SiteIDOfTreat": _PROVIDER,
            }  # fmt: skip
            if w.clinically_ready and w.clinically_ready <= end:
                yield "MHS518ClinReadyforDischarge", {
                    "LocalPatientId": local, "UniqHospProvSpellID": w.spell,
                    "StartDateClinReadyforDisch": w.clinically_ready.isoformat(),
                    "EndDateClinReadyforDisch": over(w.spell_ended),
                    "ClinReadyforDischDelayReason": coded(w.waiting_code), "OrgIDRespLAClinReadyforDisch": _COUNCIL,
                }  # fmt: skip
    leaves = [leave for a in told(held.act) for leave in a.leave]
    for leave in leaves:
        ward = next((w.id for w in told(held.ward_stays) if w.on <= leave.start), "")
        if ward and touches(leave.start, leave.end):
            yield "MHS510LeaveOfAbsence", {
                "LocalPatientId": local, "UniqWardStayID": ward,
                "StartDateMHLeaveAbs": leave.start.date().isoformat(), "EndDateMHLeaveAbs": over(leave.end),
            }  # fmt: skip
    for p in told(held.plans):
        if p.on.date() <= end:
            yield "MHS008CarePlanType", {
                "LocalPatientId": local, "UniqCarePlanID": p.id, "CarePlanTypeMH": p.kind,
                "CarePlanCreatDate": p.on.date().isoformat(),
                "CarePlanLastUpdateDate": min(p.updated, end).isoformat(),
            }  # fmt: skip
            if p.agreed_with and p.updated <= end:
                yield "MHS009CarePlanAgreement", {
                    "LocalPatientId": local, "UniqCarePlanID": p.id, "CarePlanContentAgreedBy": "10",
                    "CarePlanContentAgreedDate": p.updated.isoformat(),
                }  # fmt: skip
