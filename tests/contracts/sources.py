"""One of each source, with something good to say, for the suite that every source must pass.

A pulled source is spoken to over a transport of our own double; a dropped one has its folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from adapters import registry
from adapters.connection import Connection
from adapters.mental_health.mhsds import FORM as MHSDS
from adapters.mental_health.record_system import FORM as MENTAL_HEALTH
from adapters.social_care.case_system import FORM as CASE_FILE
from adapters.social_care.cld import FORM as CLD
from adapters.source import Raw, Source
from tests.adapters.acute.messages import evn, header, pid, segment
from tests.adapters.housing.test_register import FILE as HOUSING_FILE
from tests.adapters.housing.test_register import FORM as HOUSING
from tests.adapters.mental_health.test_mhsds import TABLES, packed
from tests.adapters.mental_health.test_record_system import FILE as MENTAL_HEALTH_FILE
from tests.adapters.social_care.conftest import CASE
from tests.adapters.social_care.test_cld import HEADER, ROWS

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


@dataclass(frozen=True, slots=True)
class Kind:
    """``stranger`` is the good input with somebody else's data in it; None where input is of many people."""

    kind: str
    organisation: str
    form: str
    good: bytes
    people: str = ""  # path of the collection, for a source that is asked
    file: str = ""
    suffix: str = ""  # of a dropped file
    stranger: bytes | None = None

    def make(self, handler: Callable[[httpx.Request], httpx.Response], folder: Path) -> Source:
        connection = Connection(self.organisation, url="http://source.example", folder=folder, deadline=0.5)
        return registry.make(
            self.kind, self.kind, connection, httpx.AsyncClient(transport=httpx.MockTransport(handler))
        )

    def raw(self, content: bytes) -> Raw:
        return Raw(self.kind, self.form, content, NOW)


def _with_stranger(file: dict[str, Any], section: str) -> bytes:
    return _json(file | {section: [file[section][0] | {"personId": "somebody-else"}, *file[section][1:]]})


KINDS = (
    Kind(
        "social-care",
        "ZSC01",
        CASE_FILE,
        _json(CASE),
        "/api/v1/people",
        "file",
        stranger=_with_stranger(CASE, "alerts"),
    ),
    Kind("social-care-returns", "ZSC01", CLD, "\r\n".join([HEADER, *ROWS, ""]).encode(), suffix=".csv"),
    Kind(
        "mental-health",
        "ZMH01",
        MENTAL_HEALTH,
        _json(MENTAL_HEALTH_FILE),
        "/api/v1/patients",
        "record",
        stranger=_with_stranger(MENTAL_HEALTH_FILE, "plans"),
    ),
    Kind("mental-health-returns", "ZMH01", MHSDS, packed(TABLES), suffix=".zip"),
    Kind(
        "housing",
        "ZHO01",
        HOUSING,
        _json(HOUSING_FILE),
        "/api/v2/persons",
        "file",
        stranger=_with_stranger(HOUSING_FILE, "repairs"),
    ),
)
HOSPITAL = Kind(
    "acute",
    "ZAC01",
    "hl7v2",
    "\r".join(
        [
            header("ADT^A28"),
            evn(),
            pid(),
            segment("NK1", f1="1", f2="WOLDS^BEN", f3="1"),
            segment("AL1", f1="1", f2="DA", f3="Z88.0^PENICILLIN^I10", f4="SV", f5="RASH"),
            "",
        ]
    ).encode(),
)
"""Its messages are whole or not at all by their frame, and a cut one is the wire's matter: see its own tests."""

ASKED = tuple(k for k in KINDS if k.people)
DROPPED = tuple(k for k in KINDS if k.suffix)
