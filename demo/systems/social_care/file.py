"""The council's case file of one person, in the words that its own screens use."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from demo.lives import Person
from demo.lives.social_care import SocialCare
from demo.systems.files import File
from demo.systems.telling import end_of, item, person


def files(people: Iterable[Person], today: date) -> Iterator[File]:
    """A file for each local id under which the council knows somebody."""
    everyone = list(people)
    names = {p.key: f"{p.name.given[0]} {p.name.family}" for p in everyone if p.name.given}
    now = end_of(today)
    for one in everyone:
        if one.social_care is None:
            continue
        for index, known in enumerate(one.social_care.known_as):
            sections = _sections(one.social_care, names, now) if index == 0 else {}
            items = [i for section in sections.values() for i in section]
            last = max((i["updatedAt"] for i in items), default=f"{known.since or today}T09:00:00+00:00")
            first = min((i["on"] for i in items), default=None)
            opened = datetime.fromisoformat(first).date() if first else None
            head = person(known, opened, datetime.fromisoformat(last))
            content = {"generatedAt": now.isoformat(), "person": head, **sections}
            yield File(known.local_id, known.nhs_number, last, content)


def _sections(held: SocialCare, names: Mapping[str, str], now: datetime) -> dict[str, list[dict[str, Any]]]:
    return {
        "requests": [
            item(c, now, route=c.route, reason=c.reason or "Support", source=c.source, outcome=c.outcome)
            for c in held.contacts
        ],
        "assessments": [
            item(
                a, now, kind=a.kind, completedOn=a.completed, outcome=a.outcome, worker=a.worker, text=a.text,
                acceptedBy=a.accepted_by,
            )
            for a in held.assessments
        ],
        "packages": [
            item(
                p, now, serviceType=p.service_type, component=p.component, provider=p.provider,
                providerOds=p.provider_ods, delivery=p.delivery, funding=p.funding, visitsADay=p.visits_a_day,
                hoursAWeek=p.hours_a_week, schedule=p.schedule, weeklyCost=p.weekly_cost,
                suspendedSince=p.suspended_since, endedOn=p.ended, endReason=p.end_reason,
            )
            for p in held.packages
        ],
        "alerts": [
            item(a, now, category=a.category, kind=a.kind, text=a.text, endedOn=a.ended) for a in held.alerts
        ],
        "safeguarding": [
            item(
                s, now, types=s.types, text=s.text, place=s.place, sourceOfRisk=s.source_of_risk,
                sourceOfRiskName=names.get(s.source_person or "", ""), stage=s.stage, raisedBy=s.raised_by,
                attendance=s.attendance, personWishes=s.person_wishes, endedOn=s.ended, outcome=s.outcome,
            )
            for s in held.safeguarding
        ],
        "equipment": [
            item(
                e, now, what=e.what, snomed=e.snomed, status=e.status, requestedBy=e.requested_by,
                place=e.place,
                returnedOn=e.returned,
            )
            for e in held.equipment
        ],
        "carers": [
            item(
                c, now, name=c.name, relation=c.relation, agreedTo=c.agreed_to, mayBeTold=c.may_be_told,
                contingency=c.contingency, needs=c.needs, endedOn=c.ended,
            )
            for c in held.carers
        ],
        "supportReasons": [item(r, now, reason=r.reason, endedOn=r.ended) for r in held.reasons],
        "accommodation": [item(a, now, status=a.status,
                               livesAlone=a.lives_alone) for a in held.accommodation],
        "workers": [
            item(
                w, now, name=w.name, role=w.role, team=w.team, phone=w.phone, keyWorker=w.key_worker,
                endedOn=w.ended,
            )
            for w in held.workers
        ],
        "notes": [item(n, now, text=n.text, kind=n.kind) for n in held.notes],
        "aboutMe": [
            item(
                a, now, important=a.important, people=a.people, communicate=a.communicate,
                wellness=a.wellness,
                pleaseDo=a.please_do, pleaseDoNot=a.please_do_not, support=a.support, also=a.also,
                helpedBy=a.helped_by,
            )
            for a in held.about_me
        ],
        "capacity": [
            item(
                c, now, decision=c.decision, outcome=c.outcome, assessor=c.assessor,
                fluctuating=c.fluctuating,
                note=c.note,
            )
            for c in held.capacity
        ],
    }  # fmt: skip
