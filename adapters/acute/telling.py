"""What all segments of one message have in common: who is spoken of, when it was true, during which visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.acute.events import Event
from adapters.elements import Element, identifier, local_system, present
from adapters.wire.hl7v2 import Message
from schemas.codes import Category, Heading
from schemas.contribution import Statement
from schemas.identifiers import Identifier, SubjectKey

CASELOAD: Final = "CASELOAD"
CONTACT: Final = "CONTACT"
"""PV1-18 of community health: being on a team's list, and one contact within it (PV1-50 names the list)."""


@dataclass(frozen=True, slots=True)
class Telling:
    """``at`` is when it is true from, in UTC: ``happened`` (EVN-6), or later where the event counts from when it
    was recorded. ``hidden``: the message says that the person's place must not be shown. ``service`` is the
    hospital service of the visit (PV1-10): labelling looks at it. ``setting`` is CASELOAD or CONTACT (PV1-18) where
    the hospital speaks as the community's nurses and therapists.
    """

    message: Message
    event: Event
    key: SubjectKey
    happened: datetime
    at: datetime
    hidden: bool = False
    visit: Identifier | None = None
    service: str = ""
    setting: str = ""

    def named(self, kind: str, *parts: str) -> Identifier:
        """An identifier of this organisation; several parts make a natural key."""
        return Identifier(local_system(self.key.organisation, kind), "/".join(parts))

    @property
    def category(self) -> Category:
        """Whose information the visit, its results and its letters are. The person's allergies stay the hospital's."""
        return Category.COMMUNITY if self.setting else Category.ACUTE

    @property
    def encounter(self) -> Element:
        """A logical reference to the visit, {} when the message has none: being on a list is no visit."""
        if self.visit is None or self.setting == CASELOAD:
            return {}
        return {"type": "Encounter", "identifier": identifier(self.visit)}

    def say(
        self,
        named: Identifier,
        resource: Element,
        heading: Heading,
        *,
        category: Category = Category.ACUTE,
        at: datetime | None = None,
        labels: Iterable[str] = (),
        retracts: bool = False,
        partial: bool = False,
        clears: Iterable[str] = (),
        subject: SubjectKey | None = None,
        delicate: bool = True,
    ) -> Statement:
        """One statement, of this person or another ``subject``. The resource names no person: the store knows
        whom a statement is about. ``delicate``: the service that it comes from may label it.
        """
        return Statement(
            subject=subject or self.key,
            identifier=named,
            resource=present({"identifier": [identifier(named)], **resource}),
            category=category,
            heading=heading,
            true_time=at or self.at,
            service=self.service if delicate else "",
            labels=frozenset(labels),
            retracts=retracts,
            partial=partial,
            clears=tuple(dict.fromkeys(clears)),
        )
