"""What the FHIR door is given by ``app``: the rooms behind it, and nothing that they hide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from aggregator.access.callers import Callers
from aggregator.care.emergencies import Emergencies
from aggregator.care.events import Events
from aggregator.care.everything import Everything
from aggregator.care.find import Find
from aggregator.care.history import History
from aggregator.care.participate import Participate
from aggregator.care.passport import Passports
from aggregator.care.plans import Plans
from aggregator.care.push import Push
from aggregator.care.record import Records
from aggregator.care.sources import Sources
from aggregator.care.summary import Summaries


@dataclass(frozen=True, slots=True)
class Services:
    base_url: str  # of the FHIR base, without a slash at the end
    callers: Callers
    records: Records
    everything: Everything
    find: Find
    summaries: Summaries
    passports: Passports
    plans: Plans
    push: Push
    emergencies: Emergencies
    participate: Participate
    history: History
    events: Events
    sources: Sources
    ready: Callable[[], Awaitable[dict[str, bool]]]
    issuer: str


def services(request: Request) -> Services:
    """The services of the application that got this request."""
    given: Services = request.app.state.services
    return given
