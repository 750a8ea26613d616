"""A small place for tests of decisions: who asks, and what is held about one person, as readable builders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from consent import agreement
from consent.decide import decide
from consent.policy import Policy
from schemas.caller import Caller, CallerKind
from schemas.codes import Audience, Category, Heading, Interaction, Purpose, RelationshipKind
from schemas.decision import (
    ChoiceFact,
    ClassFact,
    Decision,
    EmergencyFact,
    Facts,
    PersonFact,
    Question,
    RelationshipFact,
)

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PERSON = "person-1"

ACUTE, COUNCIL, MENTAL, HOUSING, HOME, HOME2, GP, OUTSIDE = (
    "ZAC01", "ZSC01", "ZMH01", "ZHO01", "ZCH01", "ZCH02", "ZGP01", "ZXX01",
)  # fmt: skip

_KINDS = {
    "system": CallerKind.SYSTEM,
    "person": CallerKind.PERSON,
    "representative": CallerKind.REPRESENTATIVE,
}


@cache
def policy() -> Policy:
    return agreement.load(NOW)


def caller(who: str, *, purpose: Purpose | None = Purpose.DIRECT_CARE, user: str = "") -> Caller:
    """A caller written as "role@organisation", with every activity that the role may have."""
    role, _, organisation = who.partition("@")
    known = policy().roles.get(role)
    return Caller(
        user_id=user or f"user-{role}",
        kind=_KINDS.get(role, CallerKind.STAFF),
        organisation=organisation,
        role=role,
        activities=known.activities if known else frozenset({"view"}),
        assurance=2,
        purpose=purpose,
        client_id="viewer",
        token_id="token-1",
        issuer="https://sign-in.example",
        expires_at=NOW + timedelta(hours=1),
        own_person_id=PERSON if role == "person" else None,
    )


def held(what: str, *labels: str, exclusions: tuple[str, ...] = (), version: int = 1) -> ClassFact:
    """A class written as "controller/category/heading"; its id says what it is, so that tests can read it."""
    controller, category, heading = what.split("/")
    return ClassFact(
        subject_id=f"subject-{controller}",
        class_id="/".join((what, *labels, *exclusions)),
        controller=controller,
        category=Category(category),
        heading=Heading(heading),
        labels=frozenset(labels or ("N",)),
        exclusions=frozenset(exclusions),
        version=version,
    )


def related(
    organisation: str,
    kind: RelationshipKind = RelationshipKind.ATTENDANCE,
    *,
    ended: timedelta | None = None,
    user: str | None = None,
) -> RelationshipFact:
    return RelationshipFact(
        organisation, kind, NOW - 1000 * DAY, None if ended is None else NOW - ended, user
    )


def choice(effect: str, controller: str = GP, **more: object) -> ChoiceFact:
    base = ChoiceFact(
        f"choice-{effect}-{controller}", controller, effect, "active", NOW - 30 * DAY, None, None
    )
    return replace(base, **more)  # type: ignore[arg-type]


def emergency(
    who: Caller, *, began: timedelta = timedelta(minutes=5), reason: str = "life-at-risk"
) -> EmergencyFact:
    start = NOW - began
    return EmergencyFact(
        "session-1", who.user_id, who.organisation, reason, start, start + timedelta(minutes=60)
    )


BRIAN = (
    held("ZAC01/demographics/demographics"),
    held("ZAC01/acute/needs"),
    held("ZAC01/acute/staff-safety"),
    held("ZAC01/acute/allergies"),
    held("ZAC01/acute/problems"),
    held("ZAC01/acute/medicines"),
    held("ZAC01/acute/encounters"),
    held("ZAC01/acute/results"),
    held("ZAC01/acute/documents"),
    held("ZGP01/primary-care/medicines"),
    held("ZGP01/primary-care/problems"),
    held("ZSC01/demographics/demographics"),
    held("ZSC01/social-care/services"),
    held("ZSC01/social-care/about-me"),
    held("ZSC01/social-care/safeguarding", "R", "SAFEGUARDING"),
    held("ZSC01/social-care/contacts", "R", "THIRD_PARTY"),
    held("ZMH01/mental-health/medicines"),
    held("ZMH01/mental-health/plan", "R", "PSY"),
    held("ZMH01/mental-health/legal", "R", "PSY"),
    held("ZMH01/mental-health/assessments", "V", "PSYTHPN"),
    held("ZHO01/demographics/demographics"),
    held("ZHO01/housing/home"),
    held("ZHO01/housing/services"),
    held("ZSC01/care-plan/plan"),
    held("ZCH01/red-bag/red-bag"),
    held("ZCH01/care-home/about-me"),
)

TIES = (
    related(ACUTE),
    related(COUNCIL, RelationshipKind.CASELOAD),
    related(MENTAL, RelationshipKind.CASELOAD),
    related(HOUSING, RelationshipKind.TENANCY),
    related(HOME, RelationshipKind.STAY, ended=25 * DAY),
    related(GP, RelationshipKind.REGISTRATION),
)


def facts(
    *classes: ClassFact,
    ties: tuple[RelationshipFact, ...] = TIES,
    choices: tuple[ChoiceFact, ...] = (),
    emergencies: tuple[EmergencyFact, ...] = (),
    restricted: bool = False,
    born: date | None = date(1940, 2, 29),
    at: datetime = NOW,
) -> Facts:
    person = PersonFact(PERSON, restricted, born)
    return Facts(person, classes or BRIAN, ties, choices, emergencies, at)


def ask(
    who: str | Caller,
    about: Facts,
    interaction: Interaction = Interaction.RECORD,
    *,
    audience: Audience | None = None,
    recipient: str | None = None,
    under: Policy | None = None,
) -> Decision:
    asker = caller(who) if isinstance(who, str) else who
    reader = asker.organisation if recipient is None else recipient
    question = Question(asker, interaction, asker.purpose, audience or asker.audience, reader)
    return decide(question, about, under or policy())


def shown(decision: Decision) -> set[str]:
    """What is granted, by the readable ids of the classes."""
    return {g.class_id for g in decision.grants}
