"""The moment until which a decision holds: the next at which it could change by itself.

Every start and end of a clause, choice, relationship and emergency session counts, whether or not it mattered
this time: too early a moment costs one more decision, too late a one shows what must not be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from consent import clauses, emergency, relationships
from consent.policy import Policy
from schemas.decision import Facts, Question

LONGEST = timedelta(minutes=15)


def until(question: Question, facts: Facts, policy: Policy) -> datetime:
    """Later than ``facts.read_at`` unless the sign-in is over already; at most 15 minutes later."""
    now = facts.read_at
    moments = [now + LONGEST, *(m for m in _moments(facts, policy) if m > now)]
    return max(now, min([question.caller.expires_at, *moments]))


def _moments(facts: Facts, policy: Policy) -> Iterator[datetime]:
    for clause in policy.clauses:
        yield clause.start
        yield clause.end
    for choice in facts.choices:
        yield choice.recorded
        yield choice.recorded + relationships.SESSION
        yield from (m for m in (choice.start, choice.end) if m is not None)
    for fact in facts.relationships:
        yield fact.start
        for days in {c.relationships[fact.kind] for c in policy.clauses if fact.kind in c.relationships}:
            end = relationships.window(fact, days)[1]
            if end is not None:
                yield end
    for session in facts.emergencies:
        yield session.start
        yield emergency.ends(session)
    if facts.person.birth_date is not None:
        yield datetime.combine(clauses.birthday(facts.person.birth_date, 18), time(), UTC)
