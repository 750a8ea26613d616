"""The pages for what comes in: the review pile, possible matches, how a record came together, scorecards."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from aggregator.doors.web.looked import ACTIONS
from aggregator.doors.web.reading.dates import length
from aggregator.doors.web.reading.scorecards import share
from schemas.codes import Interaction
from schemas.errors import NOTHING_TO_SHOW
from tests.doors.web import lives
from tests.doors.web.stubs import Stage, doctor, engineer
from tests.doors.web.test_every_page import HOSTILE
from tests.doors.web.test_record_page import text_of
from tests.doors.web.work import (
    EVENT,
    MATCH,
    RUN,
    a_card,
    a_group,
    a_pair,
    a_run,
    a_side,
    an_entry,
    an_event,
)

TOKEN = {"form_token": "token-of-this-session"}
ENTRY = f"/review/{1:032x}"
LINKS = f"/people/{lives.PERSON}/links"
ANYONES = ("/review", ENTRY, f"/review/runs/{RUN}", "/sources", "/sources/client-level-data")
IDENTITY = ("/matches", f"/matches/{MATCH}", LINKS, f"{LINKS}/{EVENT}")
FORMS = {
    "/review/replay": {"source": "client-level-data", "field": "Event_Type", "reason": "is wrong"},
    f"{ENTRY}/replay": {},
    f"{ENTRY}/close": {"because": "Test data"},
    f"{ENTRY}/accept": {},
    f"/matches/{MATCH}": {"verdict": "link", "because": "Asked the GP"},
    f"/matches/{MATCH}/undo": {"because": "Twins"},
    f"{LINKS}/{EVENT}": {"because": "Twins"},
}


@pytest.fixture
def stage() -> Stage:
    return Stage(caller=engineer())


def links_of(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', html)


# who gets where


@pytest.mark.parametrize("path", [*ANYONES, *IDENTITY])
def test_a_page_of_what_comes_in_is_for_those_with_its_activity_only(
    browser: TestClient, stage: Stage, path: str
) -> None:
    assert browser.get(path).status_code == 200
    stage.caller = doctor()
    refused = browser.get(path)
    assert refused.status_code == 403
    assert "This cannot be done with your role" in refused.text


def test_the_refusal_is_one_page_whatever_was_asked_for(browser: TestClient, stage: Stage) -> None:
    stage.caller = doctor()
    replies = [
        browser.get(p)
        for p in (*ANYONES, *IDENTITY, "/review/unknown", "/matches/unknown", "/sources/unknown")
    ]
    assert len({re.sub(r' aria-current="page"', "", r.text) for r in replies}) == 1


@pytest.mark.parametrize(("path", "told"), FORMS.items())
def test_a_form_of_what_comes_in_does_nothing_for_others_nor_from_a_forged_page(
    browser: TestClient, stage: Stage, path: str, told: dict[str, str]
) -> None:
    assert browser.post(path, data=told | {"form_token": "forged"}).status_code == 403
    stage.caller = doctor()
    assert browser.post(path, data=told | TOKEN).status_code == 403
    assert stage.work.done == []


@pytest.mark.parametrize(
    ("activities", "role", "offered"),
    [
        ({"review", "identity"}, "integration_engineer", {"/review", "/matches", "/sources"}),
        ({"review"}, "integration_engineer", {"/review", "/sources"}),
        ({"identity", "view"}, "doctor", {"/", "/matches"}),
        ({"view", "write", "plan"}, "doctor", {"/"}),
        (set(), "support", {"/review", "/sources"}),
    ],
)
def test_the_header_offers_only_what_the_caller_can_open(
    browser: TestClient, stage: Stage, activities: set[str], role: str, offered: set[str]
) -> None:
    stage.caller = doctor(activities=frozenset(activities), role=role)
    header = browser.get("/emergency").text.partition("</header>")[0]
    assert set(links_of(header.partition('aria-label="Main"')[2])) == offered


def test_who_has_no_records_to_open_starts_with_their_work(browser: TestClient, stage: Stage) -> None:
    assert browser.get("/").headers["location"] == "/review"
    stage.caller = doctor()
    assert browser.get("/").status_code == 200


def test_what_is_absent_is_the_one_page_of_nothing(browser: TestClient) -> None:
    for path in (
        "/review/unknown",
        "/review/runs/unknown",
        "/matches/unknown",
        "/sources/unknown",
        f"{LINKS}/unknown",
    ):
        reply = browser.get(path)
        assert reply.status_code == 404
        assert text_of(NOTHING_TO_SHOW) in text_of(reply.text)


@pytest.mark.parametrize("path", [*ANYONES, *IDENTITY])
def test_no_name_and_no_value_is_in_a_title_an_address_or_a_header(browser: TestClient, path: str) -> None:
    reply = browser.get(path)
    title = re.search(r"<title>(.*?)</title>", reply.text, re.S)
    assert title
    told = " ".join([title[1], *links_of(reply.text), str(reply.headers)]).casefold()
    for value in ("holl", "brian", "canal", "1947", "reablment"):
        assert value not in told


def test_hostile_words_of_a_source_stay_words(browser: TestClient, stage: Stage) -> None:
    stage.work.groups = (a_group(source=HOSTILE, field=HOSTILE, reason=HOSTILE),)
    stage.work.entries = (
        an_entry(1, source=HOSTILE, field=HOSTILE, reason=HOSTILE, part=HOSTILE, excerpt=HOSTILE),
    )
    side = a_side(family=HOSTILE, given=(HOSTILE,), address=(HOSTILE,), traced=HOSTILE, sex=HOSTILE)
    stage.work.pairs = (a_pair(sides=(side, side), for_it=(HOSTILE,), against=(HOSTILE,)),)
    stage.work.events = (an_event(because=HOSTILE, rule=HOSTILE, made_by=HOSTILE),)
    stage.work.cards = (a_card(title=HOSTILE, state=HOSTILE),)
    for path in ("/review", ENTRY, *IDENTITY, "/sources", "/sources/client-level-data"):
        text = browser.get(path).text
        assert "alert(1)" in text, path
        assert "<script>alert" not in text
        assert "<img src=x" not in text


# the review pile


def test_groups_come_first_the_largest_on_top_with_count_field_and_reason(browser: TestClient) -> None:
    text = text_of(browser.get("/review").text)
    assert "1,243 entries in all" in text
    order = [
        "What a single fix may settle",
        "1,204 Event_Type is not on the list of values",
        "37 package.period.start",
        "Entry by entry",
    ]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "No longer told" in text


def test_the_pile_can_be_narrowed_to_a_source_and_a_kind(browser: TestClient) -> None:
    both = browser.get("/review").text
    assert 'href="/review?source=case-system"' in both
    assert 'href="/review?kind=vanished"' in both
    main = browser.get("/review?source=case-system").text.partition("<main")[2]
    assert "package.period.start" in main
    assert "Event_Type" not in main
    assert 'href="/review?source=case-system" aria-current="true"' in main
    assert "Nothing of this kind waits" in browser.get("/review?source=elsewhere").text


def test_a_long_pile_goes_on_on_the_next_page(browser: TestClient, stage: Stage) -> None:
    stage.work.more = "cursor&x"
    main = browser.get("/review?source=case-system&kind=refusal").text
    assert 'href="/review?source=case-system&amp;kind=refusal&amp;after=cursor%26x"' in main
    later = browser.get("/review?after=cursor").text
    assert "First page" in later


def test_a_whole_group_is_read_again_by_one_button(browser: TestClient, stage: Stage) -> None:
    form = re.search(
        r'<form method="post" action="/review/replay">.*?</form>', browser.get("/review").text, re.S
    )
    assert form
    told = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    reply = browser.post("/review/replay", data=told)
    assert reply.headers["location"] == f"/review/runs/{RUN}"
    asked = {"source": "client-level-data", "field": "Event_Type", "reason": "is not on the list of values"}
    assert stage.work.done == [("replay", asked)]


def test_an_entry_says_field_reason_and_place_and_shows_the_refused_part(browser: TestClient) -> None:
    text = text_of(browser.get(ENTRY).text)
    for part in ("Event_Type", "is not on the list of values", "row 17", "Could not be read", "Reablment"):
        assert part in text
    assert "That you read this was written down" in text


def test_support_sees_field_and_reason_never_what_was_sent_and_no_buttons(
    browser: TestClient, stage: Stage
) -> None:
    stage.caller = doctor(role="support", activities=frozenset())
    assert "Event_Type" in browser.get("/review").text
    main = browser.get(ENTRY).text.partition("<main")[2]
    assert "Event_Type" in main
    assert "Your role does not show what was sent" in main
    assert "Reablment" not in main
    assert "<form" not in main
    assert "<form" not in browser.get("/review").text.partition("<main")[2]
    assert browser.post(f"{ENTRY}/replay", data=TOKEN).status_code == 403


def test_one_entry_is_read_again(browser: TestClient, stage: Stage) -> None:
    assert browser.post(f"{ENTRY}/replay", data=TOKEN).headers["location"] == f"/review/runs/{RUN}"
    assert stage.work.done == [("replay", {"review_id": f"{1:032x}"})]


def test_an_entry_is_closed_only_with_a_reason(browser: TestClient, stage: Stage) -> None:
    refused = browser.post(f"{ENTRY}/close", data=TOKEN | {"because": "  "})
    assert refused.status_code == 400
    assert "Say in a few words why" in refused.text
    assert stage.work.done == []
    assert browser.post(f"{ENTRY}/close", data=TOKEN | {"because": "Test data"}).headers["location"] == ENTRY
    assert stage.work.done == [("close", (f"{1:032x}", "Test data"))]


def test_only_what_is_no_longer_told_can_be_taken_back(browser: TestClient, stage: Stage) -> None:
    assert "Take back all that was left out" not in browser.get(ENTRY).text
    vanished = f"/review/{2:032x}"
    main = browser.get(vanished).text.partition("<main")[2]
    assert "Take back all that was left out" in main
    assert "Services" in main
    assert "under every heading and not this one alone" in main
    assert "Read it again" not in main  # it would say the same
    assert browser.post(f"{vanished}/accept", data=TOKEN).headers["location"] == vanished
    assert stage.work.done == [("accept", f"{2:032x}")]


@pytest.mark.parametrize("state", ["replayed", "closed", "accepted", "expired"])
def test_a_settled_entry_says_how_and_offers_nothing_more(
    browser: TestClient, stage: Stage, state: str
) -> None:
    stage.work.entries = (an_entry(1, state=state, because="Sent by mistake"),)
    main = browser.get(ENTRY).text.partition("<main")[2]
    assert "Sent by mistake" in main
    assert "<form" not in main


def test_a_reading_again_shows_how_far_it_is_and_counts_before_and_after(
    browser: TestClient, stage: Stage
) -> None:
    html = browser.get(f"/review/runs/{RUN}").text
    text = text_of(html)
    assert "3,120 of 5,000" in text
    assert "Waited before 5,000" in text
    assert "Still wait 1,900" in text
    assert 'data-again="2"' in html
    assert "http-equiv" not in html  # a page that reloads itself loses the reader's place
    assert f'href="/review/runs/{RUN}"' in html  # the way without script
    stage.work.going = a_run(5000)
    html = browser.get(f"/review/runs/{RUN}").text
    assert "It is over. 20 still could not be read" in text_of(html)
    assert "data-again" not in html
    stage.work.going = a_run(0, total=0, before=0, after=0, still_refused=0, kept=0, finished=True)
    assert "It is over. Nothing of it waits any more." in text_of(browser.get(f"/review/runs/{RUN}").text)


def test_an_empty_pile_says_what_that_means_and_what_not(browser: TestClient, stage: Stage) -> None:
    stage.work.groups, stage.work.entries = (), ()
    main = browser.get("/review").text.partition("<main")[2]
    assert "Nothing waits." in main
    assert 'href="/sources"' in main


# possible matches


def test_the_queue_shows_score_and_reasons_for_and_against(browser: TestClient) -> None:
    text = text_of(browser.get("/matches").text)
    for part in (
        "86",
        "HOLLOWAY, Brian Edward",
        "HOLLAWAY, Brian",
        "The same birth date",
        "Different postcodes, as after a move",
    ):
        assert part in text


def test_two_sides_stand_side_by_side_and_differences_are_said_in_words(browser: TestClient) -> None:
    html = browser.get(f"/matches/{MATCH}").text
    table = html[html.index("app-table--sides") : html.index("</table>")]
    rows = {
        text_of(cells[0]).strip(): text_of(cells[-1]).strip()
        for cells in (
            re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", table, re.S)[1:]
        )
    }
    assert rows == {
        "Family name": "Different",
        "Given names": "Partly the same",
        "Born": "Same",
        "Twin or multiple birth": "Not compared",
        "Sex": "Same",
        "Address": "Partly the same",
        "Our own trace": "Not compared",
    }
    assert "Wolds Council adult social care (yours)" in text_of(table)
    assert links_of(html).count(LINKS) == 1  # the caller's own side leads to how it came together


def test_no_cell_of_the_comparison_is_empty_and_one_side_is_no_difference(
    browser: TestClient, stage: Stage
) -> None:
    blank = a_side(family="", given=(), birth_date=None, sex="", address=(), traced="")
    stage.work.pairs = (a_pair(sides=(a_side(), blank)),)
    html = browser.get(f"/matches/{MATCH}").text
    table = html[html.index("app-table--sides") : html.index("</table>")]
    assert all(text_of(cell).strip() for cell in re.findall(r"<td.*?</td>", table, re.S))
    assert "One side only" in table
    assert ">Different<" not in table


@pytest.mark.parametrize("which", [0, 1])
def test_a_restricted_location_hides_both_addresses_and_says_so(
    browser: TestClient, stage: Stage, which: int
) -> None:
    sides = list(a_pair().sides)
    sides[which] = replace(sides[which], location_restricted=True)
    stage.work.pairs = (a_pair(sides=(sides[0], sides[1])),)
    text = browser.get(f"/matches/{MATCH}").text
    assert "Location restricted: do not write down or tell anyone where this person lives or is seen" in text
    assert "Canal Row" not in text
    assert text.count("Not shown: location restricted") == 2


def test_a_twin_is_warned_of(browser: TestClient, stage: Stage) -> None:
    assert "One of them is a twin" not in browser.get(f"/matches/{MATCH}").text
    stage.work.pairs = (a_pair(sides=(a_side(multiple_birth=True), a_side())),)
    assert "One of them is a twin or of a multiple birth" in browser.get(f"/matches/{MATCH}").text


def test_a_decision_needs_a_verdict_and_a_reason_and_neither_is_prefilled(
    browser: TestClient, stage: Stage
) -> None:
    html = browser.get(f"/matches/{MATCH}").text
    assert not re.search(r"<input[^>]* checked", html)
    assert "it can be taken back at any time" in html
    reply = browser.post(f"/matches/{MATCH}", data=TOKEN | {"verdict": "perhaps", "because": ""})
    assert reply.status_code == 400
    assert "Choose whether they are the same person" in reply.text
    assert "Say in a few words what you checked" in reply.text
    kept = browser.post(f"/matches/{MATCH}", data=TOKEN | {"verdict": "apart"})
    assert 'value="apart"' in kept.text
    assert re.search(r'value="apart"[^>]* checked', kept.text)
    assert stage.work.done == []


def test_a_decision_is_kept_shown_with_its_reason_and_can_be_taken_back(
    browser: TestClient, stage: Stage
) -> None:
    told = TOKEN | {"verdict": "link", "because": "Asked the GP"}
    assert browser.post(f"/matches/{MATCH}", data=told).headers["location"] == f"/matches/{MATCH}"
    text = browser.get(f"/matches/{MATCH}").text
    assert "Decided: same person" in text_of(text)
    assert "Asked the GP" in text
    assert browser.post(f"/matches/{MATCH}/undo", data=TOKEN).status_code == 400
    assert browser.post(f"/matches/{MATCH}/undo", data=TOKEN | {"because": "Twins"}).status_code == 303
    assert stage.work.done == [("decide", (MATCH, "link", "Asked the GP")), ("undo", (MATCH, "Twins"))]


def test_who_comes_second_is_told_and_keeps_what_they_typed(browser: TestClient, stage: Stage) -> None:
    stage.work.clash = "Somebody decided this pair already"
    reply = browser.post(f"/matches/{MATCH}", data=TOKEN | {"verdict": "link", "because": "Asked the GP"})
    assert reply.status_code == 409
    assert "Somebody decided this pair already" in reply.text
    assert "Asked the GP" in reply.text


def test_an_empty_queue_says_when_a_pair_comes_to_it(browser: TestClient, stage: Stage) -> None:
    stage.work.pairs = ()
    assert "A pair comes here when" in browser.get("/matches").text


def test_how_a_record_came_together_is_listed_and_only_what_can_be_undone_offers_it(
    browser: TestClient,
) -> None:
    html = browser.get(LINKS).text
    assert text_of(html).index("Wolds Homes was joined") < text_of(html).index(
        "Wolds Council adult social care was joined"
    )
    assert links_of(html).count(f"{LINKS}/{EVENT}") == 1
    assert browser.get(f"{LINKS}/{'d' * 32}").status_code == 404


def test_a_link_is_taken_back_with_a_reason(browser: TestClient, stage: Stage) -> None:
    assert browser.post(f"{LINKS}/{EVENT}", data=TOKEN).status_code == 400
    assert browser.post(f"{LINKS}/{EVENT}", data=TOKEN | {"because": "Twins"}).headers["location"] == LINKS
    assert stage.work.done == [("undo", (EVENT, "Twins"))]


# scorecards


def test_the_overview_says_in_words_how_each_source_does(browser: TestClient) -> None:
    html = browser.get("/sources").text
    text = text_of(html)
    for part in (
        "Speaking",
        "Silent",
        "Silent for longer than its terms say",
        "silent since 15-Nov-2026",
        "as at 30-Sep-2026",
        "down since",
        "Never",
    ):
        assert part in text
    assert 'href="/sources/client-level-data"' in html
    assert 'href="/review?source=client-level-data"' in html
    cells = re.findall(r"<td.*?</td>", html, re.S)
    assert all(text_of(cell).strip() for cell in cells)


def test_a_scorecard_tells_coverage_coding_ages_refusals_and_terms(browser: TestClient) -> None:
    text = text_of(browser.get("/sources/client-level-data").text)
    for part in (
        "Speaks every 30 days when all is well.",
        "Counts as silent after 35 days.",
        "Goes back 12 months",
        "No rows mean “not known”, but for the headings that say otherwise below.",
        "Safeguarding no rows mean none",
        "A return for statistics",
        "80 %",
        "42 %",
        "under 1 %",
        "30 hours",
        "7 months",
        "6 no longer told",
        "1,204 Event_Type is not on the list of values",
        "2 came without a label",
    ):
        assert part in text, part


def test_no_cell_of_a_scorecard_is_empty_and_every_bar_stands_beside_its_figure(browser: TestClient) -> None:
    html = browser.get("/sources/client-level-data").text
    cells = re.findall(r"<td.*?</td>", html, re.S)
    assert all(text_of(cell).strip() for cell in cells)
    assert html.count("<svg") == len(re.findall(r'</svg><span class="app-bar__text">[^<]*%', html))


def test_a_source_that_never_spoke_has_a_scorecard_too(browser: TestClient) -> None:
    text = text_of(browser.get("/sources/carers").text)
    assert "Last heard Never" in text
    assert "It has told nothing yet" in text
    assert "Nothing of this source waits for review." in text


def test_an_organisation_without_sources_is_told_what_that_means(browser: TestClient, stage: Stage) -> None:
    stage.work.cards = ()
    assert "No source of your organisation is connected" in browser.get("/sources").text


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=5), "5 minutes"),
        (timedelta(hours=1), "60 minutes"),
        (timedelta(hours=30), "30 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=35), "35 days"),
        (timedelta(days=365), "12 months"),
        (timedelta(days=1100), "3 years"),
        (None, ""),
    ],
)
def test_a_span_of_time_is_said_in_its_largest_honest_unit(span: timedelta | None, words: str) -> None:
    assert length(span) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "Not applicable"),
        (0.0, "0 %"),
        (0.004, "under 1 %"),
        (0.5, "50 %"),
        (0.996, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_to_all(value: float | None, words: str) -> None:
    assert share(value) == words


def test_who_has_looked_says_every_kind_of_look_in_words() -> None:
    assert {i.value for i in Interaction} <= set(ACTIONS)
