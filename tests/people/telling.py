"""What the tests of this room share: claims told straight to the person index, and who is whose afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from aggregator.app import Place
from aggregator.people.identity import Overtaken
from schemas.contribution import NumberMerge, Refusal, SubjectClaim
from schemas.identifiers import NhsNumber, SubjectKey, check_digit_fits
from tests.places import NOW, patient


def numbers(start: int = 9_990_000_000) -> Iterable[NhsNumber]:
    """Numbers of the test range with the right check digit, from ``start`` on."""
    return (NhsNumber(str(n)) for n in range(start, 9_999_999_999) if check_digit_fits(str(n)))


def key(local: str, organisation: str = "ZAC01") -> SubjectKey:
    return SubjectKey(organisation, local)


def claim(
    local: str,
    name: tuple[str, str, str],
    nhs: NhsNumber | None = None,
    *,
    organisation: str = "ZAC01",
    at: datetime | None = None,
    unknown: bool | None = None,
    restricted: bool | None = None,
    **more: object,
) -> SubjectClaim:
    """One local id told as (family, given, birth date)."""
    return SubjectClaim(
        key(local, organisation),
        patient(*name, nhs, **more),
        unknown_identity=unknown,
        location_restricted=restricted,
        at=at,
    )


async def tell(place: Place, *claims: SubjectClaim) -> list[Refusal]:
    """Tell these in one batch, as the intake does; why any of them was refused."""
    while True:
        prepared = await place.identity.prepare(claims)
        with suppress(Overtaken):
            async with place.record.transaction() as connection:
                await place.identity.settle(connection, prepared, "test")
            return [p.wrong for p in prepared if p.wrong]


async def merge(
    place: Place, losing: SubjectKey, surviving: SubjectKey, at: datetime = NOW, *, undone: bool = False
) -> Refusal | None:
    async with place.record.transaction() as connection:
        said = [NumberMerge(losing, surviving, at, undone)]
        refused, _ = await place.identity.merge(connection, said, "test")
    return refused[0]


async def person(place: Place, local: str, organisation: str = "ZAC01") -> str | None:
    return await place.identity.by_local_id(key(local, organisation))
