"""Every decision can be said in plain words, and the words hold nothing of the person's content."""

from __future__ import annotations

import ast
from importlib.resources import files

import pytest

from consent.explain import RULES, STAGES, explain, sentence
from schemas.codes import Interaction
from tests.consent.place import ask, choice, facts, held, policy


def said(who: str, *args: object, **more: object) -> str:
    return "\n".join(explain(ask(who, *args, **more), policy()))  # type: ignore[arg-type]


def test_a_permit_names_the_clauses_that_opened_it() -> None:
    text = said("doctor@ZAC01", facts())
    assert 'clause "care-records-to-clinicians" opens it' in text
    assert "holds until" in text


def test_a_denial_says_which_stage_and_why() -> None:
    assert "Relationship: the caller has no legitimate relationship" in said("doctor@ZAC01", facts(ties=()))
    assert "The person's choices: the person objects." in said(
        "doctor@ZAC01", facts(choices=(choice("deny"),))
    )
    assert "Location: it is about a place" in said("doctor@ZAC01", facts(restricted=True))
    excluded = held("ZGP01/primary-care/problems", exclusions=("fertility-treatment",))
    assert "excluded by law: Licensed fertility treatment" in said("doctor@ZAC01", facts(excluded))
    assert "Nothing can be shown." in said("doctor@ZXX01", facts())
    assert "The function is refused." in said("receptionist@ZAC01", facts(), Interaction.WRITE)


@pytest.mark.parametrize("what", list(Interaction))
@pytest.mark.parametrize("who", ["doctor@ZAC01", "housing_officer@ZHO01", "doctor@ZXX01", "system@ZGP01"])
def test_no_decision_is_explained_by_a_bare_rule_id(who: str, what: Interaction) -> None:
    decision = ask(who, facts(choices=(choice("deny"),), restricted=True), what)
    assert decision.reasons
    for reason in decision.reasons:
        assert reason.stage in STAGES
        assert not sentence(reason, policy()).endswith(f": {reason.rule}.")


def test_every_fixed_rule_that_a_stage_can_name_has_words() -> None:
    """Rules written out in full in the code, and those whose last part comes from a table's own words."""
    named = set()
    for module in files("consent").iterdir():
        if not module.name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Block", "Refusal"):
                stage, rule = node.args[:2]
                if isinstance(stage, ast.Constant):
                    assert stage.value in STAGES
                if isinstance(rule, ast.Constant):
                    named.add(rule.value)
    assert named
    assert named - set(RULES) == set()
