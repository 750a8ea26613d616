"""A place says whether it lives and whether it can answer, and its command line gives out tokens."""

from __future__ import annotations

import pytest

from tests.journeys.running import Place


def test_a_place_that_runs_is_live_and_ready_and_names_what_it_tried(place: Place) -> None:
    assert place.get("/health/live").status_code == 200
    ready = place.get("/health/ready")
    assert ready.status_code == 200
    assert set(ready.json()["parts"]) >= {"policy", "record store", "key store", "audit"}
    assert all(ready.json()["parts"].values())


def test_what_the_server_can_do_is_open_to_everybody(place: Place) -> None:
    told = place.get("/fhir/metadata")
    assert told.status_code == 200
    assert told.headers["content-type"].startswith("application/fhir+json")
    statement = told.json()
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")


@pytest.mark.parametrize("user", ["dr.patel", "sys.acute"])
def test_the_command_line_prints_a_token_that_the_door_takes(place: Place, user: str) -> None:
    asked = place.command("token", user)
    assert asked.returncode == 0
    answer = place.get("/fhir/$events", headers={"Authorization": f"Bearer {asked.stdout.strip()}"})
    assert answer.status_code == 200


def test_nobody_outside_the_demo_gets_a_token(place: Place) -> None:
    asked = place.command("token", "mallory")
    assert asked.returncode != 0
    assert asked.stdout == ""


def test_a_place_that_runs_finds_nothing_to_mend_and_its_audit_genuine(place: Place) -> None:
    checked = place.command("check")
    assert (checked.returncode, checked.stdout) == (0, "All is well.\n")
    verified = place.command("verify-audit")
    assert verified.returncode == 0
    assert verified.stdout.startswith("Genuine: ")
