"""What a push shows of why its sender has to do with the person, and what it does not show."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.connection import Connection
from adapters.fhir_server import supplier
from adapters.fhir_server.push import FORM, Pushed, frame, translate
from adapters.source import Raw
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim, Translated
from schemas.identifiers import ODS_ORGANISATION

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HTTP: httpx.AsyncClient = None  # type: ignore[assignment] - a supplier asks nothing
GP = supplier.gp("gp", Connection(organisation="ZGP01"), HTTP)
HOME = supplier.care_home("care-home", Connection(organisation="ZCH01"), HTTP)


def org(code: str) -> dict[str, Any]:
    return {"identifier": {"system": ODS_ORGANISATION, "value": code}}


def pushed(source: supplier.Supplier, resource: dict[str, Any], *, retracts: bool = False) -> Translated:
    own = source.terms.organisation
    resource = {"identifier": [{"system": "https://x.example/Id/thing", "value": "1"}], **resource}
    told = Pushed(resource, "L1", AT, patient={"resourceType": "Patient"}, retracts=retracts)
    return translate(Raw(source.terms.source, FORM, frame(own, [told]), AT), source.terms)


def claim(found: Translated) -> RelationshipClaim:
    (one,) = found.relationships
    return one


def episode(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "period": {"start": "2026-10-17T14:00:00Z"},
        **more,
    }


def test_a_patient_on_the_practices_list_is_registered_since_it_was_typed_in() -> None:
    resource = {
        "resourceType": "Patient",
        "generalPractitioner": [org("ZGP01")],
        "meta": {"lastUpdated": "2005-01-02T09:00:00Z"},
    }
    one = claim(pushed(GP, resource))
    assert (one.kind, one.organisation) == (RelationshipKind.REGISTRATION, "ZGP01")
    assert (one.start, one.end) == (datetime(2005, 1, 2, 9, tzinfo=UTC), None)
    assert claim(pushed(GP, resource | {"active": False})).end is not None


@pytest.mark.parametrize(
    "who",
    [
        {"generalPractitioner": [org("ZGP02")], "managingOrganization": org("ZGP01")},
        {"generalPractitioner": [{"display": "ZGP01"}]},
        {},
    ],
)
def test_a_temporary_resident_is_not_registered(who: dict[str, Any]) -> None:
    assert pushed(GP, {"resourceType": "Patient", **who}).relationships == ()


def test_a_patient_of_a_care_home_alone_makes_no_relationship() -> None:
    assert pushed(HOME, {"resourceType": "Patient", "managingOrganization": org("ZCH01")}).relationships == ()


def test_a_stay_has_the_dates_of_its_period_and_its_last_day_counts() -> None:
    period = {"start": "2026-10-17T14:00:00+01:00", "end": "2026-10-31"}
    one = claim(pushed(HOME, episode(status="finished", period=period)))
    assert one.kind is RelationshipKind.STAY
    assert one.start == datetime(2026, 10, 17, 13, tzinfo=UTC)
    assert one.end == datetime(2026, 11, 1, tzinfo=UTC)


def test_what_is_finished_without_an_end_ended_when_that_was_said() -> None:
    assert claim(pushed(HOME, episode(status="finished"))).end == AT


@pytest.mark.parametrize("status", ["planned", "waitlist"])
def test_what_is_only_planned_gives_nobody_access(status: str) -> None:
    assert pushed(HOME, episode(status=status)).relationships == ()


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_what_never_happened_ends_where_it_began(status: str) -> None:
    one = claim(pushed(HOME, episode(status=status)))
    assert one.end == one.start
    one = claim(pushed(HOME, episode(), retracts=True))
    assert one.end == one.start


def test_another_organisations_care_is_not_ours_to_claim() -> None:
    assert pushed(HOME, episode(managingOrganization=org("ZCH02"))).relationships == ()


def test_a_stay_without_a_beginning_shows_nothing() -> None:
    assert pushed(HOME, {"resourceType": "EpisodeOfCare", "status": "active"}).relationships == ()


def test_seeing_a_gp_is_an_attendance_and_an_observation_is_nothing() -> None:
    seen = {
        "resourceType": "Encounter",
        "status": "finished",
        "period": {"start": "2026-11-01", "end": "2026-11-01"},
    }
    assert claim(pushed(GP, seen)).kind is RelationshipKind.ATTENDANCE
    assert pushed(GP, {"resourceType": "Observation", "status": "final"}).relationships == ()


def test_told_again_it_has_the_same_evidence() -> None:
    assert claim(pushed(HOME, episode())).evidence == claim(pushed(HOME, episode(status="finished"))).evidence


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from([4, 7, 10]))
def test_an_end_of_any_precision_is_after_its_beginning(day: date, precision: int) -> None:
    text = day.isoformat()[:precision]
    one = claim(pushed(HOME, episode(period={"start": text, "end": text})))
    assert one.end is not None
    assert one.start < one.end
    assert one.start.date() <= day < one.end.date()


def test_the_persons_own_words_stand_under_about_me() -> None:
    form = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://x.example/Questionnaire/about-me|1",
    }
    one = {"system": "https://x.example/Id/form", "value": "1"}
    (said,) = pushed(HOME, form | {"identifier": one}).statements
    assert said.heading is Heading.ABOUT_ME
