"""The mental health record of one person, as the record system hands it out."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from demo.lives import Person
from demo.lives.facts import Span
from demo.lives.mental_health import MentalHealth
from demo.systems import clinical
from demo.systems.files import File
from demo.systems.telling import end_of, item, person, plain


def files(people: Iterable[Person], today: date) -> Iterator[File]:
    """A file for each local id under which the provider knows somebody."""
    now = end_of(today)
    for one in people:
        if one.mental_health is None:
            continue
        for index, known in enumerate(one.mental_health.known_as):
            sections = _sections(one.mental_health, now) if index == 0 else {}
            items = [i for section in sections.values() for i in section]
            last = max((i["updatedAt"] for i in items), default=f"{known.since or today}T09:00:00+00:00")
            first = min((i["on"] for i in items), default=None)
            opened = datetime.fromisoformat(first).date() if first else None
            head = person(known, opened, datetime.fromisoformat(last))
            content = {"generatedAt": now.isoformat(), "person": head, **sections}
            yield File(known.local_id, known.nhs_number, last, content)


def _span(span: Span) -> dict[str, Any]:
    written: dict[str, Any] = plain(
        {"start": span.start, "end": span.end, "what": span.what, "where": span.where}
    )
    return written


def _sections(held: MentalHealth, now: datetime) -> dict[str, list[dict[str, Any]]]:
    return {
        "referrals": [
            item(
                r, now, source=r.source, reason=r.reason.text, reasonSnomed=r.reason.snomed,
                reasonCode=r.reason_code, priority=r.priority, team=r.team, teamName=r.team_name,
                endedOn=r.ended, closure=r.closure, rejected=r.rejected or None,
            )
            for r in held.referrals
        ],
        "contacts": [
            item(
                c, now, referral=c.referral, status=c.status, mechanism=c.mechanism, minutes=c.minutes,
                place=c.place, note=c.note,
            )
            for c in held.contacts
        ],
        "actPeriods": [
            item(
                a, now, legalStatus=a.legal_status, expiresAt=a.expires, endedAt=a.ended,
                mentalCategory=a.mental_category, leave=[_span(s) for s in a.leave],
            )
            for a in held.act
        ],
        "communityOrders": [
            item(
                o, now, expiresOn=o.expires, endedAt=o.ended, conditions=o.conditions,
                recalled=[_span(s) for s in o.recalled],
            )
            for o in held.community_orders
        ],
        "wardStays": [
            item(
                w, now, spell=w.spell, ward=w.ward, bedType=w.bed_type, security=w.security, endedAt=w.ended,
                spellEndedAt=w.spell_ended, clinicallyReadyOn=w.clinically_ready, waitingFor=w.waiting_code,
            )
            for w in held.ward_stays
        ],
        "plans": [
            item(
                p, now, kind=p.kind, lastUpdatedOn=p.updated, agreedWith=p.agreed_with, triggers=p.triggers,
                earlySigns=p.early_signs, helps=p.helps, doesNotHelp=p.does_not_help,
                whoToCall=p.who_to_call, reviewOn=p.review, text=p.text,
            )
            for p in held.plans
        ],
        "risks": [item(r, now, kind=r.kind, text=r.text, endedOn=r.ended) for r in held.risks],
        "coordinators": [
            item(c, now, name=c.name, team=c.team, phone=c.phone, endedOn=c.ended) for c in held.coordinators
        ],
        **clinical.sections(held.clinical, now),
    }  # fmt: skip
