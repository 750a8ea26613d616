"""The record page: nothing left out, nothing invented, and absence never read as none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from aggregator.doors.web.reading.alerts import alerts
from aggregator.doors.web.reading.cards import cards
from aggregator.doors.web.reading.kinds import IN_ALERTS, IN_BANNER, KINDS
from aggregator.doors.web.reading.sources import HEADINGS, grid
from schemas.caller import CallerKind
from schemas.codes import Heading
from schemas.record import Conflict, Record
from tests.doors.web import lives
from tests.doors.web.stubs import Stage, doctor
from tests.merge.tellings import allergy, decision, record, source

PERSON = f"/people/{lives.PERSON}"


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def page(browser: TestClient) -> str:
    return browser.get(PERSON).text


def test_every_heading_of_a_record_has_a_place_on_the_page() -> None:
    on_cards = {h for kind in KINDS for h in kind.headings}
    assert on_cards | IN_BANNER | IN_ALERTS == set(Heading)
    assert set(HEADINGS) == set(Heading)


def test_every_entry_is_on_exactly_one_card() -> None:
    made = lives.a_record()
    shown = [x.entry_id for card in cards(made, lives.NAMES) for x in [*card.lines, *card.more, *card.past]]
    expected = [
        e.entry_id for e in made.entries if e.heading not in IN_BANNER | IN_ALERTS and e.type != "Patient"
    ]
    assert sorted(shown) == sorted(expected)


def test_every_line_of_a_card_reaches_the_page(page: str) -> None:
    for entry in lives.a_record().entries:
        if entry.heading not in IN_BANNER | IN_ALERTS:
            assert f'id="e-{entry.entry_id}"' in page, entry.heading


def test_the_banner_has_the_name_form_and_the_order_that_the_guidance_gives(page: str) -> None:
    banner = text_of(page[page.index("app-banner") : page.index("app-subnav")])
    order = [
        "HOLLOWAY, Brian Edward (Mr)",
        "Born",
        "14-Mar-1947",
        "(79y)",
        "Gender",
        "Male",
        "NHS No.",
        "999 000 0018",
    ]
    places = [banner.index(part) for part in order]
    assert places == sorted(places)
    assert "14 March 1947" in banner  # for those who hear it
    assert "Needs: Large print" in banner
    assert "Staff safety: Dog in the house" in banner


def test_each_line_says_who_told_it_and_merged_ones_open_to_both(page: str) -> None:
    told = page[page.index("Penicillin") :]
    assert "2 sources" in told[:1500]
    assert "Market Street Surgery, " in told[:3000]
    assert "Wolds General Hospital, " in told[:3000]


def test_the_strip_tells_how_old_everything_is_and_who_is_down(page: str) -> None:
    strip = text_of(page[page.index("app-strip") : page.index("app-alerts")])
    assert "Acute 1 minute ago" in strip
    assert "Down since" in strip
    assert "Shown as of" in strip


def test_medicines_are_never_shown_as_reconciled_and_past_ones_are_apart(page: str) -> None:
    assert "Not reconciled" in page
    current, past = page[: page.index("Past medicines (1)")], page[page.index("Past medicines (1)") :]
    assert "Amlodipine 5mg tablets" not in current
    assert "Amlodipine 5mg tablets" in past
    assert "Discontinued" in past


def test_a_silent_source_leaves_its_mark_on_the_card(page: str) -> None:
    assert "Not known whether there is more: Social-Care did not answer." in page


@pytest.mark.parametrize(
    ("made", "state"),
    [
        (lives.a_record(), "Known allergies"),
        (
            record([lives.told(allergy("716186003", "No known allergies"), "gp", id="n")], sources=lives.strip()[-1:]),
            "No known allergies",
        ),
        (record([lives.told(lives.who(), "gp", id="p")], sources=lives.strip()[-1:]), "Allergies not recorded"),
        (
            record(
                [lives.told(lives.who(), "gp", id="p")],
                sources=[source("gp", Heading.ALLERGIES, down_since=lives.NOW - timedelta(hours=1))],
            ),
            "Allergies unavailable",
        ),
    ],
)  # fmt: skip
def test_allergies_are_in_exactly_one_of_four_states_each_with_its_icon(made: Record, state: str) -> None:
    states = {"Known allergies", "No known allergies", "Allergies not recorded", "Allergies unavailable"}
    card = next(c for c in cards(made, lives.NAMES) if c.key == "allergies")
    assert card.state == state
    assert state in states


def test_a_silent_resuscitation_source_is_not_the_same_as_none_recorded() -> None:
    silent = [source("acute", Heading.RESUSCITATION, down_since=lives.NOW - timedelta(hours=1))]
    heard = [source("acute", Heading.RESUSCITATION)]
    told = [lives.told(lives.who(), id="p")]
    first, second = (
        next(c for c in cards(record(told, sources=s), lives.NAMES) if c.key == "resuscitation")
        for s in (silent, heard)
    )
    assert first.state.startswith("Not known")
    assert second.state == "None recorded"
    assert first.empty != second.empty


def test_at_most_five_lines_of_alerts_and_the_others_one_click_away() -> None:
    many = tuple(Conflict("dose", 2, f"Conflict {n}.", ()) for n in range(9))
    first, others = alerts(replace(lives.a_record(), conflicts=many), lives.NAMES)
    assert len(first) == 5
    assert len(first) + len(others) == 9 + 2


def test_one_text_about_many_entries_is_one_alert() -> None:
    many = tuple(Conflict("probably-same", 4, "Probably the same.", (f"e{n}",)) for n in range(9))
    first, others = alerts(replace(lives.a_record(), conflicts=many), lives.NAMES)
    (one,) = [a for a in [*first, *others] if a.kind != "alert"]
    assert one.kind == "alike"


def test_the_withheld_notice_is_yes_or_no_and_the_floor_has_its_line(
    browser: TestClient, stage: Stage
) -> None:
    assert "No information is reported as held back from you" in browser.get(PERSON).text
    stage.records = {lives.PERSON: lives.a_record(withheld=True)}
    text = browser.get(PERSON).text
    assert "Some information is not shown to you." in text
    assert "Medicines or allergies are among" not in text
    stage.records = {lives.PERSON: lives.a_record(withheld=True, floor_withheld=True)}
    text = browser.get(PERSON).text
    assert "Medicines or allergies are among what is not shown: ask, or use emergency access." in text
    assert f'href="{PERSON}/emergency"' in text


def test_no_cell_of_the_completeness_table_is_blank(page: str) -> None:
    table = page[page.index("app-table--grid") :]
    cells = re.findall(r"<td>(.*?)</td>", table, re.S)
    assert cells
    assert all(text_of(cell).strip() for cell in cells)
    made = grid(lives.a_record())
    assert {len(row) for _, row in made.rows} == {len(made.columns)}


def test_a_return_for_statistics_stands_with_its_day_and_how_far_back_it_goes(
    browser: TestClient, stage: Stage
) -> None:
    returns = {"statistical": True, "as_at": date(2026, 9, 30), "history": timedelta(days=365)}
    sources = [source("social-care", Heading.ALLERGIES, **returns), source("gp", Heading.ALLERGIES)]
    stage.records = {lives.PERSON: record([lives.told(lives.who(), "gp", id="p")], sources=sources)}
    html = browser.get(PERSON).text
    strip = text_of(html[html.index("app-strip") : html.index("app-columns")])
    assert "Return as at 30-Sep-2026" in strip
    header = text_of(re.findall(r"<thead>.*?</thead>", html[html.index("app-table--grid") :], re.S)[0])
    assert "as at 30-Sep-2026" in header
    assert header.count("goes back 12 months") == 1


def test_a_return_that_does_not_say_its_day_is_never_shown_as_live(browser: TestClient, stage: Stage) -> None:
    sources = [source("social-care", Heading.ALLERGIES, statistical=True)]
    stage.records = {lives.PERSON: record([lives.told(lives.who(), "gp", id="p")], sources=sources)}
    strip = text_of(browser.get(PERSON).text.partition("app-strip")[2].partition("</section>")[0])
    assert "Return that does not say its date, received" in strip
    assert "minute ago" not in strip


def test_a_silent_source_says_since_when_in_its_cells(browser: TestClient, stage: Stage) -> None:
    sources = [source("acute", Heading.ALLERGIES, last_good=lives.NOW - timedelta(days=3))]
    stage.records = {lives.PERSON: record([lives.told(lives.who(), "gp", id="p")], sources=sources)}
    table = text_of(browser.get(PERSON).text.partition("app-table--grid")[2])
    assert "Out of date since 17-Nov-2026" in table


def test_a_source_outside_the_agreement_says_nothing_of_how_it_speaks(
    browser: TestClient, stage: Stage
) -> None:
    returns = {"statistical": True, "as_at": date(2026, 9, 30), "history": timedelta(days=365)}
    away = [source("social-care", Heading.ALLERGIES, **returns)]
    made = record([], sources=away, decision=decision(offered=frozenset()))
    stage.records = {lives.PERSON: made}
    html = browser.get(PERSON).text
    assert "Not shared with you" in html
    assert "30-Sep-2026" not in html
    assert "goes back" not in html


def test_an_empty_record_says_in_words_what_is_not_known(browser: TestClient, stage: Stage) -> None:
    stage.records = {lives.PERSON: lives.empty_record()}
    text = text_of(browser.get(PERSON).text)
    assert "None recorded by" in text or "did not answer" in text
    assert "Allergies unavailable" in text
    assert "This does not mean that none exists" in text


def test_somebody_who_is_not_linked_is_said_to_be_so(browser: TestClient, stage: Stage) -> None:
    stage.records = {lives.PERSON: lives.a_record(linked=False)}
    assert "Not linked to other records" in browser.get(PERSON).text


def test_a_location_restricted_persons_card_says_so_instead_of_not_known(
    browser: TestClient, stage: Stage
) -> None:
    stage.records = {lives.PERSON: lives.a_record(location_restricted=True)}
    assert "Not shown: location restricted" in browser.get(PERSON).text


def test_the_person_gets_plain_words_and_long_dates(browser: TestClient, stage: Stage) -> None:
    stage.caller = doctor(
        kind=CallerKind.PERSON, role="person", organisation="", name="Brian", own_person_id=lives.PERSON
    )
    assert browser.get("/").headers["location"] == PERSON
    text = browser.get(PERSON).text
    assert "My medicines" in text
    assert "10 November 2026 at 01:00" in text
    assert "See who looked, when and why" in text
    assert "Not reconciled" not in text


def test_everything_of_a_long_card_is_one_click_away(browser: TestClient, stage: Stage) -> None:
    more = [
        lives.told(lives.flag(f"Note {n}"), "acute", id=f"big{n}", heading=Heading.LEGAL) for n in range(100)
    ]
    stage.records = {lives.PERSON: lives.a_record(*more)}
    text = browser.get(PERSON).text
    assert "Show 94 more" in text
    assert all(f"Note {n}<" in text for n in range(100))
