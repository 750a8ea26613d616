"""The scorecard as FHIR Parameters: each number in its type, nothing where there is nothing to say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from aggregator.care.sources import Refused, Row, Scorecard
from aggregator.doors.api.scorecards import _card
from schemas.codes import Heading

CARD = Scorecard(
    source="returns",
    title="Quarterly return",
    organisation="ZSC01",
    state="silent for longer than its terms say",
    last_good=datetime(2026, 7, 1, tzinfo=UTC),
    silent_since=datetime(2026, 7, 1, tzinfo=UTC),
    down_since=None,
    as_at=date(2026, 6, 30),
    every=timedelta(days=91),
    silent_after=timedelta(days=120),
    history=None,
    statistical=True,
    known=4,
    rows=(
        Row(Heading.SERVICES, 3, 4, 0.75, 9, 1 / 3, timedelta(hours=36), timedelta(days=2), 1, 0),
        Row(Heading.HOME, 0, 4, 0.0, 0, None, None, None, 0, 0),
    ),
    refusals=(Refused("Service_Component", "is not on the list of values", 12),),
    alarms=2,
    made_at=datetime(2026, 11, 22, tzinfo=UTC),
)


def of(parts, name):
    return [part for part in parts if part["name"] == name]


def values(parts):
    return {
        part["name"]: next(v for k, v in part.items() if k.startswith("value"))
        for part in parts
        if "part" not in part
    }


def test_every_number_is_told_in_its_own_type():
    parts = _card(CARD)
    assert values(parts) == {
        "source": "returns", "title": "Quarterly return", "organisation": "ZSC01",
        "state": "silent for longer than its terms say", "lastGood": "2026-07-01T00:00:00+00:00",
        "silentSince": "2026-07-01T00:00:00+00:00", "asAt": "2026-06-30", "statistical": True, "known": 4,
        "alarms": 2, "madeAt": "2026-11-22T00:00:00+00:00", "every": hours(91 * 24), "silentAfter": hours(120 * 24),
    }  # fmt: skip
    services, home = of(parts, "heading")
    assert values(services["part"]) == {
        "code": "services", "subjects": 3, "known": 4, "coverage": 0.75, "statements": 9, "uncoded": 0.3333,
        "newest": hours(36), "median": hours(48), "vanished": 1, "alarms": 0,
    }  # fmt: skip
    assert {"uncoded", "newest", "median"} & set(values(home["part"])) == set()
    (refusal,) = of(parts, "refusal")
    assert values(refusal["part"]) == {
        "field": "Service_Component", "reason": "is not on the list of values", "count": 12,
    }  # fmt: skip


def hours(count):
    return {"value": float(count), "unit": "h", "system": "http://unitsofmeasure.org", "code": "h"}
