"""What the viewer is given by ``app``: the rooms behind it, and nothing that they hide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from aggregator.access.sessions import Sessions
from aggregator.access.sign_in import SignIn
from aggregator.care.find import Find
from aggregator.care.history import History
from aggregator.care.identifying import Identifying
from aggregator.care.passport import Passports
from aggregator.care.plans import Plans
from aggregator.care.record import Records
from aggregator.care.reviewing import Reviewing
from aggregator.care.sources import Sources
from aggregator.care.urgent import Urgent


@dataclass(frozen=True, slots=True)
class Pages:
    """``organisations``: names by ODS-style code. ``emergency_reasons``: words by code, as the policy lists them.
    ``operators``: roles that operate feeds.
    """

    title: str
    base_url: str
    sessions: Sessions
    sign_in: SignIn
    records: Records
    find: Find
    plans: Plans
    passports: Passports
    history: History
    urgent: Urgent
    reviewing: Reviewing
    identifying: Identifying
    sources: Sources
    organisations: Mapping[str, str]
    emergency_reasons: Mapping[str, str]
    operators: frozenset[str]

    @property
    def secure(self) -> bool:
        """True when browsers reach this place over TLS: cookies then say so."""
        return self.base_url.startswith("https://")


def pages(request: Request) -> Pages:
    """The services of the application that got this request."""
    given: Pages = request.app.state.pages
    return given
