"""Beech House's record of one resident: the stay, observations, care plan, incidents, red bags, their own words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Final

from demo.lives import KnownAs, Person
from demo.lives.care_home import CareHome, HomePlan, Incident, RedBag, Stay
from demo.lives.facts import AboutMe
from demo.systems.suppliers import clinical
from demo.systems.suppliers.elements import (
    HOME,
    Resource,
    concept,
    framed,
    letter,
    moment,
    organisation,
    somebody,
    words,
)
from demo.systems.suppliers.practice import patient

_QUESTIONS: Final = (
    ("important", "What is most important to me"), ("people", "People who are important to me"),
    ("communicate", "How I communicate and how to communicate with me"), ("wellness", "My wellness"),
    ("please_do", "Please do"), ("please_do_not", "Please don't"),
    ("support", "How and when to support me"), ("also", "Also worth knowing about me"),
    ("helped_by", "Supported to write this by"),
)  # fmt: skip


def record(person: Person, now: datetime) -> Iterator[tuple[Resource, list[Resource]]]:
    """(Patient, everything about them) for each number under which Beech House has the person."""
    held = person.care_home
    for known in held.known_as if held else ():
        assert held is not None
        if known.org != HOME.organisation:
            continue
        since = datetime.combine(known.since or now.date(), time(9), UTC)
        who = patient(HOME, person, known, since) | {"managingOrganization": organisation(HOME.organisation)}
        yield who, list(_written(held, known, now)) if known is held.known_as[0] else []


def _written(held: CareHome, known: KnownAs, now: datetime) -> Iterator[Resource]:
    told: list[clinical.Told] = [
        *((s, _stay(s, now)) for s in held.stays),
        *clinical.sections(held.clinical),
        *((p, _plan(p)) for p in held.plans),
        *((i, _incident(i)) for i in held.incidents),
        *((a, _about_me(a)) for a in held.about_me),
        *((b, _red_bag(b)) for b in held.red_bags),
    ]
    for fact, resource in told:
        if fact.on <= now:
            yield framed(HOME, known, fact, now, resource)
    yield from _aids(held, known, now)


def _stay(held: Stay, now: datetime) -> Resource:
    """EpisodeOfCare: an Encounter would read as a stay in hospital."""
    over = held.ended is not None and held.ended <= now.date()
    kind = f"{held.kind.replace('_', '-').capitalize()} stay" + (f", room {held.room}" if held.room else "")
    return {
        "resourceType": "EpisodeOfCare",
        "status": "finished" if over else "active",
        "type": [concept(kind)],
        "managingOrganization": organisation(held.org),
        "period": {"start": moment(held.on)} | ({"end": moment(held.ended)} if held.ended else {}),
    }


def _plan(held: HomePlan) -> Resource:
    more = [
        f"Risk: {held.risk}." if held.risk else "",
        f"Review by {held.due.isoformat()}." if held.due else "",
    ]
    text = " ".join(filter(None, (f"{held.text}.", *more)))
    return letter(f"Care plan: {held.heading}", text, held.on, somebody(held.author))


def _incident(held: Incident) -> Resource:
    text = f"{held.text}. Harm: {held.harm}."
    return letter(f"Incident: {held.kind}", text, held.on, somebody(held.author))


def _about_me(held: AboutMe) -> Resource:
    """QuestionnaireResponse with the headings of About Me (PRSB 2.01)."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "https://beech-house.wolds.example/Questionnaire/about-me",
        "status": "completed",
        "authored": moment(held.on),
        "item": [
            {"linkId": name.replace("_", "-"), "text": question, "answer": [{"valueString": said}]}
            for name, question in _QUESTIONS
            if (said := getattr(held, name))
        ],
    }


def _red_bag(held: RedBag) -> Resource:
    """The checklist as a document: the bag itself travels through the viewer."""
    state = {True: "came back", False: "did not come back", None: "went with the person"}
    rows = [f"Reason: {held.reason}.", *(f"{item.what}: {state[item.back]}." for item in held.items)]
    rows += [f"{h.what}, {moment(h.start)}: handed to {h.where}." for h in held.handovers]
    return letter(f"Red bag {held.number}: checklist", "\n".join(rows), held.on, somebody(held.author))


def _aids(held: CareHome, known: KnownAs, now: datetime) -> Iterator[Resource]:
    """Glasses, hearing aids and dentures that a bag shows the person to have: DeviceRequest, once each."""
    newest: dict[str, tuple[RedBag, bool | None]] = {}
    for bag in held.red_bags:
        if bag.on <= now:
            newest |= {item.what: (bag, item.back) for item in bag.items if item.kind == "aid"}
    for what, (bag, back) in sorted(newest.items()):
        slug = re.sub(r"[^a-z]+", "-", what.lower()).strip("-")
        lost = (
            f"Did not come back with red bag {bag.number} of {moment(bag.on.date())}."
            if back is False
            else ""
        )
        resource: Resource = {
            "resourceType": "DeviceRequest",
            "status": "active" if back is False else "completed",
            "intent": "order",
            "codeCodeableConcept": concept(what),
            "authoredOn": moment(bag.on),
            "note": words(lost or "The person's own, goes with them."),
        }
        yield framed(HOME, known, bag, now, resource, slug)
