"""A person's whole file as one JSON document: the part of translating that every such source shares.

A document has ``person`` and named lists of items. Each item has ``id``, ``on`` (when it began to be
true), ``updatedAt`` (when it was last changed), and may have ``personId``, ``author``, ``sensitivity``,
``restricted`` and ``enteredInError``. What the items mean is in each source's own tables of section -> function.

Rules kept here: an item is translated whole or refused whole; an item of another person refuses the whole
document; a section nobody knows is refused by name; protected places are not kept; a document is a whole telling
of its person when, and only when, nothing of it was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from adapters.elements import Element, identifier, local_system, present
from adapters.fields import BadField, Fields
from adapters.places import redact, without_keysafe_codes
from adapters.sensitivity import Delicacy, read_delicacy
from schemas.codes import Category, Heading
from schemas.contribution import Refusal, RelationshipClaim, Statement, SubjectClaim, Translated, Window
from schemas.errors import BadInput
from schemas.identifiers import Identifier, SubjectKey
from schemas.strictjson import loads

Told: TypeAlias = Statement | RelationshipClaim


_ONE_IDENTIFIER: Final = frozenset({"QuestionnaireResponse", "Composition"})
"""FHIR R4 types that have one identifier where all others have a list."""


@dataclass(frozen=True, slots=True)
class Item:
    """What every item of a document has. ``updated`` is its true time as a version; ``on`` its beginning."""

    id: str
    on: datetime
    updated: datetime
    author: str
    delicacy: Delicacy


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells, about whom: everything that is the same for all items of one document."""

    key: SubjectKey
    category: Category
    providers: Mapping[str, str] = field(default_factory=dict)

    def named(self, kind: str, value: str) -> Identifier:
        return Identifier(local_system(self.key.organisation, kind), value)

    def say(
        self,
        item: Item,
        kind: str,
        resource: Element,
        heading: Heading,
        *,
        labels: Iterable[str] = (),
        service: str = "",
        retracts: bool = False,
    ) -> Statement:
        """One statement of ``item``. ``kind`` is the identifier's kind ("package"); labels are added.

        The resource names no person: the store knows whom a statement is about.
        """
        named = self.named(kind, item.id)
        own, single = identifier(named), resource["resourceType"] in _ONE_IDENTIFIER
        return Statement(
            subject=self.key,
            identifier=named,
            resource=present({**resource, "identifier": own if single else [own]}),
            category=self.category,
            heading=heading,
            true_time=item.updated,
            service=service,
            labels=item.delicacy.labels | frozenset(labels),
            exclusions=item.delicacy.exclusions,
            retracts=retracts,
        )


Section: TypeAlias = Callable[[Teller, Item, Fields], Iterable[Told]]


@dataclass(frozen=True, slots=True)
class Who:
    """What the ``person`` part said, and the places that must not be kept anywhere in the document."""

    claim: Translated
    key: SubjectKey
    updated: datetime
    places: tuple[str, ...] = ()


class OtherPerson(BadField):
    """The document holds something about somebody else: none of it can be trusted (IN8)."""


def open_document(content: bytes) -> Fields:
    """The document's outermost object. Raises ``BadField`` for anything that is not strict JSON."""
    try:
        value = loads(content)
    except BadInput as error:
        raise BadField(error.field, error.reason) from None
    return Fields(value)


def translate_document(
    content: bytes,
    *,
    who: Callable[[Fields, Fields], Who],
    teller: Callable[[SubjectKey], Teller],
    sections: Mapping[str, Section],
) -> Translated:
    """Translate one person's document; pure, never raises for bad input."""
    try:
        document = open_document(content)
        document.drop("generatedAt")
        person = document.child("person")
        if person is None:
            raise BadField("person", "is missing")
        found = who(person, document)
        person.done()
        speaks = teller(found.key)
        told: list[Told] = [
            tell_person(c, speaks.named("person", c.key.local_id), found.updated)
            for c in found.claim.subjects
        ]
        refusals: list[Refusal] = []
        for name, section in sections.items():
            for path, value in document.items(name):
                try:
                    told.extend(_read_item(speaks, value, path, section))
                except OtherPerson:
                    raise
                except BadField as error:
                    refusals.append(Refusal(error.field, error.reason, part=path))
        try:
            document.done()
        except BadField as error:
            refusals.append(Refusal(error.field, error.reason, part=error.field))
    except BadField as error:
        return Translated(refusals=(Refusal(error.field, error.reason, part="document"),))
    return assemble(found, told, refusals)


def assemble(found: Who, told: Iterable[Told], refusals: Iterable[Refusal]) -> Translated:
    """Put claims together, with protected places and key safe codes taken out of all."""
    statements: list[Statement] = []
    refused = list(refusals)
    relationships = list(found.claim.relationships)
    for one in told:
        if isinstance(one, RelationshipClaim):
            relationships.append(one)
            continue
        try:
            cleaned = redact(without_keysafe_codes(one.resource), found.places)
        except ValueError as error:
            refused.append(Refusal("content", str(error), part=one.type))
            continue
        statements.append(replace(one, resource=cleaned))
    refused = [*found.claim.refusals, *refused]
    return replace(
        found.claim,
        statements=tuple(statements),
        relationships=tuple(relationships),
        refusals=tuple(refused),
        windows=() if refused else (Window(subject=found.key),),
    )


def tell_person(
    claim: SubjectClaim, named: Identifier, at: datetime, without: Iterable[str] = ()
) -> Statement:
    """Who somebody is, as a statement to be kept beside the claim that is traced.

    Former names stay with the claim, for matching: in statements they are very restricted, and telling one
    beside the present name relates a person to whom they were (people-and-safety 1.2). ``without``:
    elements that this source tells too late to be anybody's present ones.
    """
    kept = {k: v for k, v in claim.patient.items() if k not in without}
    if "name" in kept:
        kept["name"] = [n for n in kept["name"] if n.get("use") not in ("old", "maiden")]
    return Statement(
        subject=claim.key,
        identifier=named,
        resource=present(kept),
        category=Category.DEMOGRAPHICS,
        heading=Heading.DEMOGRAPHICS,
        true_time=at,
    )


def _read_item(teller: Teller, value: object, path: str, section: Section) -> list[Told]:
    fields = Fields(value, path)
    other = fields.text("personId")
    if other and other != teller.key.local_id:
        raise OtherPerson(f"{path}.personId", "is another person's")
    on = fields.needed_moment("on")
    item = Item(
        id=fields.needed("id"),
        on=on,
        updated=fields.moment("updatedAt") or on,
        author=fields.text("author"),
        delicacy=read_delicacy(fields),
    )
    mistaken = fields.flag("enteredInError")
    told = list(section(teller, item, fields))
    fields.done()
    if mistaken:
        return [replace(one, retracts=True) for one in told if isinstance(one, Statement)]
    return told
