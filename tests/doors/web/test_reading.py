"""The words of single entries, dates, and the passport's narrative made safe."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from aggregator.doors.web.reading import dates
from aggregator.doors.web.reading.clinical import quantity
from aggregator.doors.web.reading.lines import READERS, words
from aggregator.doors.web.reading.passports import narrative
from tests.doors.web import lives


@pytest.mark.parametrize(
    ("told", "short", "long"),
    [
        ("1947-03-14", "14-Mar-1947", "14 March 1947"),
        ("1947-03", "Mar-1947", "March 1947"),
        ("1947", "1947", "1947"),
        ("2026-06-30T23:30:00+00:00", "01-Jul-2026", "1 July 2026"),  # summer time of the place
        ("soon", "soon", "soon"),
        ("2026-13-01", "2026-13-01", "2026-13-01"),
        (None, "", ""),
    ],
)
def test_a_date_is_short_to_see_and_long_to_hear(told: str | None, short: str, long: str) -> None:
    assert dates.typed_day(told) == short
    assert dates.long_day(told) == long
    if short != long:
        assert f'aria-hidden="true">{short}<' in dates.day(told)
        assert f'app-date__long">{long}<' in dates.day(told)


@given(st.text())
def test_no_text_told_as_a_date_becomes_markup(told: str) -> None:
    shown = re.sub(r'</?span( (class|aria-hidden)="[\w -]*")?>', "", dates.moment(told))
    assert "<" not in shown


@given(st.dates())
def test_no_date_is_read_wrongly(day: date) -> None:
    number, month, year = dates.typed_day(day).split("-")
    assert (int(number), int(year)) == (day.day, day.year)
    assert dates.MONTHS[day.month - 1].startswith(month)


def test_times_are_those_of_the_place_in_24_hours() -> None:
    assert dates.long_moment("2026-07-01T13:05:00+00:00") == "1 July 2026 at 14:05"


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "1 hour ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_an_age_is_never_made_younger_than_it_is_by_more_than_its_unit(ago: timedelta, said: str) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert dates.age(now, now - ago) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"value": 75, "unit": "mg"}, "75 mg"),
        ({"value": 2500, "unit": "units"}, "2,500 units"),
        ({"value": "6.50", "unit": "mmol/L"}, "6.50 mmol/L"),
        ({"unit": "mg"}, ""),
    ],
)
def test_a_dose_has_a_space_before_its_unit_a_comma_at_a_thousand_and_its_own_digits(
    told: dict[str, object], said: str
) -> None:
    assert quantity(told) == said


def test_a_medicine_without_dose_or_status_says_so() -> None:
    told = words(
        {"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "Something"}}, {}
    )
    assert "Dose not recorded" in told.details
    assert [t.text for t in told.tags] == ["Status not known"]


@given(st.sampled_from([*READERS, "Immunization"]), st.text(max_size=12))
def test_any_words_of_a_source_stay_words(kind: str, text: str) -> None:
    resource = {
        "resourceType": kind,
        "code": {"text": text},
        "type": [{"text": text}],
        "status": text,
        "note": [{"text": text}],
    }
    if kind in ("DocumentReference",):
        resource["type"] = {"text": text}
    told = words(resource, lives.NAMES)
    for part in (told.what, *told.details):
        assert not isinstance(part, Markup) or "<" not in re.sub(r"</?(strong|span)[^<>]*>", "", part)


@given(st.text())
def test_a_narrative_holds_nothing_but_words_and_plain_tags(text: str) -> None:
    safe = narrative(f"<div><p onclick='x'>{text}</p><script>bad()</script><img src=x><li>")
    tags = re.findall(r"<[^>]*>", safe)
    assert all(
        re.fullmatch(r"</?(p|b|strong|i|em|ul|ol|li|br|table|thead|tbody|tr|th|td)>", tag) for tag in tags
    )
    assert "bad()" not in safe or "bad()" in text


def test_a_narrative_keeps_its_lists() -> None:
    assert narrative("<div><ul><li><b>A &amp; B</b></li></ul></div>") == "<ul><li><b>A &amp; B</b></li></ul>"


def test_an_observation_that_is_its_own_value_is_said_once() -> None:
    told = words(
        {
            "resourceType": "Observation",
            "code": {"text": "For resuscitation"},
            "valueCodeableConcept": {"text": "For resuscitation"},
        },
        {},
    )
    assert told.what == "For resuscitation"
