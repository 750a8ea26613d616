"""What the passport says in plain words: four states of allergies, recommendations side by side, named gaps."""

from __future__ import annotations

import pytest

from aggregator.care.passport.sheet import NOT_DO_NOT_TREAT, NOT_RECONCILED, sheet
from schemas.codes import Audience, CellState, Heading
from schemas.passport import Emptiness, Section, Sheet
from schemas.record import Record
from tests.care.records import (
    allergy,
    brian,
    concept,
    disagreement,
    entry,
    grid,
    medicine,
    none_known,
    person,
    recommendation,
    record,
    state,
)


def made(told: Record) -> Sheet:
    return sheet(told, Audience.PAPER, "ZCH01")


def section(told: Record, key: str) -> Section:
    return next(s for s in made(told).sections if s.key == key)


REFUTED = {"verificationStatus": state("allergyintolerance-verification", "refuted")}
DRUGS_ONLY = {"code": concept("No known drug allergies", "409137002"), "reaction": []}


@pytest.mark.parametrize(
    ("entries", "changes", "expected"),
    [
        ([allergy()], {}, "Known allergies"),
        ([allergy(), none_known()], {}, "Known allergies"),
        ([none_known()], {}, "No known allergies"),
        ([none_known()], {"grid": grid(gp=CellState.DOWN)}, "No known allergies"),
        ([], {}, "Allergies not recorded"),
        ([allergy(**REFUTED)], {}, "Allergies not recorded"),
        ([allergy(**DRUGS_ONLY)], {}, "Allergies not recorded"),
        ([], {"grid": grid(gp=CellState.DOWN)}, "Allergies unavailable"),
        ([], {"grid": grid(gp=CellState.STALE)}, "Allergies unavailable"),
        ([], {"floor_withheld": True, "withheld": True}, "Allergies unavailable"),
    ],
)
def test_allergies_are_in_exactly_one_of_four_states(entries, changes, expected):
    assert section(record(entries, **changes), "allergies").state == expected


def test_a_silent_source_is_named_beside_what_the_others_know_of_allergies():
    told = section(record([allergy()], grid=grid(gp=CellState.DOWN)), "allergies")
    assert any("Market Street Surgery did not answer" in note for note in told.notes)


def test_recommendations_that_differ_stand_side_by_side_and_none_above():
    first = recommendation("For attempted cardiopulmonary resuscitation", "450475007", "acute")
    second = recommendation("Not for attempted cardiopulmonary resuscitation", "450476008", "gp")
    told = section(
        record([first, second], conflicts=(disagreement("resuscitation", first, second),)), "resuscitation"
    )
    assert [line.entry_id for line in told.lines] == [first.entry_id, second.entry_id]
    assert "none stands above" in told.state
    assert "Sources disagree (resuscitation)." in told.notes


def test_a_recommendation_is_never_read_as_do_not_treat():
    told = section(record([recommendation("Not for attempted resuscitation", "450476008")]), "resuscitation")
    assert NOT_DO_NOT_TREAT in told.notes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "None recorded"),
        ({"grid": grid(gp=CellState.DOWN)}, "Not known: Market Street Surgery did not answer"),
        ({"grid": ()}, "Not known: nobody who can be shown here holds recommendations"),
    ],
)
def test_no_recommendation_says_whether_that_is_known(changes, expected):
    assert section(record([], **changes), "resuscitation").state == expected


def test_an_advance_decision_stands_above_every_recommendation():
    refusal = entry(
        Heading.LEGAL,
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "type": concept("Advance decision to refuse treatment"),
            "description": "Refuses: ventilation",
            "content": [{"attachment": {"title": "Advance decision"}}],
        },
        "gp",
    )
    attempt = recommendation("For attempted cardiopulmonary resuscitation", "450475007", "acute")
    told = section(record([attempt, refusal]), "resuscitation")
    assert [line.entry_id for line in told.lines] == [refusal.entry_id, attempt.entry_id]


def test_medicines_are_not_reconciled_and_time_critical_ones_come_first():
    told = section(brian(), "medicines")
    assert told.state == NOT_RECONCILED
    assert [line.marks for line in told.lines] == [
        ("time-critical",),
        ("controlled drug",),
        (),
        (),
        ("stopped",),
    ]


def test_a_dose_keeps_the_precision_that_it_was_told_with():
    from decimal import Decimal

    dose = {
        "route": {"text": "oral"},
        "doseAndRate": [{"doseQuantity": {"value": Decimal("1.50"), "unit": "mg"}}],
    }
    told = section(record([medicine("Warfarin", dosage=[dose])]), "medicines")
    assert told.lines[0].details == ("1.50 mg oral",)


NOBODY = grid(
    acute=CellState.NEVER_HOLDS,
    gp=CellState.NEVER_HOLDS,
    social_care=CellState.OUTSIDE_AGREEMENT,
    care_home=CellState.NOT_ONBOARDED,
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"grid": grid(gp=CellState.DOWN)}, Emptiness.NOT_KNOWN),
        ({}, Emptiness.NOT_RECORDED),
        ({"grid": NOBODY}, Emptiness.NOT_HELD),
        ({"floor_withheld": True}, Emptiness.WITHHELD),
    ],
)
def test_an_empty_heading_says_which_kind_of_empty_it_is(changes, expected):
    assert section(record([], **changes), "medicines").empty is expected


def test_withheld_is_never_said_of_a_heading_that_the_notice_does_not_speak_of():
    told = made(record([], withheld=True, floor_withheld=True))
    assert {s.key for s in told.sections if s.empty is Emptiness.WITHHELD} == {"allergies", "medicines"}


def test_what_was_not_known_is_named_with_who_did_not_answer():
    told = made(brian())
    assert any(gap.startswith("Beech House did not answer in time.") for gap in told.missing)


def test_of_somebody_location_restricted_no_source_is_named():
    told = made(brian(location_restricted=True))
    everything = repr([s.lines for s in told.sections]) + repr(told.missing) + repr(told.notices)
    said = " ".join(line.said for s in told.sections for line in s.lines) + everything
    for name in ("Beech House", "Market Street", "Wolds Council"):
        assert name not in said
    assert "Location restricted" in told.notices[0]


def test_alerts_are_at_most_five_lines_and_the_rest_is_counted():
    flags = [
        entry(Heading.ALERTS, {"resourceType": "Flag", "status": "active", "code": concept(f"Alert {n}")})
        for n in range(7)
    ]
    told = section(record(flags), "alerts")
    assert (len(told.lines), told.more, len(told.entries)) == (5, 2, 7)


def test_the_banner_reads_as_the_guidance_wants_it():
    banner = made(brian()).banner
    assert banner.name == "HOLLOWAY, Brian Edward (Mr)"
    assert banner.born == "14 March 1947 (79 years)"
    assert banner.nhs_number == "999 000 0018"
    assert banner.needs == ("Speaks slowly since his stroke: give him time", "Large print")
    assert banner.preferred == "Bri"


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"name": None}, "name", "Name not known"),
        ({"name": [{"text": "Unknown male"}]}, "name", "Unknown male"),
        ({"birthDate": "1947"}, "born", "1947"),
        ({"birthDate": None}, "born", ""),
        ({"gender": "unknown"}, "gender", "not known"),
        ({"deceasedDateTime": "2026-11-01"}, "died", "1 November 2026"),
        ({"deceasedDateTime": "2026-11-01"}, "born", "14 March 1947"),
        ({"identifier": []}, "nhs_number", ""),
    ],
)
def test_the_banner_never_guesses(changes, field, expected):
    assert getattr(made(record([person(**changes)])).banner, field) == expected


@pytest.mark.parametrize("audience", [Audience.PAPER, Audience.PERSON, Audience.CARER])
def test_a_copy_that_others_may_read_has_not_even_the_heading_safeguarding(audience):
    told = sheet(record([], grid=grid(social_care=CellState.DOWN)), audience, "ZCH01")
    assert "afeguarding" not in repr(told)
    assert "afeguarding" in repr(sheet(record([]), Audience.SYSTEM, "ZCH01"))
