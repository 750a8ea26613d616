"""The mental health provider's record system over REST: the live source "mental-health".

Reads one JSON file a person and hands it to the mapping in ``sections``. The monthly return is another
source with other lateness: ``adapters.mental_health.mhsds``.
"""

from __future__ import annotations

import httpx

from adapters.connection import Connection
from adapters.dossier import Who
from adapters.fields import Fields
from adapters.mental_health.sections import SECTIONS
from adapters.person import read_person
from adapters.person_source import Layout, PersonSource
from adapters.terms import load
from schemas.codes import Category

FORM = "mental-health-file.json"


def _who(person: Fields, document: Fields, organisation: str) -> Who:
    # Referrals make the relationship here: an open file is not an open caseload.
    return read_person(person, organisation, relationship=None)


_LAYOUT = Layout(FORM, "/api/v1/patients", "record", Category.MENTAL_HEALTH, SECTIONS, _who)


class RecordSystem(PersonSource):
    """One provider's record system."""

    def __init__(
        self, connection: Connection, client: httpx.AsyncClient, name: str = "mental-health"
    ) -> None:
        org = connection.organisation
        terms = load("adapters.mental_health", "mental-health", source=name, organisation=org)
        super().__init__(terms, _LAYOUT, connection, client)
