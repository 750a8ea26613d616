"""The practice's record of one patient: the Patient, and what the practice has written down."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from demo.lives import KnownAs, Person
from demo.lives.facts import Fact
from demo.lives.gp import Consultation, Frailty, Gp, Immunisation
from demo.systems.suppliers import clinical
from demo.systems.suppliers.elements import (
    GP,
    HL7,
    NHS_NUMBER,
    SNOMED,
    Resource,
    Supplier,
    coded,
    concept,
    framed,
    moment,
    organisation,
    somebody,
    status,
    words,
)

_NAMES: Final = {
    "usual": "usual",
    "previous": "old",
    "maiden": "maiden",
    "preferred": "nickname",
    "alias": "anonymous",
}
_FRAILTY: Final = {
    "mild": ("925791000000100", "Mild frailty"), "moderate": ("925831000000107", "Moderate frailty"),
    "severe": ("925861000000102", "Severe frailty"),
}  # fmt: skip
_HOW: Final = {"surgery": "AMB", "telephone": "VR", "home_visit": "HH", "out_of_hours": "AMB"}
_FLAG_CATEGORY: Final = "https://carerecord.example/fhir/CodeSystem/flag-category"
_MINUTES: Final = timedelta(minutes=10)


def patient(supplier: Supplier, person: Person, known: KnownAs, since: datetime) -> Resource:
    """The Patient as this organisation has it. `since` is when it was typed in."""
    numbers = [{"system": supplier.system("patient"), "value": known.local_id}]
    if known.nhs_number:
        numbers.append({"system": NHS_NUMBER, "value": known.nhs_number})
    resource: Resource = {
        "resourceType": "Patient",
        "meta": {"lastUpdated": moment(since)},
        "identifier": numbers,
        "active": known.until is None,
        "name": [_name(known, n) for n in range(len(known.names))],
        "birthDate": known.birth_date.isoformat(),
        "gender": known.gender,
    }
    if person.birth_order:
        resource["multipleBirthInteger"] = person.birth_order
    if known.phones:
        resource["telecom"] = [
            {"system": "email", "value": p.number}
            if p.kind == "email"
            else {"system": "phone", "value": p.number, "use": p.kind}
            for p in known.phones
        ]
    if known.address:
        where = known.address
        lines, town = where.lines[:-1] or where.lines, where.lines[-1] if len(where.lines) > 1 else ""
        resource["address"] = [
            {
                "use": "home" if where.use == "home" else "temp",
                "line": list(lines),
                "postalCode": where.postcode,
            }
            | ({"city": town} if town else {})
        ]
    if person.interpreter or person.language != "en":
        language = concept(person.interpreter or person.language, ("urn:ietf:bcp:47", person.language))
        resource["communication"] = [{"language": language, "preferred": True}]
    return resource


def _name(known: KnownAs, index: int) -> Resource:
    name = known.names[index]
    made: Resource = {"use": _NAMES[name.use]}
    if name.family:
        made["family"] = name.family
    if name.given:
        made["given"] = list(name.given)
    if name.title:
        made["prefix"] = [name.title]
    if name.until:
        made["period"] = {"end": name.until.isoformat()}
    return made


def record(person: Person, now: datetime) -> Iterator[tuple[Resource, list[Resource]]]:
    """(Patient, everything about them) for each number under which the practice has the person."""
    held = person.gp_record
    for known in held.known_as if held else ():
        assert held is not None
        first = held.registered or known.since or now.date()
        who = patient(GP, person, known, datetime.combine(first, time(9), UTC))
        # A temporary resident is seen here and stays on the list of another practice.
        if held.registered:
            who |= {"generalPractitioner": [organisation(GP.organisation)],
                    "managingOrganization": organisation(GP.organisation)}  # fmt: skip
        at = datetime.combine(first, time(9), UTC)
        written = [*_needs(person, known, at, now), *_written(held, known, now)]
        yield who, written if known is held.known_as[0] else []


def _needs(person: Person, known: KnownAs, at: datetime, now: datetime) -> Iterator[Resource]:
    """Communication needs and reasonable adjustments, as the practice typed them in at registration."""
    told = [("communication-need", text) for text in person.needs]
    told += [("reasonable-adjustment", text) for text in person.adjustments]
    for number, (kind, text) in enumerate(told, 1):
        flag: Resource = {
            "resourceType": "Flag",
            "status": "active",
            "category": [concept("", (_FLAG_CATEGORY, kind))],
            "code": concept(text),
            "period": {"start": at.date().isoformat()},
        }
        yield framed(GP, known, Fact(id=f"{known.local_id}-need-{number}", on=at), now, flag)


def _written(held: Gp, known: KnownAs, now: datetime) -> Iterator[Resource]:
    told: list[clinical.Told] = [
        *clinical.sections(held.clinical),
        *((i, _immunisation(i)) for i in held.immunisations),
        *((f, _frailty(f)) for f in held.frailty),
        *((c, _consultation(c)) for c in held.consultations),
    ]
    for fact, resource in told:
        if fact.on <= now:
            yield framed(GP, known, fact, now, resource)


def _immunisation(held: Immunisation) -> Resource:
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": concept(held.product or held.what.text, (SNOMED, held.what.snomed)),
        "occurrenceDateTime": moment(held.on),
        "primarySource": True,
    }


def _frailty(held: Frailty) -> Resource:
    code, name = _FRAILTY[held.level]
    return {
        "resourceType": "Condition",
        "clinicalStatus": status("condition-clinical", "active"),
        "verificationStatus": status("condition-ver-status", "confirmed"),
        "category": [status("condition-category", "problem-list-item")],
        "code": concept(name, (SNOMED, code)),
        "onsetDateTime": moment(held.on),
        "note": words(f"Electronic frailty index {held.score}" if held.score else "By clinical judgement"),
    }


def _consultation(held: Consultation) -> Resource:
    reasons = [coded(held.problem)] if held.problem else []
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": f"{HL7}v3-ActCode", "code": _HOW[held.how]},
        "type": [concept(held.how.replace("_", " ").capitalize())],
        "period": {"start": moment(held.on), "end": moment(held.on + _MINUTES)},
        "reasonCode": [*reasons, concept(held.text)],
        "participant": [{"individual": who} for who in somebody(held.author)],
        "serviceProvider": organisation(GP.organisation),
    }
