"""What an adapter declares is believed by the completeness grid, so nothing unclear in it is let by."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters import terms
from adapters.source import HeadingTerms, Speaks, Terms
from schemas.codes import Category, Heading
from tests.house.source_tree import ROOT

GOOD = """
title = "Hospice"
category = "community"
speaks = ["pull", "drop"]
every = "1 hour"
fresh_for = "15 minutes"
silent_after = "4 hours"
history = "730 days"
[headings]
demographics = {}
services = { no_rows = "none", vanished = "gone" }
encounters = { category = ["acute", "community"] }
"""
PACKAGES = ("acute", "social_care", "mental_health", "housing", "fhir_server")


def read(text: str) -> Terms:
    return terms.read(tomllib.loads(text), "terms.toml", "hospice", "st-anne", "ZHX01")


def test_everything_that_is_declared_is_in_the_terms() -> None:
    assert read(GOOD) == Terms(
        source="st-anne",
        title="Hospice",
        organisation="ZHX01",
        speaks=frozenset({Speaks.PULL, Speaks.DROP}),
        headings=(
            HeadingTerms(Heading.DEMOGRAPHICS, Category.DEMOGRAPHICS),
            HeadingTerms(Heading.SERVICES, Category.COMMUNITY, "none", "gone"),
            HeadingTerms(Heading.ENCOUNTERS, Category.ACUTE),
            HeadingTerms(Heading.ENCOUNTERS, Category.COMMUNITY),
        ),
        fresh_for=timedelta(minutes=15),
        silent_after=timedelta(hours=4),
        every=timedelta(hours=1),
        history=timedelta(days=730),
    )


@pytest.mark.parametrize(
    ("was", "becomes", "key"),
    [
        ('title = "Hospice"', "", "hospice.title"),
        ('title = "Hospice"', "title = 3", "hospice.title"),
        ('category = "community"', 'category = "hospice"', "hospice.category"),
        ('category = "community"', "category = []", "hospice.category"),
        ('speaks = ["pull", "drop"]', 'speaks = ["phone"]', "hospice.speaks"),
        ('every = "1 hour"', 'every = "often"', "hospice.every"),
        ('every = "1 hour"', 'every = "0 hours"', "hospice.every"),
        ('every = "1 hour"', "", "hospice.every"),
        ('every = "1 hour"', 'every = "5 hours"', "hospice.silent_after"),
        ('silent_after = "4 hours"', "silent_after = 4", "hospice.silent_after"),
        ('history = "730 days"', 'history = "2 years"', "hospice.history"),
        ('"pull", ', "", "hospice.fresh_for"),
        ('title = "Hospice"', 'title = "Hospice"\nstatistical = true', "hospice.statistical"),
        ('title = "Hospice"', 'title = "Hospice"\nstatistical = "yes"', "hospice.statistical"),
        ('title = "Hospice"', 'title = "Hospice"\nfresh = "1 hour"', "hospice.fresh"),
        ("demographics = {}", "", "hospice.headings.demographics"),
        ("demographics = {}", 'demographics = { category = "acute" }', "hospice.headings.demographics"),
        ("demographics = {}", "demographics = {}\nopinions = {}", "hospice.headings.opinions"),
        ("demographics = {}", "demographics = 1", "hospice.headings.demographics"),
        ('"gone" }', '"away" }', "hospice.headings.services.vanished"),
        ('"none"', '"nothing"', "hospice.headings.services.no_rows"),
        ('"gone" }', '"gone", since = 3 }', "hospice.headings.services.since"),
    ],
)
def test_what_is_unclear_is_refused_by_file_and_key(was: str, becomes: str, key: str) -> None:
    assert was in GOOD
    with pytest.raises(terms.BadTerms, match=re.escape(f"terms.toml: {key} ")):
        read(GOOD.replace(was, becomes))


@pytest.mark.parametrize("heading", sorted(terms.NEVER_GONE))
def test_what_safety_rests_on_is_never_taken_back_by_silence(heading: Heading) -> None:
    with pytest.raises(terms.BadTerms, match=f"headings.{heading}.vanished"):
        read(GOOD + f'{heading} = {{ vanished = "gone" }}\n')


def test_no_row_under_allergies_means_none_only_with_the_reason_declared() -> None:
    with pytest.raises(terms.BadTerms, match=r"allergies\.because"):
        read(GOOD + 'allergies = { no_rows = "none" }\n')
    said = read(GOOD + 'allergies = { no_rows = "none", because = "the list is closed at each visit" }\n')
    assert HeadingTerms(Heading.ALLERGIES, Category.COMMUNITY, "none") in said.headings


def test_a_kind_or_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(terms.BadTerms, match=r"adapters\.acute: ambulance is not declared"):
        terms.load("adapters.acute", "ambulance", source="x", organisation="ZAC01")
    with pytest.raises(terms.BadTerms, match=r"adapters\.wire: terms\.toml is missing"):
        terms.load("adapters.wire", "rest", source="x", organisation="ZAC01")


def _all() -> list[tuple[str, Terms]]:
    return [
        (kind, terms.load(f"adapters.{room}", kind, source=kind, organisation="ZXX01"))
        for room in PACKAGES
        for kind in terms.kinds(f"adapters.{room}")
    ]


def _said(duration: timedelta | None, otherwise: str) -> str:
    if duration is None:
        return otherwise
    for unit in ("days", "hours", "minutes"):
        many = duration / timedelta(**{unit: 1})
        if many == int(many):
            return f"{int(many)} {unit if many != 1 else unit[:-1]}"
    raise AssertionError(duration)


def _row(kind: str, said: Terms) -> str:
    names: dict[str, Any] = {
        meaning: ", ".join(dict.fromkeys(h.heading.value for h in said.headings if of(h)))
        for meaning, of in (
            ("holds", lambda h: h.heading is not Heading.DEMOGRAPHICS),
            ("none", lambda h: h.no_rows == "none"),
            ("gone", lambda h: h.vanished == "gone"),
        )
    }
    times = (
        f"{_said(said.every, '?')} / {_said(said.fresh_for, 'not asked')} / {_said(said.silent_after, '?')}"
    )
    history = _said(said.history, "all") + (", statistical" if said.statistical else "")
    shown = " | ".join(names[n] or "nothing" for n in ("holds", "none", "gone"))
    return f"| `{kind}` | {times} | {history} | {shown} |"


@pytest.mark.parametrize(("kind", "said"), _all(), ids=lambda v: v if isinstance(v, str) else "")
def test_the_page_of_the_sources_says_what_the_files_declare(kind: str, said: Terms) -> None:
    page = (ROOT / Path("docs/reference/sources.md")).read_text()
    assert _row(kind, said) in page.splitlines()
