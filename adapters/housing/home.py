"""The home and who lives there: tenancies, household, the dwelling and how one gets in and about.

Access codes of key safes arrive in these messages. They are left out on purpose and never kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from adapters.dossier import Item, Teller, Told
from adapters.elements import Element, concept, local_extension, organisation, period, present, when
from adapters.fields import BadField, Fields, midnight
from adapters.housing.codes import TENURES, housing_concept
from adapters.person import address_key
from adapters.places import is_protected
from schemas.codes import Heading, RelationshipKind
from schemas.contribution import RelationshipClaim


def tenure(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A tenancy: EpisodeOfCare, the landlord's relationship, and the household as RelatedPerson."""
    kind = it.child("tenureType")
    code = kind.needed("code") if kind else ""
    words = (kind.text("description") if kind else "") or TENURES.get(code, "")
    if kind:
        kind.done()
    start, end = it.needed_day("startOfTenureDate"), it.day("endOfTenureDate")
    reason = it.text("reasonForTermination")
    _skip_asset(it)
    it.drop("currentBalance")  # what somebody owes is no care information
    yield teller.say(
        item,
        "tenure",
        {
            "resourceType": "EpisodeOfCare",
            "status": "finished" if end else "active",
            "type": [concept("Tenancy"), *([housing_concept("tenure-type", code, words)] if code else [])],
            "managingOrganization": organisation(teller.key.organisation),
            "period": period(start, end),
            "extension": [local_extension("tenure-end-reason", valueString=reason)] if reason else [],
        },
        Heading.HOME,
    )
    until = midnight(end) if end else None
    own = teller.key.organisation
    evidence = teller.named("tenure", item.id)
    yield RelationshipClaim(teller.key, own, RelationshipKind.TENANCY, midnight(start), until, evidence)
    for number, member in enumerate(it.children("householdMembers"), 1):
        yield from _member(teller, replace(item, id=f"{item.id}-{number}"), member, end is None)


def _skip_asset(it: Fields) -> None:
    """The dwelling is told by its own list; here it is only checked to be one."""
    asset = it.child("tenuredAsset")
    if asset is not None:
        for name in ("id", "type", "fullAddress", "uprn", "kind"):
            asset.text(name)
        asset.done()


def _member(teller: Teller, item: Item, member: Fields, active: bool) -> Iterator[Told]:
    member.drop("id")  # somebody else's number in that system
    name, kind = member.needed("fullName"), member.text("personTenureType") or member.text("type")
    member.text("type")
    born, relation = member.day("dateOfBirth"), member.text("relation")
    responsible = bool(member.flag("isResponsible"))
    member.done()
    roles = [concept(relation)] if relation else []
    if kind:
        roles.append(housing_concept("household-member", kind, kind.replace("_", " ")))
    if responsible:
        roles.append(concept("Responsible for the tenancy"))
    yield teller.say(
        item,
        "household-member",
        {
            "resourceType": "RelatedPerson",
            "active": active,
            "relationship": roles,
            "name": [{"text": name}],
            "birthDate": when(born) if born else None,
        },
        Heading.CONTACTS,
        labels={"THIRD_PARTY"},
    )


def asset(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A dwelling: Location; how accessible it is: Observation. A protected one is not kept at all."""
    address = it.child("assetAddress")
    if address is None:
        raise BadField(f"{it.path}.assetAddress", "is missing")
    lines = [line for n in range(1, 5) if (line := address.text(f"addressLine{n}"))]
    postcode, uprn, kind = address.text("postCode"), address.text("uprn"), address.text("kind")
    address.done()
    words, temporary, note = it.text("assetType"), _temporary(it), it.text("note")
    # Two people of one household are two subjects: what each is told must not tell of the other.
    item = replace(item, id=f"{item.id}|{teller.key.local_id}")
    access = it.child("accessInformation")
    if access is not None:
        access.drop("keysafe")
        access.done()
    traits = _traits(it)
    if is_protected(kind):
        return
    yield teller.say(
        item,
        "asset",
        {
            "resourceType": "Location",
            "status": "active",
            "mode": "instance",
            "name": words or "Dwelling",
            "description": note,
            "type": [concept("Temporary accommodation")] if temporary else [],
            "address": present(
                {
                    "line": lines,
                    "postalCode": postcode,
                    "extension": [address_key(uprn)] if uprn else [],
                }
            ),
            "managingOrganization": organisation(teller.key.organisation),
        },
        Heading.HOME,
    )
    if traits:
        yield teller.say(
            item,
            "asset-access",
            {
                "resourceType": "Observation",
                "status": "final",
                "code": concept("Getting in and about at home"),
                "effectiveDateTime": when(item.updated),
                "component": traits,
            },
            Heading.HOME,
        )


def _temporary(it: Fields) -> bool:
    management = it.child("assetManagement")
    if management is None:
        return False
    temporary = bool(management.flag("isTemporaryAccomodation"))
    management.done()
    return temporary


def _traits(it: Fields) -> list[Element]:
    found = it.child("assetCharacteristics")
    if found is None:
        return []
    told: list[Element] = []
    for name, words in (
        ("isStepFree", "Step-free"),
        ("hasStairs", "Stairs"),
        ("hasRampAccess", "Ramp"),
        ("hasLift", "Lift"),
    ):
        value = found.flag(name)
        if value is not None:
            told.append({"code": concept(words), "valueBoolean": value})
    for name, words in (("bedrooms", "Bedrooms"), ("floor", "Floor")):
        number = found.number(name)
        if number is not None:
            if not isinstance(number, int):
                raise BadField(f"{found.path}.{name}", "is not a whole number")
            told.append({"code": concept(words), "valueInteger": number})
    for name, words in (("heating", "Heating"), ("accessibilityComments", "Comments on access")):
        if text := found.text(name):
            told.append({"code": concept(words), "valueString": text})
    found.done()
    return told
