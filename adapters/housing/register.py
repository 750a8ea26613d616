"""The landlord's system over REST: the live source "housing".

Reads one JSON file a resident. It cannot be asked by NHS number: people are found by the timed sweep, and
opening a record refreshes only those whom this landlord's own id is already known for.
"""

from __future__ import annotations

from typing import Final

import httpx

from adapters.connection import Connection
from adapters.dossier import Section
from adapters.housing import alerts, duties, home, works
from adapters.housing.resident import read_resident
from adapters.person_source import Layout, PersonSource
from adapters.terms import load
from schemas.codes import Category

FORM: Final = "resident-file.json"

SECTIONS: Final[dict[str, Section]] = {
    "tenures": home.tenure,
    "assets": home.asset,
    "repairs": works.repair,
    "hazards": works.hazard,
    "adaptations": works.adaptation,
    "homelessness": duties.homelessness,
    "alerts": alerts.alert,
}

_LAYOUT: Final = Layout(
    FORM, "/api/v2/persons", "file", Category.HOUSING, SECTIONS, read_resident, searchable=False
)


class HousingRegister(PersonSource):
    """One landlord's system."""

    def __init__(self, connection: Connection, client: httpx.AsyncClient, name: str = "housing") -> None:
        terms = load("adapters.housing", "housing", source=name, organisation=connection.organisation)
        super().__init__(terms, _LAYOUT, connection, client)
