"""The agreement loads whole or not at all, and what it says of itself is run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from consent import agreement
from consent.agreement import PolicyError
from consent.policy import Policy
from consent.rehearse import run_examples
from schemas.codes import Heading, Interaction
from tests.consent.place import NOW, policy


@pytest.fixture
def tables(tmp_path: Path) -> Callable[..., Path]:
    """The packaged tables in a folder of their own, with one replacement in one of them."""

    def copy(name: str = "", old: str = "", new: str = "") -> Path:
        for table in agreement.TABLES:
            text = files("consent").joinpath("tables", table).read_text()
            if table == name:
                assert old in text
                text = text.replace(old, new, 1)
            (tmp_path / table).write_text(text)
        return tmp_path

    return copy


def test_the_packaged_agreement_loads_and_every_example_comes_out(tables: Callable[..., Path]) -> None:
    loaded = agreement.load(NOW)
    assert run_examples(loaded, NOW) == []
    assert agreement.load(NOW, tables()).version == loaded.version


def test_every_clause_has_a_permit_and_a_deny_example() -> None:
    assert {c.id: {e.permit for e in c.examples} for c in policy().clauses} == {
        c.id: {True, False} for c in policy().clauses
    }


def test_every_interaction_is_declared_and_answered() -> None:
    from consent.functions import ANSWERS

    assert set(policy().doings) == set(Interaction) == set(ANSWERS)


def test_changing_a_word_of_a_table_changes_the_version(tables: Callable[..., Path]) -> None:
    changed = agreement.load(NOW, tables("organisations.toml", "Beech House", "Birch House"))
    assert changed.version != policy().version


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("agreement.toml", 'providers = ["ZSC01"]', 'providers = ["ZZZ99"]', "organisation not known: ZZZ99"),
        (
            "agreement.toml",
            'recipients = ["ZSC01"]',
            'recipients = ["ZZZ99"]',
            "organisation not known: ZZZ99",
        ),
        (
            "agreement.toml",
            '"receptionist", "housing_officer"',
            '"porter", "housing_officer"',
            "role not known",
        ),
        ("agreement.toml", '"acute", "community"', '"surgery", "community"', "surgery"),
        ("agreement.toml", 'labels = ["PSY"', 'labels = ["PSYCHE"', "label not known: PSYCHE"),
        ("agreement.toml", 'ceiling = "R"', 'ceiling = "X"', "X"),
        ("agreement.toml", "attendance = 90", "visit = 90", "visit"),
        ("agreement.toml", 'permission = "explicit"', 'permission = "implied"', "needs explicit permission"),
        ("agreement.toml", "children = true", "kids = true", "kids"),
        ("agreement.toml", "end = 2029-04-01T00:00:00Z", "end = 2024-04-01T00:00:00Z", "end after it starts"),
        ("agreement.toml", "start = 2024-04-01T00:00:00Z", "start = 2024-04-01T00:00:00", "time zone"),
        ("agreement.toml", 'basis = "care"', 'basis = "habit"', "habit"),
        ("agreement.toml", "[[clause]]", "[[clause", "agreement.toml"),
        ("agreement.toml", 'exclusions = ["hiv"', 'exclusions = ["adoption"', "cannot be lifted"),
        ("roles.toml", 'labels = ["PSY"', 'labels = ["PSYCHE"', "label not known: PSYCHE"),
        ("labels.toml", 'confidentiality = "R"', 'confidentiality = "Q"', "Q"),
        ("labels.toml", 'exclusion = "hiv"', 'exclusion = "hlv"', "exclusion not known"),
        ("labels.toml", 'code = "HIV"', 'code = "SEX"', "there twice"),
        ("exclusions.toml", '33A)"\nstatute = true', '33A)"', "statute"),
        ("organisations.toml", 'kind = "gp"', 'kind = "vet"', "vet"),
    ],
)
def test_a_table_with_an_unknown_code_or_a_missing_field_is_refused_whole(
    tables: Callable[..., Path], table: str, old: str, new: str, said: str
) -> None:
    with pytest.raises(PolicyError, match=said):
        agreement.load(NOW, tables(table, old, new))


def test_a_clause_whose_example_is_wrong_keeps_the_agreement_from_loading(
    tables: Callable[..., Path],
) -> None:
    folder = tables(
        "agreement.toml",
        'what = "acute/results", because = "caseload"',
        'what = "acute/encounters", because = "caseload"',
    )
    with pytest.raises(PolicyError, match="should deny, but does not"):
        agreement.load(NOW, folder)


def test_a_permit_that_only_another_clause_gives_is_not_this_clause_s_example(
    tables: Callable[..., Path],
) -> None:
    folder = tables(
        "agreement.toml",
        'holder = "ZMH01", what = "mental-health/plan"',
        'holder = "ZGP01", what = "primary-care/plan"',
    )
    with pytest.raises(PolicyError, match="mental-health-summary-to-clinicians: should permit"):
        agreement.load(NOW, folder)


def test_a_clause_without_a_deny_example_keeps_the_agreement_from_loading(
    tables: Callable[..., Path],
) -> None:
    folder = tables(
        "agreement.toml",
        'deny = [\n  { say = "The housing system',
        'permit2 = [\n  { say = "The housing system',
    )
    with pytest.raises(PolicyError, match="field not known: permit2"):
        agreement.load(NOW, folder)
    text = (folder / "agreement.toml").read_text()
    (folder / "agreement.toml").write_text(text[: text.index("permit2 = [")])
    with pytest.raises(PolicyError, match="to-systems: it has no deny example"):
        agreement.load(NOW, folder)


def test_a_missing_table_is_refused_without_naming_a_path(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as refused:
        agreement.load(NOW, tmp_path)
    assert str(tmp_path) not in str(refused.value)


def test_a_clause_about_to_lapse_is_named_ninety_days_ahead() -> None:
    end = min(c.end for c in policy().clauses)
    assert policy().lapsing(end - timedelta(days=91)) == ()
    assert {i for i, _ in policy().lapsing(end - timedelta(days=89))} == {c.id for c in policy().clauses}
    assert policy().lapsing(end) == ()


def test_parties_outside_health_and_care_are_given_nothing_on_implied_permission() -> None:
    given = policy()
    outside = {o.code for o in given.organisations.values() if o.outside}
    assert outside == {"ZHO01", "ZFR01", "ZVC01"}
    implied = [
        c.id for c in given.clauses if c.recipients & outside and c.permission == "implied" and not c.own
    ]
    assert implied == []


def test_no_role_outside_the_professions_can_see_safeguarding() -> None:
    def sees(known: Policy) -> set[str]:
        return {
            r.code for r in known.roles.values() if Heading.SAFEGUARDING in r.headings and not r.professional
        }

    assert sees(policy()) == set()
