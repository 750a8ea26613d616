"""What an audit row says. It holds who, why, on whom, by which rules; never clinical content.

The row is committed before the first byte of an answer leaves. How rows are chained is ``store.audit``'s
matter, how they are sealed in order ``access.sealing``'s.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from schemas.caller import Caller
from schemas.decision import Decision

_encode = msgspec.json.Encoder(order="deterministic").encode


def body(caller: Caller | None, action: str, outcome: str, **more: Any) -> str:
    """Canonical JSON of one audit row. ``outcome``: shown, nothing, refused, failed, written ..."""
    who: dict[str, Any] = {}
    if caller is not None:
        who = {
            "user": caller.user_id,
            "role": caller.role,
            "organisation": caller.organisation,
            "purpose": caller.purpose.value if caller.purpose else "",
            "client": caller.client_id,
            "token": caller.token_id,
        }
    return _encode({"action": action, "outcome": outcome, "who": who} | more).decode()


def of_decision(decision: Decision, outcome: str, **more: Any) -> str:
    """The audit row of a decision: its id, the rules that made it, and which classes were shown."""
    return body(
        decision.question.caller,
        decision.question.interaction.value,
        outcome,
        decision=decision.decision_id,
        audience=decision.question.audience.value,
        recipient=decision.question.recipient,
        policy=decision.policy_version,
        rules=[f"{r.stage}:{r.rule}" for r in decision.reasons],
        shown=sorted({f"{g.controller}:{g.category.value}:{g.heading.value}" for g in decision.grants})
        if outcome == "shown"
        else [],
        emergency=decision.emergency or "",
        **more,
    )


def read(row_body: str) -> dict[str, Any]:
    """An audit row's body as parsed JSON."""
    parsed: dict[str, Any] = msgspec.json.decode(row_body)
    return parsed


def as_audit_event(row: tuple[str, int, datetime, str, str]) -> dict[str, Any]:
    """One row (writer, counter, at, person id, body) as a FHIR R4 AuditEvent after IHE BALP's shape."""
    writer, counter, at, person_id, text = row
    told = read(text)
    who = told.get("who", {})
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": f"{writer}-{counter}",
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "subtype": [{"system": "https://carerecord.example/fhir/CodeSystem/action", "code": told["action"]}],
        "action": "C" if told["outcome"] == "written" else "R",
        "recorded": at.isoformat(),
        "outcome": "0" if told["outcome"] in ("shown", "written") else "4",
        "outcomeDesc": told["outcome"],
        "purposeOfEvent": [{"text": who.get("purpose", "")}] if who.get("purpose") else [],
        "agent": [
            {
                "requestor": True,
                "who": {"display": f"{who.get('role', 'nobody')} at {who.get('organisation', 'nowhere')}"},
                "policy": [f"urn:carerecord:policy:{told['policy']}"] if told.get("policy") else [],
            }
        ],
        "source": {"observer": {"display": "carerecord"}},
    }
    if person_id:
        event["entity"] = [{"what": {"reference": f"Patient/{person_id}"}}]
    return {k: v for k, v in event.items() if v not in ([], "")}
