"""What a message claims about who someone is, what they chose, and what must not be told of where they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adapters.acute.identity import Identity
from adapters.acute.patient import LOCATION_ELEMENTS, places_told, read_patient
from adapters.acute.sharing import Sharing
from adapters.acute.telling import Telling
from adapters.acute.values import text
from adapters.elements import identifier, local_system
from adapters.fields import BadField
from adapters.places import redact
from adapters.wire.hl7v2 import Message, Segment
from schemas.codes import Category, Heading
from schemas.contribution import ChoiceClaim, Statement, SubjectClaim
from schemas.identifiers import Identifier, SubjectKey


def tell_person(
    pid: Segment, identity: Identity, sharing: Sharing, telling: Telling, *, whole: bool
) -> tuple[SubjectClaim, Statement]:
    """Who the person is, as a claim to be traced and as a statement to be kept."""
    # A merge of several people has a PD1 after each PID, which one belongs to whom is not told apart here.
    alone = len(telling.message.segments("PID")) == 1
    resource, clears = read_patient(pid, telling.message.segment("PD1") if alone else None)
    resource = {**resource, "identifier": list(identity.elements)}
    if telling.hidden:
        resource = {name: value for name, value in resource.items() if name not in LOCATION_ELEMENTS}
        clears = (*clears, *LOCATION_ELEMENTS)
    unknown = text(pid, 31).upper()
    if unknown not in ("", "Y", "N"):
        raise BadField("PID-31", "is neither Y nor N")
    claim = SubjectClaim(
        key=identity.key,
        patient=resource,
        nhs_number=identity.nhs_number,
        unknown_identity={"Y": True, "N": False}.get(unknown),
        location_restricted=sharing.hidden,
        at=telling.at,
    )
    statement = telling.say(
        telling.named("person", identity.key.local_id),
        resource,
        Heading.DEMOGRAPHICS,
        category=Category.DEMOGRAPHICS,
        partial=not whole,
        clears=clears,
        delicate=False,
    )
    return claim, statement


def tell_choice(sharing: Sharing, telling: Telling) -> list[ChoiceClaim]:
    if sharing.dissent is None:
        return []
    # Express consent permits nothing by itself here: it ends the objection that this hospital told before.
    status = "active" if sharing.dissent else "inactive"
    named = telling.named("sharing-dissent", telling.key.local_id)
    return [ChoiceClaim(telling.key, "deny", telling.at, named, status=status)]


def tell_others(
    keys: Iterable[SubjectKey], told: Iterable[SubjectClaim], hidden: bool | None = None
) -> list[SubjectClaim]:
    """Claims for numbers that only MRG names, so that a merge is kept although nobody met the number yet."""
    known = {claim.key for claim in told}
    return [
        SubjectClaim(
            key=key,
            patient={
                "resourceType": "Patient",
                "identifier": [
                    identifier(Identifier(local_system(key.organisation, "person"), key.local_id))
                ],
            },
            location_restricted=hidden,
        )
        for key in dict.fromkeys(keys)
        if key not in known
    ]


def shield(message: Message, statements: list[Statement]) -> list[Statement]:
    """The statements without the addresses and numbers that the message tells of a hidden person in any text."""
    places = places_told(message.segments("PID")[0], message.segments("NK1"))
    return [
        one if one.type == "Patient" else replace(one, resource=redact(one.resource, places))
        for one in statements
    ]
