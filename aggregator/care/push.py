"""Systems push: a transaction or batch Bundle, or one resource. All of a transaction is kept, or none of it.

A system writes its own organisation's statements only. Whom a resource is about is told by our own person
id, by a Patient in the same Bundle, or by the sender's own id for somebody it sent before; an NHS number
alone is never enough, whoever's it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from adapters.fhir_server.push import FORM, Pushed, frame
from adapters.source import Raw
from aggregator.access import audit
from aggregator.access.gate import insist
from aggregator.care.record import Records
from aggregator.intake.ingest import Intake, Kept
from aggregator.people.identity import Identity
from aggregator.store import requests
from aggregator.store.postgres import Database
from schemas import strictjson
from schemas.caller import Caller
from schemas.checks import check_bundle, settle
from schemas.codes import Interaction
from schemas.contribution import Resource
from schemas.decision import Decision
from schemas.errors import BadInput, NotAllowed, Unprocessable
from schemas.identifiers import CONTROLLER_TAG, NHS_NUMBER

OURS = "carerecord:"
"""How the local id of somebody begins whom the sender knows by our id only."""
_SUBJECT = ("subject", "patient", "for", "beneficiary")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of the answer to a push; a repeated request gets the same again."""

    status: int
    body: bytes


class Push:
    def __init__(self, records: Records, intake: Intake, identity: Identity, record: Database) -> None:
        self._records = records
        self._intake = intake
        self._identity = identity
        self._record = record

    async def bundle(self, caller: Caller, body: bytes, request_id: str) -> Answer:
        """A transaction or batch. Raises ``Unprocessable`` with every problem named by its element."""
        digest = sha256(body).hexdigest()
        decision = await self._may_write(
            caller
        )  # a repeat is asked for by somebody too, who may be stopped since
        earlier = await self._earlier(caller, request_id, digest)
        if earlier is not None:
            return earlier
        bundle = strictjson.loads(body)
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
            raise BadInput("resourceType", "send a Bundle of type transaction or batch")
        if bundle.get("type") not in ("transaction", "batch"):
            raise Unprocessable("Bundle.type", "it must be transaction or batch")
        _insist_valid(check_bundle(bundle))
        resources = _entries(settle(bundle))
        pushed = await self._pushed(caller, resources, request_id)
        if bundle["type"] == "transaction":
            entries = [_answered(k) for k in await self._keep(caller, decision, pushed)]
        else:
            entries = [await self._one_of_batch(caller, decision, p) for p in pushed]
        made: Any = {"resourceType": "Bundle", "type": f"{bundle['type']}-response", "entry": entries}
        answer = Answer(200, strictjson.dumps(made))
        await self._remember(caller, request_id, digest, answer)
        return answer

    async def resource(
        self,
        caller: Caller,
        resource: Resource,
        request_id: str,
        *,
        retracts: bool = False,
        made_on: int | None = None,
    ) -> Kept:
        """One resource by itself: create, update or delete, told apart by what is kept already.

        ``made_on``: the version that an edit was made on; another one kept meanwhile raises ``StaleVersion``.
        """
        digest = sha256(strictjson.dumps([resource, retracts])).hexdigest()
        decision = await self._may_write(caller)
        earlier = await self._earlier(caller, request_id, digest)
        if earlier is not None:
            return msgspec.json.decode(earlier.body, type=Kept)
        pushed = await self._pushed(caller, [("", resource)], request_id, retracts=retracts)
        kept = (await self._keep(caller, decision, pushed, made_on))[0]
        await self._remember(caller, request_id, digest, Answer(200, msgspec.json.encode(kept)))
        return kept

    async def _earlier(self, caller: Caller, request_id: str, digest: str) -> Answer | None:
        """What this request was answered before. Raises ``Unprocessable`` when its id named another body."""
        if not request_id:
            return None
        async with self._record.transaction() as connection:
            earlier = await requests.earlier(connection, caller.client_id, request_id, digest)
        return None if earlier is None else Answer(earlier.status, earlier.answer)

    async def _remember(self, caller: Caller, request_id: str, digest: str, answer: Answer) -> None:
        if not request_id:
            return
        async with self._record.transaction() as connection:
            if await requests.earlier(connection, caller.client_id, request_id, digest) is None:
                await requests.remember(
                    connection, caller.client_id, request_id, digest, answer.status, answer.body
                )

    async def _may_write(self, caller: Caller) -> Decision:
        snapshot = await self._records.gate.facts(caller, "")
        decision = self._records.gate.decide(caller, snapshot, Interaction.WRITE)
        outcome = "asked" if decision.permit else "refused"
        await self._records.statements.audited(decision.decided_at, "", audit.of_decision(decision, outcome))
        if not decision.permit:
            raise NotAllowed("This caller may not write to the shared record.")
        insist(decision)
        return decision

    async def _pushed(
        self,
        caller: Caller,
        entries: Sequence[tuple[str, Resource]],
        request_id: str,
        *,
        retracts: bool = False,
    ) -> list[Pushed]:
        """Each resource with whom it is about. Raises ``Unprocessable`` naming the entry."""
        patients = {url: r for url, r in entries if r.get("resourceType") == "Patient" and url}
        now = datetime.now(UTC)
        known: dict[str, str] = {}
        made = []
        for index, (_, resource) in enumerate(entries):
            place = f"Bundle.entry[{index}].resource" if len(entries) > 1 or _ else resource["resourceType"]
            _insist_own(resource, caller, place)
            request = f"{caller.client_id}:{request_id}:{index}" if request_id else ""
            if resource.get("resourceType") == "Patient":
                local = _local_id(resource, caller, place)
                made.append(
                    Pushed(resource, local, now, patient=resource, request=request, retracts=retracts)
                )
                continue
            reference = next((resource[n] for n in _SUBJECT if isinstance(resource.get(n), dict)), None)
            if reference is None:
                raise Unprocessable(f"{place}.subject", "say whom it is about")
            patient = patients.get(str(reference.get("reference", "")))
            if patient is not None:
                local = _local_id(patient, caller, place)
                made.append(Pushed(resource, local, now, patient=patient, request=request, retracts=retracts))
                continue
            person_id, local = await self._named(caller, reference, place, known)
            made.append(
                Pushed(
                    resource,
                    local,
                    now,
                    person_id=person_id,
                    request=request,
                    retracts=retracts,
                    # Whoever only names our id shows no knowledge of the person: it opens no door by that.
                    relates=not local.startswith(OURS),
                )
            )
        return made

    async def _named(
        self, caller: Caller, reference: dict[str, Any], place: str, known: dict[str, str]
    ) -> tuple[str, str]:
        """(person id, local id) of a subject that is not in the Bundle."""
        literal = str(reference.get("reference", ""))
        if literal.startswith("Patient/"):
            person_id = literal.removeprefix("Patient/")
            if person_id not in known:
                subjects, local_ids, _ = await self._identity.known_as(person_id)
                if not subjects:
                    raise Unprocessable(f"{place}.subject", "no person has this id here")
                known[person_id] = min(local_ids.get(caller.organisation, [f"{OURS}{person_id}"]))
            return person_id, known[person_id]
        identifier = reference.get("identifier") or {}
        if identifier.get("system") == NHS_NUMBER or not identifier.get("value"):
            raise Unprocessable(
                f"{place}.subject",
                "a number alone is not enough: send the Patient with name and birth date in the same Bundle",
            )
        return "", str(identifier["value"])

    async def _keep(
        self, caller: Caller, decision: Decision, pushed: Sequence[Pushed], made_on: int | None = None
    ) -> Sequence[Kept]:
        source = self._intake.source_of(caller.organisation)
        if source is None:
            raise NotAllowed("This organisation is not set up as a source of the shared record.")
        raw = Raw(source, FORM, frame(caller.organisation, pushed), datetime.now(UTC))
        translated = self._intake.translate(raw)
        _insist_writable(decision, caller, translated)
        expected: dict[tuple[str, str], int] = {}
        if made_on is not None:
            expected = {(s.identifier.system, s.identifier.value): made_on for s in translated.statements}
        receipt = (await self._intake.ingest_many([raw], whole=True, expected=expected))[0]
        if receipt.refusals:
            raise Unprocessable(
                receipt.refusals[0].field,
                receipt.refusals[0].reason,
                tuple((_expression(r.part, r.field), "business-rule", r.reason) for r in receipt.refusals),
            )
        for person_id in sorted(receipt.persons):
            # So that the person can see who wrote.
            row = audit.of_decision(decision, "written")
            await self._records.statements.audited(decision.decided_at, person_id, row)
        return receipt.kept

    async def _one_of_batch(self, caller: Caller, decision: Decision, pushed: Pushed) -> dict[str, Any]:
        try:
            return _answered((await self._keep(caller, decision, [pushed]))[0])
        except (BadInput, NotAllowed) as refused:
            return {"response": {"status": str(refused.status), "outcome": refused.outcome()}}


def _entries(bundle: Resource) -> list[tuple[str, Resource]]:
    """(fullUrl, resource) of each entry. Only creates and updates: what else is asked is refused by name."""
    found = []
    for index, entry in enumerate(bundle.get("entry") or []):
        method = (entry.get("request") or {}).get("method")
        if method not in ("POST", "PUT"):
            raise Unprocessable(f"Bundle.entry[{index}].request.method", "only POST and PUT are taken here")
        if "resource" not in entry:
            raise Unprocessable(f"Bundle.entry[{index}].resource", "there is no resource")
        found.append((str(entry.get("fullUrl", "")), entry["resource"]))
    return found


def _insist_valid(problems: Sequence[Any]) -> None:
    if problems:
        raise Unprocessable(
            problems[0].expression,
            problems[0].reason,
            tuple((p.expression, p.code, p.reason) for p in problems),
        )


def _insist_own(resource: Resource, caller: Caller, place: str) -> None:
    """A system speaks for its own organisation only (access-decision WR1)."""
    for tag in (resource.get("meta") or {}).get("tag") or []:
        if tag.get("system") == CONTROLLER_TAG and tag.get("code") != caller.organisation:
            raise NotAllowed(f"{place}: another organisation is named as its controller.")


def _insist_writable(decision: Decision, caller: Caller, translated: Any) -> None:
    if translated.refusals:
        first = translated.refusals[0]
        if first.field == "resourceType":
            raise NotAllowed("This organisation does not write this kind of information.")
        raise Unprocessable(_expression(first.part, first.field), first.reason)
    for statement in translated.statements:
        if not decision.allows_write(caller.organisation, statement.category, statement.heading):
            raise NotAllowed("This organisation does not write this kind of information.")


def _local_id(patient: Resource, caller: Caller, place: str) -> str:
    for one in patient.get("identifier") or []:
        if one.get("system") != NHS_NUMBER and one.get("value"):
            return str(one["value"])
    raise Unprocessable(f"{place}.identifier", f"give {caller.organisation}'s own identifier of the person")


def _expression(part: str, field: str) -> str:
    kind, _, number = part.partition(" ")
    return f"Bundle.entry[{number}].resource.{field}" if kind == "entry" else field


def _answered(kept: Kept) -> dict[str, Any]:
    status = "201 Created" if kept.new and kept.version == 1 else "200 OK"
    response = {"status": status, "location": f"{kept.type}/{kept.statement_id}"}
    if kept.version:
        response["etag"] = f'W/"{kept.version}"'
    return {"response": response}
