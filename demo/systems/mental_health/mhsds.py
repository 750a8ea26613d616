"""The provider's monthly return: MHSDS version 5 tables for the last whole month, as CSV files in one zip.

Thin: the tables and columns that a shared record can use. Real submissions have 62 tables.
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
TABLES: Final[dict[str, tuple[str, ...]]] = {
    "MHS000Header": (
        "DatSetVer", "OrgIDProv", "ReportingPeriodStartDate", "ReportingPeriodEndDate", "DatSetCreatDate",
    ),
    "MHS001MPI": (
        "LocalPatientId", "OrgIDLocalPatientId", "NHSNumber", "NHSNumberStatus", "PersonBirthDate", "Postcode",
        "GenderIDCode", "EthnicCategory",
    ),
    "MHS101Referral": (
        "LocalPatientId", "UniqServReqID", "ReferralRequestReceivedDate", "SourceOfReferralMH",
        "PrimReasonReferralMH", "ClinRespPriorityType", "ServTeamTypeRefToMH", "ServDischDate",
    ),
    "MHS201CareContact": (
        "LocalPatientId", "UniqServReqID", "UniqCareContID", "CareContDate", "CareContTime", "AttendStatus",
        "ConsMechanismMH",
    ),
    "MHS401MHActPeriod": (
        "LocalPatientId", "UniqMHActEpisodeID", "StartDateMHActLegalStatusClass", "ExpiryDateMHActLegalStatusClass",
        "EndDateMHActLegalStatusClass", "LegalStatusCode", "MentalCat",
    ),
    "MHS501HospProvSpell": (
        "LocalPatientId", "UniqHospProvSpellID", "StartDateHospProvSpell", "DischDateHospProvSpell",
    ),
    "MHS502WardStay": (
        "LocalPatientId", "UniqWardStayID", "UniqHospProvSpellID", "StartDateWardStay", "EndDateWardStay",
        "HospitalBedTypeMH", "WardSecLevel", "SiteIDOfTreat",
    ),
    "MHS008CarePlanType": (
        "LocalPatientId", "UniqCarePlanID", "CarePlanTypeMH", "CarePlanCreatDate", "CarePlanLastUpdateDate",
    ),
}  # fmt: skip
_GENDERS: Final = {"male": "1", "female": "2", "other": "9", "unknown": "X"}


def month(today: date) -> tuple[date, date]:
    """First and last day of the last whole month."""
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


def name(today: date) -> str:
    return f"MHSDS_{_PROVIDER}_{month(today)[1]:%Y%m}.zip"


def content(people: Iterable[Person], today: date) -> bytes:
    """The zip; the same people and day give the same bytes."""
    start, end = month(today)
    rows: dict[str, list[Mapping[str, str]]] = {table: [] for table in TABLES}
    rows["MHS000Header"].append({
        "DatSetVer": "5.0", "OrgIDProv": _PROVIDER, "ReportingPeriodStartDate": start.isoformat(),
        "ReportingPeriodEndDate": end.isoformat(), "DatSetCreatDate": end.isoformat(),
    })  # fmt: skip
    for person in people:
        held = person.mental_health
        if held is None or not held.known_as:
            continue
        told = list(_tables(held, held.known_as[0].local_id, start, end))
        if told:
            rows["MHS001MPI"].append(_index(person, held))
            for table, row in told:
                rows[table].append(row)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, columns in TABLES.items():
            text = io.StringIO()
            writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows[table])
            archive.writestr(zipfile.ZipInfo(f"{table}.csv", (1980, 1, 1, 0, 0, 0)), text.getvalue())
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


def _tables(held: MentalHealth, local: str, start: date, end: date) -> Iterator[tuple[str, dict[str, str]]]:
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

    for r in told(held.referrals):
        if touches(r.on, r.ended):
            yield "MHS101Referral", {
                "LocalPatientId": local, "UniqServReqID": r.id,
                "ReferralRequestReceivedDate": r.on.date().isoformat(), "SourceOfReferralMH": r.source,
                "PrimReasonReferralMH": r.reason_code, "ClinRespPriorityType": r.priority,
                "ServTeamTypeRefToMH": r.team, "ServDischDate": over(r.ended),
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
                "HospitalBedTypeMH": w.bed_type, "WardSecLevel": w.security, "SiteIDOfTreat": _PROVIDER,
            }  # fmt: skip
    for p in told(held.plans):
        if p.on.date() <= end:
            yield "MHS008CarePlanType", {
                "LocalPatientId": local, "UniqCarePlanID": p.id, "CarePlanTypeMH": p.kind,
                "CarePlanCreatDate": p.on.date().isoformat(),
                "CarePlanLastUpdateDate": min(p.updated, end).isoformat(),
            }  # fmt: skip
