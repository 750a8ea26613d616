"""FHIR R4 elements as these two suppliers write them, and the frame of each resource.

A resource is plain JSON; numbers keep their digits (`Decimal`). What the facts of a life become is in
`clinical`, `practice` and `home`.
"""

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from demo.lives import Coded, Fact, KnownAs
from demo.place import STAFF
from demo.systems.telling import updated

Resource = dict[str, Any]

SNOMED: Final = "http://snomed.info/sct"
DMD: Final = "https://dmd.nhs.uk"
ODS: Final = "https://fhir.nhs.uk/Id/ods-organization-code"
NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
HL7: Final = "http://terminology.hl7.org/CodeSystem/"
# HL7 v3 ActCode, which suppliers put into meta.security.
_DELICATE: Final = {
    "substance_misuse": "ETH", "hiv": "HIV", "sexual_health": "SEX", "mental_health": "PSY", "domestic_abuse": "SDV",
    "safeguarding": "SAFEGUARDING", "third_party": "THIRD_PARTY", "termination": "SEX",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supplier:
    """One system: who it signs in as, whose records it holds, and the host part of its own identifiers."""

    client_id: str
    organisation: str
    host: str

    def system(self, kind: str) -> str:
        """The system of this supplier's own identifiers of one kind."""
        return f"https://{self.host}.wolds.example/Id/{kind}"


GP: Final = Supplier("sys.gp", "ZGP01", "market-street")
HOME: Final = Supplier("sys.carehome", "ZCH01", "beech-house")


def patient_url(known: KnownAs) -> str:
    """The fullUrl of the Patient in each Bundle about this person; made of no number."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{known.org} {known.local_id}").urn


def framed(
    supplier: Supplier, known: KnownAs, fact: Fact, now: datetime, resource: Resource, part: str = ""
) -> Resource:
    """`resource` with its identifier, its subject, when it was typed in, and its security labels.

    `part` tells several resources of one fact apart.
    """
    kind = str(resource["resourceType"])
    named = {"system": supplier.system(kind.lower()), "value": fact.id + (f"-{part}" if part else "")}
    subject = "patient" if kind in ("AllergyIntolerance", "Immunization", "EpisodeOfCare") else "subject"
    labels = [_DELICATE[s] for s in fact.sensitive if s in _DELICATE] + (["SEAL"] if fact.sealed else [])
    meta: Resource = {"lastUpdated": moment(updated(fact, now))}
    if labels:
        meta["security"] = [{"system": f"{HL7}v3-ActCode", "code": code} for code in dict.fromkeys(labels)]
    return {
        "resourceType": kind,
        "meta": meta,
        "identifier": named if kind == "QuestionnaireResponse" else [named],
        subject: {"reference": patient_url(known)},
        **{name: value for name, value in resource.items() if value not in (None, "", [], {})},
    }


def moment(value: datetime | date) -> str:
    """A dateTime, or a date as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat()


def concept(text: str, *codings: tuple[str, str]) -> Resource:
    """Words with the codes that there are."""
    found = [{"system": system, "code": code} for system, code in codings if code]
    return ({"coding": found} if found else {}) | ({"text": text} if text else {})


def coded(what: Coded | None) -> Resource:
    """A notion in SNOMED CT where it has a code: practices and homes have no ICD-10."""
    return concept(what.text, (SNOMED, what.snomed)) if what else {}


def status(system: str, code: str) -> Resource:
    """One of HL7's status concepts ("condition-clinical", "active")."""
    return {"coding": [{"system": f"{HL7}{system}", "code": code}]}


def organisation(ods: str) -> Resource:
    return {"identifier": {"system": ODS, "value": ods}}


def somebody(who: str) -> list[Resource]:
    """A reference in words to a member of staff; none for nobody."""
    return [{"display": STAFF[who].display_name if who in STAFF else who}] if who else []


def words(text: str) -> list[Resource]:
    """An Annotation list."""
    return [{"text": text}] if text else []


def letter(title: str, text: str, on: datetime, author: Sequence[Resource] = ()) -> Resource:
    """A DocumentReference that carries its words."""
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": concept(title),
        "date": moment(on),
        "author": list(author),
        "content": [
            {"attachment": {"contentType": "text/plain; charset=utf-8", "data": data, "title": title}}
        ],
    }
