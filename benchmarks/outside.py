"""The systems outside a measured place, in process: they answer at once, so no figure holds their time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.acute.feed import HospitalFeed
from adapters.acute.translate import Sender
from adapters.demographics.service import Traced
from adapters.source import Ask, HeadingTerms, Raw, Source, Speaks, Terms
from benchmarks.people import TELLERS, Teller, number, told_by
from schemas import strictjson
from schemas.codes import Category, Heading, RelationshipKind
from schemas.contribution import RelationshipClaim, Statement, SubjectClaim, Translated
from schemas.identifiers import Identifier, NhsNumber, SubjectKey
from schemas.person import Demographics

_ATTENDED = datetime(2026, 1, 1, tzinfo=UTC)


class Register:
    """The demographics port: agrees with every number, at once."""

    async def trace(self, asked: NhsNumber | None, who: Demographics) -> Traced:
        return Traced("verified", asked) if asked else Traced("not-found")


@dataclass(frozen=True, slots=True)
class Instant:
    """A source that answers at once: ``count`` facts about anybody whose local id is P and a number."""

    teller: Teller
    count: int

    @property
    def terms(self) -> Terms:
        return Terms(
            source=self.teller.name,
            title=self.teller.name,
            organisation=self.teller.organisation,
            speaks=frozenset({Speaks.PULL}),
            headings=tuple(
                HeadingTerms(h, Category.DEMOGRAPHICS if h is Heading.DEMOGRAPHICS else self.teller.category)
                for h in Heading
            ),
            fresh_for=timedelta(hours=6),
            silent_after=timedelta(days=1),
        )

    def raw(self, person: int) -> Raw:
        content = told_by(self.teller, person, self.count)
        return Raw(self.teller.name, "measure.json", content, datetime.now(UTC))

    async def pull(self, cursor: str, now: datetime) -> AsyncIterator[tuple[Raw, str]]:
        nothing: tuple[tuple[Raw, str], ...] = ()
        for never in nothing:
            yield never

    async def pull_person(self, ask: Ask, now: datetime) -> list[Raw]:
        return [self.raw(int(local_id[1:])) for local_id in ask.local_ids]

    async def check(self) -> list[str]:
        return []

    def translate(self, raw: Raw) -> Translated:
        told = strictjson.read(raw.content)
        key = SubjectKey(self.teller.organisation, told["person"])
        category = self.teller.category
        who = Statement(
            subject=key,
            identifier=Identifier("urn:measure:person", told["person"]),
            resource=told["patient"],
            category=Category.DEMOGRAPHICS,
            heading=Heading.DEMOGRAPHICS,
            true_time=_ATTENDED,
        )
        facts = [
            Statement(
                subject=key,
                identifier=Identifier(**f["resource"]["identifier"][0]),
                resource=f["resource"],
                category=category,
                heading=Heading(f["heading"]),
                true_time=datetime.fromisoformat(f["at"]),
            )
            for f in told["facts"]
        ]
        attended = RelationshipClaim(
            key, "ZAC01", RelationshipKind.ATTENDANCE, _ATTENDED, None, Identifier("urn:measure:visit", "1")
        )
        return Translated((SubjectClaim(key, told["patient"]),), (who, *facts), relationships=(attended,))


def sources(count: int) -> dict[str, Source]:
    """Five sources that tell ``count`` facts each of anybody, in the order in which they are shown."""
    return {teller.name: Instant(teller, count) for teller in TELLERS}


def hospital_feed() -> dict[str, Source]:
    """The hospital's real HL7 v2 mapping."""
    return {"acute": HospitalFeed(Sender("ZAC01"))}


def frame(message: bytes) -> Raw:
    """A message as the HL7 v2 door hands it on."""
    return Raw("acute", "hl7v2", message, datetime.now(UTC))


def _segment(name: str, **fields: str) -> str:
    """A segment from its fields by number: ``_segment("PID", f3="7", f8="2")``."""
    numbers = {int(key[1:]): value for key, value in fields.items()}
    return "|".join([name, *(numbers.get(n, "") for n in range(1, max(numbers) + 1))])


REGISTERED = 20
"""How many people each sender registers before it sends anything else."""


ADT = ("ADT^A01", "ADT^A08", "ADT^A31", "ADT^A02")
MIXED = ("ORU^R01", "ADT^A31", "ADT^A01", "ORU^R01")


def messages(connection: int, count: int, kinds: tuple[str, ...] = ("ADT^A28",)) -> list[bytes]:
    """HL7 v2.4 messages of one sender, of these kinds in turn; A28 registers its people."""
    first = connection * 10_000
    return [_message(connection, i, first + i % REGISTERED, kinds[i % len(kinds)]) for i in range(count)]


def _message(connection: int, index: int, person: int, kind: str) -> bytes:
    at = f"20260301{index // 3600 % 24:02d}{index // 60 % 60:02d}{index % 60:02d}"
    # The events of one visit come one after the other.
    visit = f"{connection}-{index // 4 if kind in ADT else index}"
    head = f"MSH|^~\\&|PAS|ZAC01|ROUTE|ROUTE|{at}||{kind}|M{connection}-{index}|P|2.4"
    who = _segment(
        "PID",
        f1="1",
        f3=f"{number(200_000 + person).digits}^^^NHS~M{person}^^^ZAC01^MR",
        f5="MEASURE^ANN^^^MRS^^L",
        f7="19500615",
        f8="2",
        f11="1 MILL ROW^^BARTON^WOLDSHIRE^ZZ1 4AA^^H",
    )
    event = _segment("EVN", f2=at, f6=at)
    stay = _segment("PV1", f1="1", f2="I", f3=f"W{index % 9}^WARD^2^ZAC01", f4="21", f19=f"V{visit}", f44=at)
    segments = {
        "ADT^A28": [event, who],
        "ADT^A31": [event, who],
        "ADT^A01": [event, who, stay],
        "ADT^A02": [event, who, stay],
        "ADT^A08": [event, who, stay, "AL1|1|DA|91936005^Allergy to penicillin^SCT|SV|Rash"],
        "ORU^R01": [
            who,
            _segment("OBR", f1="1", f3=f"L{visit}", f4="UE^Urea and electrolytes^L", f7=at[:12], f22=at[:12],
                     f24="LAB", f25="F"),
            "OBX|1|NM|1000651000000109^Potassium^SCT||4.10|mmol/L|3.5-5.3|N|||F",
            "OBX|2|NM|1000661000000107^Sodium^SCT||138|mmol/L|133-146|N|||F",
        ],
    }[kind]  # fmt: skip
    return "".join(f"{segment}\r" for segment in (head, *segments)).encode()
