"""The contract suite of the adapter kit, held to every kind of source that there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import registry
from adapters.fhir_server.push import FORM as PUSH
from adapters.fhir_server.push import Pushed, frame
from adapters.mental_health.mhsds import FORM as MHSDS
from adapters.mental_health.record_system import FORM as MENTAL_HEALTH
from adapters.social_care.case_system import FORM as CASE_FILE
from adapters.social_care.cld import FORM as CLD
from adapters.source import Raw
from schemas.contribution import Statement
from tests.adapters.acute.messages import NUMBER as HOSPITAL_NUMBER
from tests.adapters.acute.messages import adt, pid, segment
from tests.adapters.housing.test_register import FILE as HOUSING_FILE
from tests.adapters.housing.test_register import FORM as HOUSING
from tests.adapters.mental_health.test_mhsds import TABLES, packed
from tests.adapters.mental_health.test_record_system import FILE as MENTAL_HEALTH_FILE
from tests.adapters.social_care.conftest import CASE
from tests.adapters.social_care.test_cld import HEADER, ROWS
from tests.contracts import test_fhir_servers as fhir
from tests.contracts.sources import NUMBER, Configured, PersonFile, Returns

CLINICAL_STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"


class TestHospital(Configured):
    """Its messages are guarded by their frame: what a cut one does is in the tests of the wire."""

    kind = "acute"
    organisation = "ZAC01"
    form = "hl7v2"
    private = (HOSPITAL_NUMBER, "H4410", "WOLDS")
    framed = True

    def inputs(self) -> Sequence[Raw]:
        allergy = segment("AL1", f1="1", f2="DA", f3="Z88.0^PENICILLIN^I10", f4="SV", f5="RASH")
        next_of_kin = segment("NK1", f1="1", f2="WOLDS^BEN", f3="1")
        return (
            self.raw(adt("A28", next_of_kin, allergy)),
            self.raw(adt("A31", allergy.replace("RASH", "SWELLING"), occurred="20260302080000")),
            self.raw(adt("A01", occurred="20260303090000")),
            self.raw(adt("A08", person=pid(f13="01632960002^PRN^PH"), occurred="20260304090000")),
        )


class TestSocialCare(PersonFile):
    kind = "social-care"
    organisation = "ZSC01"
    form = CASE_FILE
    private = (*Configured.private, "C-1", "Formerly")
    people = "/api/v1/people"
    file = CASE
    changing = "alerts"


class TestMentalHealth(PersonFile):
    kind = "mental-health"
    organisation = "ZMH01"
    form = MENTAL_HEALTH
    private = (*Configured.private, "M-1", "Example")
    people = "/api/v1/patients"
    part = "record"
    file = MENTAL_HEALTH_FILE
    changing = "plans"


class TestHousing(PersonFile):
    kind = "housing"
    organisation = "ZHO01"
    form = HOUSING
    private = ("H-1", "Example", "Canal")
    people = "/api/v2/persons"
    file = HOUSING_FILE
    changing = "repairs"


def _return(*rows: str) -> bytes:
    return "\r\n".join([HEADER, *rows, ""]).encode()


class TestSocialCareReturns(Returns):
    kind = "social-care-returns"
    organisation = "ZSC01"
    form = CLD
    suffix = ".csv"
    earlier = _return(*ROWS)
    later = _return(*(r.replace("2025-10-01,2026-09-30", "2026-01-01,2026-12-31") for r in ROWS))

    def may_differ_when_cut(self, statement: Statement) -> bool:
        # Columns about the person stand in each row: without the newest, an earlier one tells them.
        return "trait" in statement.identifier.system or statement.type == "Patient"


class TestMentalHealthReturns(Returns):
    kind = "mental-health-returns"
    organisation = "ZMH01"
    form = MHSDS
    suffix = ".zip"
    earlier = packed(TABLES)
    later = packed(
        TABLES
        | {"MHS000Header": [TABLES["MHS000Header"][0], "5.0,ZMH01,2026-11-01,2026-11-30"]}
        | {"MHS101Referral": [*TABLES["MHS101Referral"][:2], "M2,R2,2026-10-02,H1,1,2026-11-21"]}
    )


class Pushing(Configured):
    """What the FHIR door frames for a supplier: whole by construction, so no cut one is ever met."""

    form = PUSH
    private = (NUMBER, "L-18")
    framed = True

    def inputs(self) -> Sequence[Raw]:
        patient = {
            "resourceType": "Patient",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER}],
        }
        allergy: dict[str, Any] = {
            "resourceType": "AllergyIntolerance",
            "identifier": [{"system": "https://supplier.example/Id/allergy", "value": "A1"}],
            "patient": {"reference": "Patient/x"},
            "clinicalStatus": {"coding": [{"system": CLINICAL_STATUS, "code": "active"}]},
            "code": {"text": "Penicillin"},
        }
        first = [
            Pushed(patient, "L-18", self.now, patient=patient),
            Pushed(allergy, "L-18", self.now, patient=patient),
        ]
        second = [
            Pushed(allergy | {"criticality": "high"}, "L-18", self.now + timedelta(hours=1), patient=patient)
        ]
        return tuple(self.raw(frame(self.organisation, pushed)) for pushed in (first, second))


class TestGp(Pushing):
    kind = "gp"
    organisation = "ZGP01"


class TestCareHome(Pushing):
    kind = "care-home"
    organisation = "ZCH01"


EVERY = (
    TestHospital,
    TestSocialCare,
    TestSocialCareReturns,
    TestMentalHealth,
    TestMentalHealthReturns,
    TestHousing,
    TestGp,
    TestCareHome,
    fhir.TestNeighbour,
    fhir.TestStructuredRecord,
)


def test_every_kind_of_the_registry_is_held_to_the_contract() -> None:
    assert {suite.kind for suite in EVERY} == set(registry.KINDS)


@settings(deadline=None)
@given(junk=st.binary(max_size=300))
def test_no_bytes_at_all_make_any_source_raise(junk: bytes) -> None:
    for suite in EVERY:
        assert not suite().say(junk).statements
