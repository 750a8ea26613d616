"""The council's case system over REST: the live source "social-care".

Reads one JSON file a person and hands it to the mapping in ``sections``. The quarterly return is another
source with other lateness: ``adapters.social_care.cld``.
"""

from __future__ import annotations

import httpx

from adapters.connection import Connection
from adapters.dossier import Who
from adapters.fields import Fields
from adapters.person import read_person
from adapters.person_source import Layout, PersonSource
from adapters.social_care.sections import SECTIONS
from adapters.terms import load
from schemas.codes import Category

FORM = "case-file.json"


def last_statuses(document: Fields) -> tuple[str, ...]:
    """The newest accommodation status, and every refuge: that restriction stays until an officer lifts it."""
    items = document.peek("accommodation")
    rows = [i for i in items if isinstance(i, dict)] if isinstance(items, list) else []
    known = [(str(i.get("on", "")), str(i.get("status", ""))) for i in rows]
    last = max(known, default=("", ""))[1]
    return (last, *(status for _, status in known if "refuge" in status.casefold()))


def _who(person: Fields, document: Fields, organisation: str) -> Who:
    return read_person(person, organisation, statuses=last_statuses(document))


_LAYOUT = Layout(FORM, "/api/v1/people", "file", Category.SOCIAL_CARE, SECTIONS, _who)


class CaseSystem(PersonSource):
    """One council's case system."""

    def __init__(self, connection: Connection, client: httpx.AsyncClient, name: str = "social-care") -> None:
        org = connection.organisation
        terms = load("adapters.social_care", "social-care", source=name, organisation=org)
        super().__init__(terms, _LAYOUT, connection, client)
