"""The hazard log keeps its form, its arithmetic and its word: each test that it names exists.

It cannot judge whether a named test proves its control well; that is the Clinical Safety Officer's to ask.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.source_tree import ROOT, syntax_of

LOG = (ROOT / "docs/safety/hazard-log.md").read_text()
FIELDS = ("Way", "Cause", "Harm", "Before", "Control", "Aim", "Proof")
WAYS = {"shown wrongly", "withheld wrongly"}
SEVERITIES = ("Minor", "Significant", "Considerable", "Major", "Catastrophic")
RISK = {
    "Very high": (3, 4, 4, 5, 5),
    "High": (2, 3, 3, 4, 5),
    "Medium": (2, 2, 3, 3, 4),
    "Low": (1, 2, 2, 3, 4),
    "Very low": (1, 1, 2, 2, 3),
}
NO_PROOF = ("none: control not yet built", "none: control built, not yet proven by a test")


@dataclass(frozen=True, slots=True)
class Hazard:
    number: str
    title: str
    fields: dict[str, str]

    @property
    def tests(self) -> tuple[str, ...]:
        return tuple(re.findall(r"`(tests/[^`]+)`", self.fields.get("Proof", "")))


def read_hazards(text: str) -> tuple[Hazard, ...]:
    found = []
    for section in re.split(r"(?m)^### ", text)[1:]:
        number, _, title = section.splitlines()[0].partition(" ")
        found.append(Hazard(number, title, dict(re.findall(r"(?m)^- (\w+): (.+)$", section))))
    return tuple(found)


HAZARDS = read_hazards(LOG)


def risk_of(estimate: str) -> tuple[str, str, int]:
    parts = re.fullmatch(r"(?P<severity>\w+) x (?P<likelihood>[\w ]+) = (?P<risk>\d)", estimate)
    assert parts, estimate
    return parts["severity"], parts["likelihood"], int(parts["risk"])


def is_a_test(name: str) -> bool:
    """True when `tests/file.py::[Class::]test_name` is a function of that file."""
    path, *inner = name.split("::")
    if not inner or not (ROOT / path).is_file():
        return False
    scope: list[ast.stmt] = syntax_of(Path(path)).body
    for step in inner[:-1]:
        classes = [node for node in scope if isinstance(node, ast.ClassDef) and node.name == step]
        if not classes:
            return False
        scope = classes[0].body
    wanted = inner[-1].partition("[")[0]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return wanted.startswith("test_") and any(isinstance(n, functions) and n.name == wanted for n in scope)


def test_the_hazards_are_numbered_without_gaps() -> None:
    assert [hazard.number for hazard in HAZARDS] == [f"H{n:02}" for n in range(1, len(HAZARDS) + 1)]
    assert len(HAZARDS) > 40


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.number)
def test_a_hazard_has_every_field_and_one_of_the_two_ways(hazard: Hazard) -> None:
    # `Open` may follow: what a proven control does not cover yet.
    assert tuple(hazard.fields) in (FIELDS, (*FIELDS, "Open"))
    assert hazard.tests or "Open" not in hazard.fields
    assert all(value.strip() for value in hazard.fields.values())
    assert hazard.fields["Way"] in WAYS


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.number)
def test_a_risk_follows_from_the_printed_matrix_and_a_control_never_raises_it(hazard: Hazard) -> None:
    severity, likelihood, before = risk_of(hazard.fields["Before"])
    same, lower, aim = risk_of(hazard.fields["Aim"])
    assert before == RISK[likelihood][SEVERITIES.index(severity)]
    assert aim == RISK[lower][SEVERITIES.index(same)]
    assert same == severity, "these controls make harm rarer, not milder"
    assert aim <= before


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.number)
def test_a_hazard_names_tests_that_exist_or_says_that_it_has_none(hazard: Hazard) -> None:
    proof = hazard.fields["Proof"]
    if not hazard.tests:
        assert proof.startswith(NO_PROOF)
        return
    assert not proof.startswith("none")
    assert [name for name in hazard.tests if not is_a_test(name)] == []


def test_both_ways_of_going_wrong_are_looked_for() -> None:
    counts = {way: sum(hazard.fields["Way"] == way for hazard in HAZARDS) for way in WAYS}
    assert min(counts.values()) * 3 > len(HAZARDS), counts


def test_the_figures_at_the_head_are_those_of_the_log() -> None:
    proven = sum(bool(hazard.tests) for hazard in HAZARDS)
    assert f"Hazards: {len(HAZARDS)}. With at least one test that proves a control: {proven}." in LOG


def test_the_printed_matrix_is_the_one_that_is_checked() -> None:
    for likelihood, risks in RISK.items():
        assert f"| {likelihood} | {' | '.join(map(str, risks))} |" in LOG


def test_a_test_that_does_not_exist_is_noticed() -> None:
    here = "tests/house/test_hazard_log.py"
    assert is_a_test(f"{here}::test_a_test_that_does_not_exist_is_noticed")
    assert not is_a_test(f"{here}::test_never_written")
    assert not is_a_test(f"{here}::is_a_test")
    assert not is_a_test("tests/house/test_gone.py::test_never_written")
