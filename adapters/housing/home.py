"""The home and who lives there: tenancies, notices, household, the dwelling and how one gets in and about.

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
from adapters.places import standing, without_any_code
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
    if (terminated := it.child("terminated")) is not None:
        terminated.flag("isTerminated")
        reason = terminated.text("reasonForTermination") or reason
        terminated.done()
    _skip_asset(it)
    for name in ("currentBalance", "paymentReference", "propertyReference"):
        it.drop(name)  # what somebody owes, and how it is paid, is no care information
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
    for number, notice in enumerate(it.children("notices"), 1):
        yield _notice(teller, replace(item, id=f"{item.id}-{number}"), notice)


def _skip_asset(it: Fields) -> None:
    """The dwelling is told by its own list; here it is only checked to be one."""
    asset = it.child("tenuredAsset")
    if asset is not None:
        for name in ("id", "type", "fullAddress", "uprn", "kind", "propertyReference"):
            asset.text(name)
        asset.done()


def _notice(teller: Teller, item: Item, notice: Fields) -> Told:
    """A notice on the tenancy, such as one seeking possession: Flag, because a home may be lost."""
    kind, served = notice.needed("type"), notice.needed_day("servedDate")
    effective, end = notice.day("effectiveDate"), notice.day("endDate") or notice.day("expiryDate")
    notice.drop("expiryDate")
    notice.done()
    ended = end is not None and end <= item.updated.date()
    return teller.say(
        item,
        "notice",
        {
            "resourceType": "Flag",
            "status": "inactive" if ended else "active",
            "code": concept(f"Notice on the tenancy: {kind}"),
            "period": period(served, end),
            "extension": [local_extension("notice-effective", valueDate=when(effective))]
            if effective
            else [],
        },
        Heading.HOME,
    )


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
    note = "\n".join(text for text in (note, access_note(it, "accessInformation")) if text)
    traits = _traits(it)
    told = standing(kind, words, *lines)
    if told.protected:
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
        labels=told.labels,
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


def access_note(it: Fields, name: str) -> str:
    """What is said of getting in, without any code; the key safe itself is left out."""
    access = it.child(name)
    if access is None:
        return ""
    for secret in ("keysafe", "Keysafe"):
        access.drop(secret)
    texts = [access.text(part) for part in ("description", "Description", "comments", "Comments")]
    access.done()
    return "\n".join(without_any_code(text) for text in texts if text)


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
    for name, words in (
        ("bedrooms", "Bedrooms"), ("numberOfBedrooms", "Bedrooms"), ("floor", "Floor"),
        ("numberOfSteps", "Steps to the entrance"), ("numberOfLifts", "Lifts"),
        ("bathroomFloor", "Floor of the bathroom"),
    ):  # fmt: skip
        number = found.number(name)
        if number is not None:
            if not isinstance(number, int):
                raise BadField(f"{found.path}.{name}", "is not a whole number")
            told.append({"code": concept(words), "valueInteger": number})
    for name, words in (("heating", "Heating"), ("accessibilityComments", "Comments on access")):
        if text := found.text(name):
            told.append({"code": concept(words), "valueString": text})
    for adaptation in found.texts("adaptations"):
        told.append({"code": concept("Adaptation in place"), "valueString": adaptation})
    found.done()
    return told
