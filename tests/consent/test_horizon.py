"""A decision holds until the next moment at which it could change by itself, and never longer than 15 minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from consent.relationships import SESSION
from schemas.codes import RelationshipKind
from schemas.decision import Facts
from tests.consent.place import DAY, NOW, ask, caller, choice, emergency, facts, policy, related

SOON = NOW + timedelta(minutes=7)
PAST = NOW - timedelta(minutes=7)
CARE_HOME_DAYS = 60


@pytest.mark.parametrize(
    "about",
    [
        facts(choices=(choice("deny", start=SOON),)),
        facts(choices=(choice("deny", end=SOON),)),
        facts(choices=(choice("permit", recorded=SOON),)),
        facts(choices=(choice("permit", recorded=SOON - SESSION),)),
        facts(ties=(replace(related("ZAC01"), start=SOON),)),
        facts(ties=(related("ZCH01", RelationshipKind.STAY, ended=CARE_HOME_DAYS * DAY - (SOON - NOW)),)),
        facts(emergencies=(emergency(caller("doctor@ZAC01"), began=timedelta(minutes=53)),)),
        facts(emergencies=(replace(emergency(caller("doctor@ZAC01")), start=SOON),)),
        facts(born=date(2008, 5, 4), at=datetime(2026, 5, 3, 23, 53, tzinfo=UTC)),
    ],
)
def test_a_start_or_end_in_the_facts_is_a_moment_to_decide_again(about: Facts) -> None:
    fresh = replace(caller("doctor@ZAC01"), expires_at=about.read_at + DAY)
    assert ask(fresh, about).holds_until - about.read_at == SOON - NOW


def test_a_start_or_end_of_a_clause_is_a_moment_to_decide_again() -> None:
    first, *rest = policy().clauses
    for changed in (replace(first, end=SOON), replace(first, start=SOON)):
        assert (
            ask("doctor@ZAC01", facts(), under=replace(policy(), clauses=(changed, *rest))).holds_until
            == SOON
        )


def test_the_end_of_the_sign_in_is_a_moment_to_decide_again() -> None:
    assert ask(replace(caller("doctor@ZAC01"), expires_at=SOON), facts()).holds_until == SOON


def test_without_any_such_moment_it_holds_for_a_quarter_of_an_hour() -> None:
    quiet = facts(choices=(choice("deny", start=PAST, end=NOW + DAY),))
    assert ask("doctor@ZAC01", quiet).holds_until == NOW + timedelta(minutes=15)


def test_a_decision_for_a_sign_in_that_is_over_holds_for_no_time() -> None:
    assert ask(replace(caller("doctor@ZAC01"), expires_at=PAST), facts()).holds_until == NOW
