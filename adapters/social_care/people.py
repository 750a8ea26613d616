"""Who is around the person, and what was written: carers, workers, case notes, About Me."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.dossier import Item, Teller, Told
from adapters.elements import (
    coding,
    concept,
    form,
    local_codes,
    organisation,
    period,
    phone,
    plain_text,
    practitioner,
    when,
)
from adapters.fields import BadField, Fields
from adapters.social_care.codes import INTERWEAVE, ROLES
from schemas.codes import Heading


def carer(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """An unpaid carer: RelatedPerson, what they agreed to, and apart from both their own needs."""
    yield _related(teller, item, it, "carer", ("carer",))
    arrangement = form(
        "carer-arrangement",
        item.updated,
        ("agreed-to", "What the carer agreed to do", it.text("agreedTo")),
        ("may-be-told", "What the carer may be told", it.text("mayBeTold")),
        ("contingency", "If the carer cannot", it.text("contingency")),
    )
    if arrangement["item"]:
        yield teller.say(item, "carer-arrangement", arrangement, Heading.CONTACTS)
    needs = form("carer-needs", item.updated, ("needs", "The carer's own needs", it.text("needs")))
    if needs["item"]:
        yield teller.say(item, "carer-needs", needs, Heading.CONTACTS, labels={"THIRD_PARTY"})


def contact(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """Somebody around the person who is no carer: RelatedPerson with what they are to the person."""
    yield _related(teller, item, it, "contact", ())


def _related(teller: Teller, item: Item, it: Fields, kind: str, always: tuple[str, ...]) -> Told:
    name, relation, ended = it.needed("name"), it.text("relation"), it.day("endedOn")
    number, roles = it.text("phone"), dict.fromkeys((*always, *it.texts("roles")))
    if not roles.keys() <= ROLES.keys():
        raise BadField(f"{it.path}.roles", "is not on the list of values")
    coded = [coding(f"{INTERWEAVE}SocialCareSupportRole", *ROLES[role]) for role in roles]
    words = relation or ", ".join(ROLES[role][1] for role in roles)
    return teller.say(
        item,
        kind,
        {
            "resourceType": "RelatedPerson",
            "active": ended is None,
            "relationship": [concept(words, *coded)] if words else [],
            "name": [{"text": name}],
            "telecom": [phone(number)] if number else [],
            "period": period(item.on, ended),
        },
        Heading.CONTACTS,
    )


def worker(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A professional involved: a CareTeam of one, so that each comes and goes by itself."""
    name, role, team = it.needed("name"), it.needed("role"), it.text("team")
    number, ended, key = it.text("phone"), it.day("endedOn"), bool(it.flag("keyWorker"))
    council = organisation(teller.key.organisation)
    yield teller.say(
        item,
        "worker",
        {
            "resourceType": "CareTeam",
            "status": "inactive" if ended else "active",
            "name": team,
            "period": period(item.on, ended),
            "participant": [
                {
                    "role": [concept(role), *([concept("Key worker")] if key else [])],
                    "member": practitioner(name),
                    "onBehalfOf": council,
                    "period": period(item.on, ended),
                }
            ],
            "telecom": [phone(number, "work")] if number else [],
            "managingOrganization": [council],
        },
        Heading.CARE_TEAM,
    )


def note(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A case note: DocumentReference with its words."""
    kind = it.text("kind") or "case_note"
    title = kind.replace("_", " ").capitalize()
    yield teller.say(
        item,
        "note",
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "type": concept(title, coding(local_codes("social-care-document"), kind.replace("_", "-"))),
            "date": when(item.updated),
            "author": [practitioner(item.author)] if item.author else [],
            "custodian": organisation(teller.key.organisation),
            "content": [{"attachment": plain_text(it.needed("text"), title)}],
        },
        Heading.DOCUMENTS,
    )


def about_me(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """The person's own words (PRSB About Me 2.01): QuestionnaireResponse."""
    own = form(
        "about-me",
        item.updated,
        ("important", "What is most important to me", it.text("important")),
        ("people", "People who are important to me", it.text("people")),
        ("communicate", "How I communicate and how to communicate with me", it.text("communicate")),
        ("wellness", "My wellness", it.text("wellness")),
        ("please-do", "Please do", it.text("pleaseDo")),
        ("please-do-not", "Please don't", it.text("pleaseDoNot")),
        ("support", "How and when to support me", it.text("support")),
        ("also", "Also worth knowing about me", it.text("also")),
        ("helped-by", "Supported to write this by", it.text("helpedBy")),
    )
    yield teller.say(item, "about-me", own, Heading.ABOUT_ME)
