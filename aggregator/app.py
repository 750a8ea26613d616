"""The only place that wires things together: one ``Place`` in each process, and the doors in front of it.

Nothing is opened before the fork: ``Place.open`` runs inside the process that uses it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from fastapi import FastAPI

from adapters import connection as connections
from adapters import registry
from adapters.demographics.service import Demographics as DemographicsService
from adapters.source import Source
from aggregator.access.callers import Callers
from aggregator.access.gate import Gate
from aggregator.access.sessions import Sessions
from aggregator.access.sign_in import SignIn
from aggregator.care.emergencies import Emergencies
from aggregator.care.events import Events
from aggregator.care.everything import Everything
from aggregator.care.find import Find
from aggregator.care.history import History
from aggregator.care.identifying import Identifying
from aggregator.care.participate import Participate
from aggregator.care.passport import Passports
from aggregator.care.plans import Plans
from aggregator.care.push import Push
from aggregator.care.record import Records
from aggregator.care.reviewing import Reviewing
from aggregator.care.sources import Sources
from aggregator.care.summary import Summaries
from aggregator.care.urgent import Urgent
from aggregator.intake.ingest import Intake
from aggregator.intake.refresh import Refresh
from aggregator.merge.whole import SourceStatus
from aggregator.people.identity import Identity, Tracer
from aggregator.settings import Settings
from aggregator.store.audit import Writers
from aggregator.store.cache import Cache, ProcessCache, RedisCache
from aggregator.store.contributions import Statements
from aggregator.store.facts import LabelIds
from aggregator.store.postgres import Database
from aggregator.store.vault import FileKms, Secrets, Vault
from consent import agreement
from consent.labels import UNKNOWN
from consent.policy import Policy
from schemas.codes import Confidentiality


def outgoing() -> httpx.AsyncClient:
    """The one factory of outgoing HTTP clients: bounded, no redirects, no proxies from the environment."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(5.0, connect=1.0),
        limits=httpx.Limits(max_connections=50, max_keepalive_connections=20),
        follow_redirects=False,
        trust_env=False,
    )


def configured_sources(path: Path, http: httpx.AsyncClient) -> dict[str, Source]:
    """The sources of a place, by name, from its TOML file: see docs/reference/sources.md."""
    return {
        name: registry.make(name, kind, connection, http)
        for name, (kind, connection) in connections.read(path).items()
    }


@dataclass(slots=True)
class Place:
    """Everything of one process, opened. Made by ``open_place``."""

    settings: Settings
    record: Database
    keys: Database
    vault: Vault
    secrets: Secrets
    policy: Policy
    labels: LabelIds
    cache: Cache
    http: httpx.AsyncClient
    identity: Identity
    intake: Intake
    gate: Gate
    statements: Statements
    records: Records
    callers: Callers

    async def ready(self) -> dict[str, bool]:
        """Whether policy, both stores and audit answer now."""
        record = await self.record.answers()
        return {
            "policy": bool(self.policy.clauses),
            "record store": record,
            "key store": await self.keys.answers(),
            "audit": record,
        }


@asynccontextmanager
async def open_place(
    settings: Settings, *, tracer: Tracer | None = None, sources: Mapping[str, Source] | None = None
) -> AsyncIterator[Place]:
    """Open a place in this process and close it again.

    ``tracer`` and ``sources`` stand in for those that the settings name: tests bring their own.
    """
    kms = FileKms(settings.master_key_file, create=settings.demo)
    secrets = Secrets.of(kms)
    record = Database(settings.database_url, "record store", size=16)
    keys = Database(settings.keys_url, "key store", size=4)
    http = outgoing()
    policy = agreement.load(datetime.now(UTC))
    labels = LabelIds(secrets.ids, [*policy.labels, *policy.exclusions, *Confidentiality, UNKNOWN])
    vault = Vault(keys, kms)
    tracer = tracer or DemographicsService(settings.demographics_url, http, settings.demographics_key_file)
    identity = Identity(record, vault, secrets, tracer)
    sources = configured_sources(settings.sources_file, http) if sources is None else sources
    intake = Intake(record, vault, secrets, identity, policy, labels, sources)
    refresh = Refresh(record, intake, identity, settings.refresh_deadline)
    gate = Gate(record, policy, labels)
    statements = Statements(record, vault, Writers(secrets.audit))
    cache: Cache = RedisCache(settings.redis_url) if settings.redis_url else ProcessCache()
    statuses = [SourceStatus(s.terms, True, None, None) for s in sources.values()]
    records = Records(gate, statements, refresh, statuses, cache, secrets, identity)
    callers = Callers(settings.issuer, settings.audience, http, identity.by_number)
    await record.open()
    await keys.open()
    try:
        yield Place(
            settings=settings,
            record=record,
            keys=keys,
            vault=vault,
            secrets=secrets,
            policy=policy,
            labels=labels,
            cache=cache,
            http=http,
            identity=identity,
            intake=intake,
            gate=gate,
            statements=statements,
            records=records,
            callers=callers,
        )
    finally:
        await refresh.close()
        await cache.close()
        await http.aclose()
        await record.close()
        await keys.close()


def web(settings: Settings) -> FastAPI:
    """The web application of one worker: FHIR under /fhir, pages under /."""
    from aggregator.doors.api.routes import make_api
    from aggregator.doors.api.services import Services
    from aggregator.doors.web.routes import add_pages
    from aggregator.doors.web.services import Pages

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_place(settings) as place:
            r = place.records
            app.state.services = Services(
                base_url=f"{settings.base_url}/fhir",
                callers=place.callers,
                records=r,
                everything=Everything(r),
                find=Find(r, place.identity),
                summaries=Summaries(r),
                passports=Passports(
                    r, place.record, place.vault, place.secrets, settings.home, settings.title
                ),
                plans=Plans(r, place.intake, place.identity),
                push=Push(r, place.intake, place.identity, place.record),
                emergencies=Emergencies(r, place.record, place.secrets),
                participate=Participate(r, place.record),
                history=History(r, place.record),
                events=Events(r, place.record),
                sources=Sources(r, place.record, place.intake),
                ready=place.ready,
                issuer=settings.issuer,
            )
            given = app.state.services
            await given.passports.warm()
            app.state.pages = Pages(
                title=settings.title,
                base_url=settings.base_url,
                sessions=Sessions(place.record, place.secrets, place.callers),
                sign_in=SignIn(
                    settings.issuer,
                    settings.client_id,
                    f"{settings.base_url}/signed-in",
                    place.http,
                    place.secrets,
                    place.callers.keys,
                ),
                records=r,
                find=given.find,
                plans=given.plans,
                passports=given.passports,
                history=given.history,
                urgent=Urgent(given.emergencies, place.identity),
                reviewing=Reviewing(r, place.record, place.intake, place.identity),
                identifying=Identifying(r, place.record, place.vault),
                sources=given.sources,
                organisations={o.code: o.name for o in place.policy.organisations.values()},
                emergency_reasons=place.policy.emergency_reasons,
                operators=frozenset(
                    code for code, role in place.policy.roles.items() if "operate" in role.activities
                ),
            )
            yield

    app = FastAPI(title=settings.title, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    make_api(app)
    add_pages(app)
    return app
