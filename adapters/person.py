"""The person part of a source's document: who the source says this is.

Makes the claim and the FHIR Patient; whether it is true is decided by ``aggregator.people.identity``
with a trace of our own. A protected address is dropped here and named to the caller, so that it can be
taken out of every other text too.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import Final

from adapters.dossier import Who, open_document
from adapters.elements import (
    Element,
    identifier,
    local_system,
    organisation,
    period,
    phone,
    present,
    uk_extension,
    when,
)
from adapters.fields import BadField, Fields, midnight
from adapters.places import is_protected, standing
from schemas.codes import RelationshipKind
from schemas.contribution import ChoiceClaim, NumberMerge, RelationshipClaim, SubjectClaim, Translated
from schemas.identifiers import CHI_NUMBER, NHS_NUMBER, Identifier, NhsNumber, SubjectKey, nhs_number

GENDERS: Final = {
    "male": "male",
    "female": "female",
    "other": "other",
    "unknown": "unknown",
    "Male": "male",
    "Female": "female",
    "Other": "other",
    "Indeterminate": "other",
    "Not known": "unknown",
    "Unknown": "unknown",
}
_NAME_USES: Final = {
    "usual": "usual",
    "previous": "old",
    "maiden": "maiden",
    "preferred": "nickname",
    "alias": "anonymous",
}
# A Community Health Index number begins with a day and a month; no English number does.
_CHI: Final = re.compile(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{6}")


def read_number(text: str, field: str) -> tuple[NhsNumber | None, Element | None]:
    """(NHS number, its FHIR identifier). A Scottish number is kept as such and never as an NHS number."""
    if not text:
        return None, None
    number = nhs_number(text)
    if number is None:
        raise BadField(field, "is not an NHS number")
    if _CHI.fullmatch(number.digits):
        return None, {"system": CHI_NUMBER, "value": number.digits}
    return number, {"system": NHS_NUMBER, "value": number.digits}


def read_person(
    person: Fields,
    org: str,
    *,
    statuses: tuple[str, ...] = (),
    relationship: RelationshipKind | None = RelationshipKind.CASELOAD,
) -> Who:
    """Read ``person``. ``statuses`` are accommodation statuses found elsewhere in the document.

    ``relationship`` of this organisation with the person is claimed from ``openedOn`` to ``closedOn``.
    Raises ``BadField``: without a sound person part nothing of a document can be kept.
    """
    key = SubjectKey(org, person.needed("id"))
    number, national = read_number(person.text("nhsNumber"), "person.nhsNumber")
    own = Identifier(local_system(org, "person"), key.local_id)
    address, places, kind = _address(person.child("address"))
    flagged, told = bool(person.flag("addressProtected")), (*statuses, kind)
    place = standing(*places)
    hidden = flagged or place.protected or any(map(is_protected, told))
    # A refuge hides every place until an officer says otherwise; a prison its own, while somebody is there.
    restricted = flagged or "REFUGE" in place.labels or any("refuge" in status.casefold() for status in told)
    updated = person.needed_moment("updatedAt")
    claim = SubjectClaim(
        key=key,
        patient=present(
            {
                "resourceType": "Patient",
                "identifier": [identifier(own), *([national] if national else [])],
                "name": [_name(name) for name in person.children("names")],
                "telecom": [_phone(p) for p in person.children("phones")],
                "gender": GENDERS.get(person.one_of("gender", GENDERS)),
                "birthDate": _day(person, "dateOfBirth"),
                "address": [address] if address and not hidden else [],
                "generalPractitioner": _gp(person.text("gpPractice")),
                **_death(person),
                **_multiple(person),
            }
        ),
        nhs_number=number,
        unknown_identity=bool(person.flag("identityUnknown")),
        location_restricted=True if restricted else None,
    )
    claims = Translated(
        subjects=(claim,),
        relationships=_open(person, key, own, relationship),
        choices=_dissent(key, person.flag("sharingDissent"), person.moment("dissentRecordedAt") or updated),
        merges=_merged(person, key),
    )
    return Who(claims, key, updated, places if hidden else ())


def restrictions(content: bytes, org: str) -> Translated:
    """What a file that was refused whole plainly hides or objects to: that does not wait for its mend."""
    try:
        person = open_document(content).child("person")
        key = SubjectKey(org, person.needed("id")) if person else None
    except BadField:
        return Translated()
    if person is None or key is None:
        return Translated()
    hidden = False
    choices: tuple[ChoiceClaim, ...] = ()
    with suppress(BadField):
        hidden = bool(person.flag("addressProtected"))
    with suppress(BadField):
        hidden = hidden or "REFUGE" in standing(*_address(person.child("address"))[1]).labels
    with suppress(BadField):
        if person.flag("sharingDissent"):
            choices = _dissent(
                key, True, person.moment("dissentRecordedAt") or person.needed_moment("updatedAt")
            )
    if not hidden and not choices:
        return Translated()
    own = identifier(Identifier(local_system(org, "person"), key.local_id))
    patient: Element = {"resourceType": "Patient", "identifier": [own]}
    claim = SubjectClaim(key, patient, location_restricted=hidden or None)
    return Translated((claim,), choices=choices)


def _day(person: Fields, name: str) -> str | None:
    day = person.day(name)
    return when(day) if day else None


def _name(name: Fields) -> Element:
    until = name.day("until")
    found = present(
        {
            "use": _NAME_USES.get(name.one_of("use", _NAME_USES), "usual"),
            "family": name.text("family"),
            "given": list(name.texts("given")),
            "prefix": [t] if (t := name.text("title")) else [],
            "period": period(None, until),
        }
    )
    name.done()
    return found


def _phone(entry: Fields) -> Element:
    found = phone(entry.needed("number"), entry.text("kind"))
    entry.done()
    return found


def _address(address: Fields | None) -> tuple[Element | None, tuple[str, ...], str]:
    """(FHIR Address, the texts that would tell it, what kind of place the record calls it)."""
    if address is None:
        return None, (), ""
    lines, postcode, uprn = address.texts("lines"), address.text("postcode"), address.text("uprn")
    use, kind = address.text("use"), address.text("kind")
    found = present(
        {
            "use": "temp" if use == "temporary" else "home",
            "line": list(lines),
            "postalCode": postcode,
            "period": period(address.day("since"), address.day("until")),
            "extension": [address_key(uprn)] if uprn else [],
        }
    )
    address.done()
    # Line by line: a note may name the house or the street without the rest.
    return found, tuple(t for t in (*lines, postcode, uprn) if t), kind


def address_key(uprn: str) -> Element:
    """UK Core's AddressKey extension with a unique property reference number."""
    return {
        "url": uk_extension("AddressKey")["url"],
        "extension": [
            {
                "url": "type",
                "valueCodeableConcept": {
                    "coding": [
                        {"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-AddressKeyType", "code": "UPRN"}
                    ]
                },
            },
            {"url": "value", "valueString": uprn},
        ],
    }


def _gp(ods: str) -> list[Element]:
    return [organisation(ods)] if ods else []


def _death(person: Fields) -> Element:
    day = person.day("dateOfDeath")
    return {"deceasedDateTime": when(day)} if day else {}


def _multiple(person: Fields) -> Element:
    order = person.number("birthOrder")
    return {"multipleBirthInteger": order} if order is not None else {}


def _open(
    person: Fields, key: SubjectKey, own: Identifier, kind: RelationshipKind | None
) -> tuple[RelationshipClaim, ...]:
    opened, closed = person.day("openedOn"), person.day("closedOn")
    if opened is None or kind is None:
        return ()
    end = midnight(closed) if closed else None
    return (RelationshipClaim(key, key.organisation, kind, midnight(opened), end, own),)


def _dissent(key: SubjectKey, dissent: bool | None, recorded: datetime) -> tuple[ChoiceClaim, ...]:
    if dissent is None:
        return ()
    named = Identifier(local_system(key.organisation, "sharing-dissent"), key.local_id)
    # A lifted objection does not permit anything by itself: it ends the denial.
    status = "active" if dissent else "inactive"
    return (ChoiceClaim(key, "deny", recorded, named, status=status),)


def _merged(person: Fields, key: SubjectKey) -> tuple[NumberMerge, ...]:
    into, on = person.text("mergedInto"), person.day("mergedOn")
    if not into:
        return ()
    if on is None:
        raise BadField("person.mergedOn", "is missing although mergedInto is given")
    return (NumberMerge(key, SubjectKey(key.organisation, into), midnight(on)),)
