"""Two places that run side by side, each with its own sources, sign-in and store; one asks the other.

Both are told of the same people by their own hospital, so what the neighbour tells is a second route to the
same facts. What cannot be played from outside (an answer about somebody else, an echo, a circle) is in
`tests/intake/test_federation.py`.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.journeys.answers import Resource, cells, good, resources
from tests.journeys.conftest import new_folder
from tests.journeys.quiet import assert_quiet
from tests.journeys.running import Place, Reader, started, until

ON_TIME = 4.0
NEIGHBOUR = """
[source."north"]
kind = "fhir"
organisation = "ZAC01"
url = "{base}/fhir"
token_url = "{issuer}/token"
client_id = "sys.gp"
secret_file = "{key}"
controllers = ["ZGP01", "ZAM01"]
categories = ["acute", "primary-care", "community"]
"""


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[Place, Place]]:
    """(here, north): here asks north as the practice's system, with that system's own key."""
    with ExitStack() as stack:
        folders = [stack.enter_context(new_folder()) for _ in range(2)]
        north = stack.enter_context(started(folders[1]))
        north.wait_settled()
        key = next((north.home / "outside" / "signin").rglob("sys.gp.jwk"))
        home = folders[0] / "home"
        home.mkdir(mode=0o755)
        told = NEIGHBOUR.format(base=north.base, issuer=north.about()["issuer"], key=key)
        (home / "more-sources.toml").write_text(told)
        here = stack.enter_context(started(folders[0]))
        here.wait_settled()
        yield here, north
        assert_quiet(here)


def _routes(record: Resource, type_: str) -> dict[str, set[str]]:
    """By entry of this type: the sources that its Provenance names."""
    found = {}
    for provenance in resources(record, "Provenance"):
        target = provenance["target"][0]["reference"]
        if target.startswith(f"{type_}/"):
            found[target] = {e["what"]["display"].split(" ")[0].rstrip(",") for e in provenance["entity"]}
    return found


def _record(reader: Reader, person: str) -> Resource:
    return good(reader.get(f"/Patient/{person}/$record"))


def test_one_allergy_told_to_both_places_is_one_entry_with_two_routes(two: tuple[Place, Place]) -> None:
    here, north = two
    doctor, there = here.signed_in("dr.patel"), north.signed_in("dr.patel")
    brian = doctor.find("brian")

    def by_both() -> dict[str, set[str]]:
        routes = _routes(_record(doctor, brian), "AllergyIntolerance")
        return routes if any("north" in told for told in routes.values()) else {}

    routes = until(by_both, "the neighbour has told", 60)
    assert len(routes) == len(_routes(_record(there, there.find("brian")), "AllergyIntolerance"))
    assert any({"acute", "north"} <= told for told in routes.values())
    assert not any(told == {"north"} for told in routes.values()), "no fact is told twice"


def test_the_neighbour_tells_the_practice_what_the_practice_may_see_and_no_more(
    two: tuple[Place, Place],
) -> None:
    here, _ = two
    doctor = here.signed_in("dr.patel")
    record = _record(doctor, doctor.find("brian"))
    told = {who: heading for heading, who in cells(record) if who == "north"}
    assert told
    by_north = [p for p in resources(record, "Provenance") if "north" in str(p["entity"])]
    assert by_north
    agents = {a["who"]["identifier"]["value"] for p in by_north for a in p["agent"] if len(p["entity"]) == 1}
    assert agents <= {"ZAC01", "ZGP01", "ZAM01"}


def test_a_neighbour_that_has_gone_holds_nobody_up_and_is_said_to_be_down(two: tuple[Place, Place]) -> None:
    here, north = two
    doctor = here.signed_in("dr.patel")
    before = _routes(_record(doctor, doctor.find("brian")), "AllergyIntolerance")
    north.end(signal.SIGINT)
    person = doctor.find("mrs-l")

    def said() -> bool:
        begun = time.monotonic()
        record = _record(doctor, person)
        assert time.monotonic() - begun < ON_TIME
        return any(who == "north" for _, who in cells(record, "down"))

    until(said, "the grid says that the neighbour is down", 90)
    assert _routes(_record(doctor, doctor.find("brian")), "AllergyIntolerance") == before, (
        "what it told stays"
    )
