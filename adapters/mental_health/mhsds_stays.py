"""MHSDS tables of hospital: provider spells, ward stays, and waiting when clinically ready for discharge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from adapters.dossier import Told
from adapters.elements import Element, coding, concept, local_extension, organisation, period, present, when
from adapters.mental_health.care import ACT_CODE
from adapters.mental_health.codes import BEDS, PRISON_REASONS, WAITING_FOR, nhs_concept
from adapters.mental_health.mhsds_line import Line
from schemas.codes import Heading

_PRISON: Final = frozenset({"37", "38", "39"})
"""Courts, prisons and police stations, as a source of admission or a destination."""


def spell(line: Line) -> Iterator[Told]:
    """MHS501: a hospital provider spell, with where from, how, and where to."""
    named, start = line.needed("UniqHospProvSpellID"), line.start("StartDateHospProvSpell")
    line.end("DischDateHospProvSpell", start)
    source, target = line.text("SourceAdmMHHospProvSpell"), line.text("DestOfDischHospProvSpell")
    extensions = [
        local_extension(name, valueDate=when(expected))
        for name, column in (
            ("estimated-discharge", "EstimatedDischDateHospProvSpell"),
            ("planned-discharge", "PlannedDischDateHospProvSpell"),
        )
        if (expected := line.day(column))
    ]
    extensions += [
        local_extension(name, valueCodeableConcept=nhs_concept(name, code, ""))
        for name, column in (
            ("admission-method", "MethAdmMHHospProvSpell"),
            ("discharge-method", "MethOfDischMHHospProvSpell"),
            ("planned-destination", "PlannedDestDisch"),
        )
        if (code := line.text(column))
    ]
    resource = _stay(
        line,
        line.moment("StartDateHospProvSpell", "StartTimeHospProvSpell"),
        line.moment("DischDateHospProvSpell", "DischTimeHospProvSpell"),
        "Hospital provider spell",
    )
    resource["extension"] = extensions
    resource["hospitalization"] = present(
        {
            "admitSource": nhs_concept("admission-source", source, "") if source else None,
            "dischargeDisposition": nhs_concept("discharge-destination", target, "") if target else None,
        }
    )
    labels = {"PRISON"} if {source, target, line.text("PlannedDestDisch")} & _PRISON else set()
    yield line.say(named, "spell", resource, Heading.ENCOUNTERS, labels=labels)


def ward_stay(line: Line) -> Iterator[Told]:
    """MHS502: a ward stay within a spell. Version 6 names the bed type otherwise, and has other codes for it."""
    named, start = line.needed("UniqWardStayID"), line.start("StartDateWardStay")
    line.end("EndDateWardStay", start)
    bed, security = line.text("MHAdmittedPatientClass"), line.text("WardSecLevel")
    resource = _stay(
        line,
        line.moment("StartDateWardStay", "StartTimeWardStay"),
        line.moment("EndDateWardStay", "EndTimeWardStay"),
        "Ward stay",
    )
    if bed:
        resource["type"].append(nhs_concept("hospital-bed-type", bed, BEDS.get(bed, "")))
    if security:
        words = f"Ward security level {security}"
        resource["type"].append(nhs_concept("ward-security-level", security, words))
    if within := line.text("UniqHospProvSpellID"):
        system = line.teller.named("mhsds-spell", "").system
        resource["partOf"] = {"identifier": {"system": system, "value": within}}
    if site := line.text("SiteIDOfTreat"):
        resource["location"] = [{"location": {"display": site}}]
    yield line.say(named, "ward-stay", resource, Heading.ENCOUNTERS)


def clinically_ready(line: Line) -> Iterator[Told]:
    """MHS504 (v5) and MHS518 (v6): ready, and waiting for others: a Task for whoever is responsible."""
    start = line.start("StartDateClinReadyforDisch")
    ended = line.end("EndDateClinReadyforDisch", start)
    reason, council = line.text("ClinReadyforDischDelayReason"), line.text("OrgIDRespLAClinReadyforDisch")
    resource = {
        "resourceType": "Task",
        "status": "completed" if ended else "requested",
        "intent": "order",
        "code": concept("Clinically ready for discharge: waiting for others"),
        "reasonCode": nhs_concept("clinically-ready-for-discharge", reason, WAITING_FOR.get(reason, ""))
        if reason
        else None,
        "owner": organisation(council) if council else None,
        "executionPeriod": period(start, ended),
        "authoredOn": when(start),
    }
    named = f"{line.needed('UniqHospProvSpellID')}|{when(start)}"
    labels = {"PRISON"} if reason in PRISON_REASONS else set()
    yield line.say(named, "clinically-ready", resource, Heading.SERVICES, labels=labels)


def _stay(line: Line, start: datetime | date | None, ended: datetime | date | None, words: str) -> Element:
    return {
        "resourceType": "Encounter",
        "status": "finished" if ended else "in-progress",
        "class": coding(ACT_CODE, "IMP"),
        "type": [concept(words)],
        "period": period(start, ended),
        "serviceProvider": organisation(line.teller.key.organisation),
    }
