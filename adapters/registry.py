"""The kinds of source on one screen, and how one is made from a place's settings.

Other distributions add kinds as entry points of the group ``carerecord.sources``, under import names of
their own; the entry point is a function (name, Connection, httpx.AsyncClient) -> Source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

import httpx

from adapters.acute.feed import HospitalFeed
from adapters.acute.translate import Sender
from adapters.connection import BadSource, Connection
from adapters.fhir_server import supplier
from adapters.fhir_server.gp_structured import StructuredRecord
from adapters.fhir_server.neighbour import NeighbouringRecord
from adapters.housing.register import HousingRegister
from adapters.mental_health.mhsds import MonthlyReturn
from adapters.mental_health.record_system import RecordSystem
from adapters.social_care.case_system import CaseSystem
from adapters.social_care.cld import ClientLevelData
from adapters.source import Source

Make = Callable[[str, Connection, httpx.AsyncClient], Source]

KINDS: Mapping[str, Make] = {
    "acute": lambda name, c, http: HospitalFeed(Sender(c.organisation, frozenset(c.sites)), name=name),
    "social-care": lambda name, c, http: CaseSystem(c, http, name),
    "social-care-returns": lambda name, c, http: ClientLevelData(c, name),
    "mental-health": lambda name, c, http: RecordSystem(c, http, name),
    "mental-health-returns": lambda name, c, http: MonthlyReturn(c, name),
    "housing": lambda name, c, http: HousingRegister(c, http, name),
    "fhir": lambda name, c, http: NeighbouringRecord(c, http, name),
    "gp-structured": lambda name, c, http: StructuredRecord(c, http, name),
    "gp": supplier.gp,
    "care-home": supplier.care_home,
}
GROUP = "carerecord.sources"


class UnknownKind(BadSource):
    """The settings name a kind of source that nobody offers."""


def make(name: str, kind: str, connection: Connection, http: httpx.AsyncClient) -> Source:
    """One configured source. Raises ``UnknownKind`` naming the kinds there are."""
    if kind in KINDS:
        return KINDS[kind](name, connection, http)
    for entry in entry_points(group=GROUP, name=kind):
        offered: Make = entry.load()
        return offered(name, connection, http)
    offers = {*KINDS, *(entry.name for entry in entry_points(group=GROUP))}
    raise UnknownKind(
        f"source {name}", f"has a kind that nobody offers; there are {', '.join(sorted(offers))}"
    )
