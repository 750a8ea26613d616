"""The viewer over made-up records: its ports answered in memory, nothing behind them.

``Stage`` is what the tests move: who is signed in, which records there are, what was saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI

from aggregator.access.sessions import Session
from aggregator.care.emergencies import Session as Opened
from aggregator.care.passport import Form, Shown
from aggregator.doors.web.routes import add_pages
from aggregator.doors.web.services import Pages
from schemas import strictjson
from schemas.caller import Caller, CallerKind
from schemas.codes import Interaction, Purpose
from schemas.errors import NothingToShow, NotSignedIn, StaleVersion
from schemas.identifiers import NhsNumber
from schemas.plan import Plan
from schemas.record import Record
from tests.doors.web import lives
from tests.doors.web.work import OPERATORS, Work

REASONS = {"life-at-risk": "Life is at risk", "best-interests": "The person cannot be asked: best interests"}


def doctor(**changes: Any) -> Caller:
    made: dict[str, Any] = {
        "user_id": "dr.patel",
        "kind": CallerKind.STAFF,
        "organisation": "ZAC01",
        "role": "doctor",
        "activities": frozenset({"view", "write", "plan", "emergency"}),
        "assurance": 2,
        "purpose": Purpose.DIRECT_CARE,
        "client_id": "viewer",
        "token_id": "t",
        "issuer": "https://issuer.test",
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
        "name": "Dr Asha Patel",
    }
    return Caller(**(made | changes))


def engineer(**changes: Any) -> Caller:
    """Who looks after an organisation's feeds: no record, but the review pile and possible matches."""
    given = {
        "user_id": "ie.novak",
        "organisation": "ZSC01",
        "role": "integration_engineer",
        "activities": frozenset({"review", "identity"}),
        "name": "Iva Novak",
    }
    return doctor(**(given | changes))


@dataclass
class Stage:
    """Everything behind the pages. ``records`` by person id; an absent one is nothing to show."""

    caller: Caller | None = field(default_factory=doctor)
    records: dict[str, Record] = field(default_factory=lambda: {lives.PERSON: lives.a_record()})
    plan: Plan | None = None
    looked: list[dict[str, Any]] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    fails: Exception | None = None
    work: Work = field(default_factory=Work)

    # sessions
    async def of_cookie(self, cookie: str | None) -> Session:
        if self.caller is None:
            raise NotSignedIn("no-session")
        return Session(self.caller, "token-of-this-session")

    async def end(self, cookie: str | None) -> None:
        self.asked.append(("end", cookie))

    # records
    async def record(
        self, caller: Caller, person_id: str, interaction: Interaction = Interaction.RECORD, **_: Any
    ) -> Record:
        if self.fails:
            raise self.fails
        if person_id not in self.records:
            raise NothingToShow()
        return self.records[person_id]

    # find
    async def by_number(self, caller: Caller, number: NhsNumber, *emergency: str) -> Any:
        self.asked.append(("by_number", number.digits))
        if emergency:
            return await self.by_person(caller, lives.PERSON, *emergency)
        return [r for r in self.records.values() if number.digits == lives.NUMBER]

    async def by_name(self, caller: Caller, family: str, birth: Any, given: str = "") -> list[Record]:
        self.asked.append(("by_name", (family, birth, given)))
        return list(self.records.values()) if family.casefold() == "holloway" else []

    # emergency access
    async def by_person(self, caller: Caller, person_id: str, reason: str, text: str) -> Opened:
        self.asked.append(("emergency", (person_id, reason, text)))
        return Opened("s", person_id, datetime.now(UTC))

    # history
    async def in_words(self, caller: Caller, person_id: str, limit: int = 200) -> list[dict[str, Any]]:
        return self.looked

    # plans
    async def read(self, caller: Caller, person_id: str) -> Plan | None:
        return self.plan

    async def save(self, caller: Caller, plan: Plan, if_version: int) -> Plan:
        newest = self.plan.version if self.plan else 0
        if if_version != newest:
            raise StaleVersion("somebody was first")
        self.plan = replace(plan, version=newest + 1)
        return self.plan

    # passports
    async def show(self, caller: Caller, person_id: str, *, form: Form = Form.DOCUMENT, **_: Any) -> Shown:
        if person_id not in self.records:
            raise NothingToShow()
        body = b"%PDF-1.7" if form is Form.PDF else strictjson.dumps(self.document)
        return Shown(body, form, 0, caller.organisation)

    async def freeze(self, caller: Caller, person_id: str, **_: Any) -> Shown:
        self.asked.append(("freeze", person_id))
        return Shown(b"{}", Form.DOCUMENT, 1, caller.organisation)


def viewer(
    stage: Stage, base_url: str = "http://viewer.test", title: str = "Wolds shared care record"
) -> FastAPI:
    """The pages over a stage."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    port: Any = stage
    work: Any = stage.work
    app.state.pages = Pages(
        title=title,
        base_url=base_url,
        sessions=port,
        sign_in=port,
        records=port,
        find=port,
        plans=port,
        passports=port,
        history=port,
        urgent=port,
        reviewing=work,
        identifying=work,
        sources=work,
        organisations=lives.NAMES,
        emergency_reasons=REASONS,
        operators=OPERATORS,
    )
    add_pages(app)
    return app


Made = Callable[[Stage], FastAPI]
