"""Systems push: a transaction or batch Bundle, or one resource. All of a transaction is kept, or none of it.

A system writes its own organisation's statements only. Whom a resource is about is told by our own person
id, by a Patient in the same Bundle, or by the sender's own id for somebody it sent before; an NHS number
alone is never enough, whoever's it is. Whose number it is cannot be learnt here: whenever the person whom a
number names was not confirmed, the answer is the same, whatever the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from adapters.fhir_server.people import local_id as local_id_of
from adapters.fhir_server.push import FORM, HEADINGS, Pushed, frame, frame_refused
from adapters.source import Raw
from aggregator.access import audit
from aggregator.access.gate import insist
from aggregator.care import functions, push_answers, sent
from aggregator.care.push_answers import ACCEPTED, Answer
from aggregator.care.record import Records
from aggregator.care.sent import Sent
from aggregator.intake.ingest import Intake, Kept
from aggregator.people.identity import Identity
from aggregator.store import requests, subjects
from aggregator.store.postgres import Database
from schemas import strictjson
from schemas.caller import Caller
from schemas.checks import check_bundle, settle
from schemas.codes import Interaction
from schemas.contribution import Refusal, Resource, Translated
from schemas.decision import Decision
from schemas.errors import BadInput, NotAllowed, Unprocessable
from schemas.identifiers import NHS_NUMBER, SubjectKey

OURS = "carerecord:"
"""How the local id of somebody begins whom the sender knows by our id only."""


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
        answer = await (self._transaction if bundle["type"] == "transaction" else self._batch)(
            caller, decision, bundle, request_id
        )
        await self._remember(caller, request_id, digest, answer)
        return answer

    async def _transaction(
        self, caller: Caller, decision: Decision, bundle: Resource, request_id: str
    ) -> Answer:
        if problems := check_bundle(bundle):
            raise sent.invalid(problems)
        entries = [sent.entry_of(i, entry) for i, entry in enumerate(settle(bundle).get("entry") or [])]
        if not entries:
            raise Unprocessable("Bundle.entry", "there is nothing in it")
        sent.insist_one_each(entries, caller.organisation)
        found = sent.patients(entries, caller.organisation)
        known: dict[str, str] = {}
        pushed = [await self._pushed(caller, entry, found, known, request_id) for entry in entries]
        kept = await self._keep(caller, decision, entries, pushed)
        if kept is None:
            return ACCEPTED
        return push_answers.of_bundle(bundle, [push_answers.of_entry(k) for k in kept])

    async def _batch(self, caller: Caller, decision: Decision, bundle: Resource, request_id: str) -> Answer:
        """Each entry by itself: what is wrong with one costs the others nothing."""
        problems = check_bundle(bundle)
        refused: dict[int, BadInput | NotAllowed] = {}
        if problems:
            refused |= sent.broken_entries(bundle, problems)
        entries: dict[int, Sent] = {}
        for index, entry in enumerate(bundle.get("entry") or []):
            try:
                if index not in refused:
                    entries[index] = sent.entry_of(index, settle(entry))
            except BadInput as error:
                refused[index] = error
        found = sent.patients(entries.values(), caller.organisation)
        known: dict[str, str] = {}
        answers = []
        for index, entry in enumerate(bundle.get("entry") or []):
            try:
                if index in refused:
                    raise refused[index]
                pushed = await self._pushed(caller, entries[index], found, known, request_id)
                kept = await self._keep(caller, decision, [entries[index]], [pushed])
                answers.append(push_answers.of_entry(kept[0] if kept else None))
            except (BadInput, NotAllowed) as error:
                await self.put_aside(caller, strictjson.dumps(entry), error)
                answers.append({"response": {"status": str(error.status), "outcome": error.outcome()}})
        return push_answers.of_bundle(bundle, answers)

    async def resource(
        self,
        caller: Caller,
        resource: Resource,
        request_id: str,
        *,
        retracts: bool = False,
        made_on: int | None = None,
    ) -> Kept | None:
        """One resource by itself: create, update or delete, told apart by what is kept already.

        ``made_on``: the version that an edit was made on; another one kept meanwhile raises ``StaleVersion``.
        None: accepted, and to be answered with ``UNCONFIRMED``.
        """
        digest = sha256(strictjson.dumps([resource, retracts])).hexdigest()
        decision = await self._may_write(caller)
        earlier = await self._earlier(caller, request_id, digest)
        if earlier is not None:
            return None if earlier == ACCEPTED else msgspec.json.decode(earlier.body, type=Kept)
        entry = sent.alone(resource)
        pushed = await self._pushed(caller, entry, {}, {}, request_id, retracts=retracts)
        kept = await self._keep(caller, decision, [entry], [pushed], made_on)
        answer = ACCEPTED if kept is None else Answer(200, msgspec.json.encode(kept[0]))
        await self._remember(caller, request_id, digest, answer)
        return kept[0] if kept else None

    async def put_aside(self, caller: Caller, body: bytes, refused: BadInput | NotAllowed) -> None:
        """Keep what was refused at the door, sealed, with an entry in review for each reason.

        Only of those who may write: nobody else's body is kept.
        """
        source = self._intake.source_of(caller.organisation)
        if source is None or not (await functions.ask(self._records, caller, Interaction.WRITE)).permit:
            return
        why = [Refusal(field, reason) for field, reason in sent.problems_of(refused)]
        content = frame_refused(caller.organisation, body, why)
        await self._intake.ingest_many([Raw(source, FORM, content, datetime.now(UTC))], whole=True)

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
        decision = await functions.ask(self._records, caller, Interaction.WRITE)
        outcome = "asked" if decision.permit else "refused"
        await self._records.statements.audited(decision.decided_at, "", audit.of_decision(decision, outcome))
        if not decision.permit:
            raise NotAllowed("This caller may not write to the shared record.")
        insist(decision)
        return decision

    async def _pushed(
        self,
        caller: Caller,
        entry: Sent,
        found: dict[str, Sent],
        known: dict[str, str],
        request_id: str,
        *,
        retracts: bool = False,
    ) -> Pushed:
        """One resource with whom it is about; ``known`` remembers our ids. Raises ``Unprocessable`` naming it."""
        sent.insist_own(entry, caller.organisation)
        resource, place = entry.resource, entry.place
        if resource["resourceType"] not in HEADINGS and resource["resourceType"] != "Patient":
            raise NotAllowed(
                "This kind of resource is not written to the shared record.",
                expression=f"{place}.resourceType",
            )
        request = f"{caller.client_id}:{request_id}:{entry.index}" if request_id else ""
        now = datetime.now(UTC)
        patient = (
            entry
            if resource["resourceType"] == "Patient"
            else sent.named_in(entry, found, caller.organisation)
        )
        if patient is not None:
            local = sent.local_id(patient, caller.organisation)
            if local.startswith(
                OURS
            ):  # who knows our id only would tell who that is, and claim to care for them
                raise Unprocessable(
                    f"{patient.place}.identifier", "that is our name for a person: give your own"
                )
            return Pushed(resource, local, now, patient=patient.resource, request=request, retracts=retracts)
        if entry.subject is None:
            raise Unprocessable(entry.subject_place, "say whom it is about")
        person_id, local = await self._named(caller, entry.subject, entry.subject_place, known)
        # Whoever only names our id shows no knowledge of the person: it opens no door by that.
        relates = not local.startswith(OURS)
        return Pushed(
            resource, local, now, person_id=person_id, request=request, retracts=retracts, relates=relates
        )

    async def _named(
        self, caller: Caller, reference: dict[str, Any], place: str, known: dict[str, str]
    ) -> tuple[str, str]:
        """(person id, local id) of a subject that is not in the Bundle."""
        literal = str(reference.get("reference", ""))
        if literal:
            person_id = literal.removeprefix("Patient/")
            if not literal.startswith("Patient/"):
                raise Unprocessable(place, "names nobody in this Bundle, and no person here as Patient/id")
            if person_id not in known:
                found, local_ids, _ = await self._identity.known_as(person_id)
                if not found:
                    raise Unprocessable(place, "no person has this id here")
                known[person_id] = min(local_ids.get(caller.organisation, [f"{OURS}{person_id}"]))
            return person_id, known[person_id]
        identifier = reference.get("identifier") or {}
        local = local_id_of(identifier, caller.organisation)
        if identifier.get("system") == NHS_NUMBER or not local:
            raise Unprocessable(
                place,
                "a number alone is not enough: send the Patient with name and birth date in the same Bundle",
            )
        key = self._identity.local_key(SubjectKey(caller.organisation, local))
        async with self._record.connection() as connection:
            if not await subjects.by_local_keys(connection, [key]):
                raise Unprocessable(
                    place, "nobody was sent under this identifier yet: send the Patient first"
                )
        return "", local

    async def _keep(
        self,
        caller: Caller,
        decision: Decision,
        entries: Sequence[Sent],
        pushed: Sequence[Pushed],
        made_on: int | None = None,
    ) -> Sequence[Kept] | None:
        """What was kept; None when the person whom a number names could not be confirmed."""
        source = self._intake.source_of(caller.organisation)
        if source is None:
            raise NotAllowed("This organisation is not set up as a source of the shared record.")
        raw = Raw(source, FORM, frame(caller.organisation, pushed), datetime.now(UTC))
        translated = self._intake.translate(raw)
        _insist_writable(decision, caller, translated, entries)
        expected: dict[tuple[str, str], int] = {}
        if made_on is not None:
            expected = {(s.identifier.system, s.identifier.value): made_on for s in translated.statements}
        (receipt,) = await self._intake.ingest_many(
            [raw], whole=True, expected=expected, translated=[translated]
        )
        for person_id in sorted(receipt.persons):
            # So that the person can see who wrote.
            row = audit.of_decision(decision, "written")
            await self._records.statements.audited(decision.decided_at, person_id, row)
        if receipt.unconfirmed:
            return None
        if receipt.refusals:
            raise push_answers.refused(receipt.refusals, entries)
        return receipt.kept


def _insist_writable(
    decision: Decision, caller: Caller, translated: Translated, entries: Sequence[Sent]
) -> None:
    if not_theirs := [r for r in translated.refusals if r.field == "resourceType"]:
        raise push_answers.not_writable(push_answers.named(not_theirs[0], entries))
    if translated.refusals:
        raise push_answers.refused(translated.refusals, entries)
    for statement, entry in zip(translated.statements, entries, strict=True):
        if not decision.allows_write(caller.organisation, statement.category, statement.heading):
            raise push_answers.not_writable(f"{entry.place}.resourceType")
