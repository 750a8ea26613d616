"""Every route of the web doors has its entry, and no entry outlived its route.

The routes are those of the wired application, which is made here and never started.
"""

from __future__ import annotations

import re

from aggregator.app import web
from aggregator.settings import Settings
from tests.house.source_tree import ROOT

ROUTES_PAGE = (ROOT / "docs/reference/routes.md").read_text()


def served() -> set[str]:
    """Every route of the web doors as `METHOD /path`; HEAD, OPTIONS and the rest-of-path routes left out."""
    given = {"CARERECORD_ISSUER": "http://127.0.0.1:1", "CARERECORD_DEMOGRAPHICS_URL": "http://127.0.0.1:1"}
    routes = web(Settings.read(given, demo=True)).routes
    return {
        f"{method} {getattr(route, 'path', '')}"
        for route in routes
        for method in (getattr(route, "methods", None) or ())
        if method not in ("HEAD", "OPTIONS") and not getattr(route, "path", "").endswith(":path}")
    }


def test_every_route_has_its_entry() -> None:
    assert sorted(route for route in served() if f"`{route}`" not in ROUTES_PAGE) == []


def test_no_route_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`\s]*)`", ROUTES_PAGE))
    assert named - served() == set()


def test_no_route_has_a_place_for_an_nhs_number() -> None:
    assert [route for route in served() if re.search(r"nhs|number|identifier", route, re.IGNORECASE)] == []
