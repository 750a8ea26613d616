"""One council case file, written by hand: every list once."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from adapters.connection import Connection
from adapters.social_care.case_system import FORM, CaseSystem
from adapters.source import Raw

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def item(id_: str, on: str = "2026-09-01T09:00:00+00:00", **more: Any) -> dict[str, Any]:
    return {"id": id_, "on": on, **more}


CASE: dict[str, Any] = {
    "generatedAt": "2026-11-22T09:00:00+00:00",
    "person": {
        "id": "C-1",
        "nhsNumber": "999 000 0018",
        "names": [
            {"use": "usual", "title": "Mr", "given": ["Alan"], "family": "Example"},
            {"use": "preferred", "given": ["Al"]},
            {"use": "previous", "given": ["Alan"], "family": "Formerly"},
        ],
        "dateOfBirth": "1947-03-14",
        "gender": "male",
        "address": {"lines": ["7 Mill Lane", "Woldham"], "postcode": "WL2 9ZZ", "uprn": "999000000007"},
        "phones": [{"number": "01632 960999", "kind": "home"}],
        "gpPractice": "ZGP01",
        "openedOn": "2026-01-05",
        "updatedAt": "2026-11-01T09:00:00+00:00",
    },
    "requests": [item("R1", route="Discharge from Hospital", reason="After a fall", source="hospital")],
    "assessments": [item("A1", kind="care_act", completedOn="2026-09-03", outcome="NFA - Support declined")],
    "packages": [
        item("P1", serviceType="Long Term Support: Community", component="Home Support", provider="Kindly",
             providerOds="ZHC01", visitsADay=2, hoursAWeek=10.5),
        item("P2", serviceType="x", component="Short term residential care", provider="Beech House",
             providerOds="ZCH01", endedOn="2026-10-01"),
    ],
    "alerts": [
        item("L1", category="RTO", kind="not_alone", text="Two to visit"),
        item("L2", category="OTH", kind="keysafe", text="Key safe left of the door, code 1234"),
        item("L3", category="RTS", kind="falls", text="Falls"),
    ],
    "safeguarding": [
        item("S1", types=["neglect"], stage="section_42", text="Shouted at", sourceOfRisk="Son",
             sourceOfRiskName="Barry Example", sensitivity=["safeguarding"]),
    ],
    "equipment": [item("E1", what="Walking frame", status="delivered", snomed="266731002")],
    "carers": [item("K1", name="Barry Example", relation="son", needs="Sleep", contingency="Ring the council")],
    "supportReasons": [item("Q1", reason="Mental health support")],
    "accommodation": [item("H1", status="Tenant: private", livesAlone=False)],
    "workers": [item("W1", name="Grace Okafor", role="Social worker", team="North", keyWorker=True)],
    "notes": [item("N1", text="Visited at 7 Mill Lane.", kind="case_note", restricted=True)],
    "aboutMe": [item("M1", important="My garden", pleaseDo="Knock")],
    "capacity": [item("V1", decision="where to live", outcome="lacks_capacity", assessor="Dr P")],
}  # fmt: skip


def raw_of(case: Any) -> Raw:
    content = case if isinstance(case, bytes) else json.dumps(case).encode()
    return Raw("social-care", FORM, content, NOW, "file")


@pytest.fixture
def case() -> dict[str, Any]:
    return copy.deepcopy(CASE)


@pytest.fixture
def system() -> CaseSystem:
    """No call is made: translating is pure."""
    return CaseSystem(Connection("ZSC01", url="http://127.0.0.1:1"), httpx.AsyncClient())


@pytest.fixture
def translate(system: CaseSystem) -> Callable[[Any], Any]:
    return lambda case: system.translate(raw_of(case))
