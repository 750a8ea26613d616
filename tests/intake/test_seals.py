"""A seal that a live system tells reaches the same organisation's returns, whichever came first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.source import Raw, Terms
from aggregator.app import Place
from schemas.codes import Category, Heading, RelationshipKind
from schemas.contribution import Statement, SubjectClaim, Translated
from schemas.identifiers import Identifier, SubjectKey
from tests.places import Feed, Register, a_place, caller, number, patient, telling

pytestmark = pytest.mark.anyio

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
WHO = SubjectKey("ZSC01", "C1")
OWN = caller("sw", "social_worker", "ZSC01")
OTHER = caller("dr", "doctor", "ZAC01")


@dataclass(slots=True)
class Return(Feed):
    @property
    def terms(self) -> Terms:
        from dataclasses import replace

        return replace(Feed.terms.fget(self), statistical=True)  # type: ignore[attr-defined]


def _says(value: str, heading: Heading, *labels: str) -> Translated:
    resource: dict[str, Any] = {
        "resourceType": "EpisodeOfCare",
        "identifier": [{"system": "urn:test", "value": value}],
        "status": "active",
        "type": [{"text": value}],
    }
    named = Identifier("urn:test", value)
    claim = SubjectClaim(WHO, patient("Holt", "Ann", "1950-01-01", number(1)))
    fact = Statement(WHO, named, resource, Category.SOCIAL_CARE, heading, AT, labels=frozenset(labels))
    return Translated((claim,), (fact,))


@pytest.fixture
async def place(tmp_path: Path, fresh_database: str, fresh_key_database: str) -> Any:
    live = Feed("social-care", "ZSC01", Category.SOCIAL_CARE)
    live.says |= {
        "sealed": _says("live", Heading.SERVICES, "SEAL"),
        "open": _says("live", Heading.SERVICES),
    }
    sent = Return("returns", "ZSC01", Category.SOCIAL_CARE)
    sent.says |= {
        "service": _says("returned", Heading.SERVICES),
        "assessment": _says("assessed", Heading.ASSESSMENTS),
    }
    who = patient("Holt", "Ann", "1950-01-01", number(1))
    live.says["known"] = telling("ZSC01", "C1", who, related=RelationshipKind.CASELOAD)
    hospital = Feed("acute", "ZAC01", Category.ACUTE)
    hospital.says["here"] = telling("ZAC01", "H1", who)
    register = Register({number(1).digits: ("Holt", "1950-01-01")})
    async with a_place(
        tmp_path, fresh_database, fresh_key_database, live, sent, hospital, register=register
    ) as opened:
        await opened.intake.ingest(Raw("acute", "test", b"here", AT))
        await opened.intake.ingest(Raw("social-care", "test", b"known", AT))
        yield opened


async def _take(place: Place, source: str, key: str) -> None:
    receipt = await place.intake.ingest(Raw(source, "test", key.encode(), AT))
    assert receipt.refusals == ()


async def _shown(place: Place, who: Any) -> set[str]:
    person = await place.identity.by_number(number(1))
    assert person is not None
    record = await place.records.record(who, person)
    return {e.resource["type"][0]["text"] for e in record.entries if e.type == "EpisodeOfCare"}


@pytest.mark.parametrize("order", [("live", "return"), ("return", "live")], ids=" then ".join)
async def test_a_return_shows_nobody_else_what_the_live_system_has_sealed(
    place: Place, order: tuple[str, str]
) -> None:
    for one in order:
        if one == "live":
            await _take(place, "social-care", "sealed")
        else:
            await _take(place, "returns", "service")
            await _take(place, "returns", "assessment")
    assert await _shown(place, OTHER) == {"assessed"}
    assert await _shown(place, OWN) == {"live", "returned", "assessed"}


async def test_without_a_seal_a_return_is_shown(place: Place) -> None:
    await _take(place, "social-care", "open")
    await _take(place, "returns", "service")
    assert await _shown(place, OTHER) == {"live", "returned"}


async def test_a_sealed_return_that_is_sent_again_stays_sealed(place: Place) -> None:
    await _take(place, "returns", "service")
    assert "returned" in await _shown(place, OTHER)
    await _take(place, "social-care", "sealed")
    await _take(place, "returns", "service")
    assert await _shown(place, OTHER) == set()
