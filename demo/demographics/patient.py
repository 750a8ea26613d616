"""An entry of the register as the FHIR Patient that the national service would send."""

from datetime import date
from typing import Any, Final

from demo.demographics.register import Entry
from demo.lives.known import Address, Name, Phone

NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
_UK: Final = "https://fhir.hl7.org.uk"
_EXT: Final = f"{_UK}/StructureDefinition/Extension-UKCore-"
_USE: Final = {
    "usual": "usual",
    "preferred": "nickname",
    "previous": "old",
    "maiden": "maiden",
    "alias": "anonymous",
}
_DEATH: Final = {
    "1": "Informal - death notice received via an update from a local NHS Organisation such as GP or Trust",
    "2": "Formal - death notice received from Registrar of Deaths",
}


def patient(entry: Entry, *, searched: bool = False) -> dict[str, Any]:
    """The Patient. A restricted one has no address, contact points or practice; a search shows current data
    only.
    """
    resource: dict[str, Any] = {
        "resourceType": "Patient",
        "id": entry.number,
        "meta": {"versionId": "1", "security": [_label(entry.restricted)]},
        "identifier": [_identifier(entry.number)],
        "name": [
            _name(n, i)
            for i, n in enumerate(entry.names)
            if not (searched and n.use in ("previous", "maiden"))
        ],
        "gender": entry.gender,
        "birthDate": entry.birth_date.isoformat(),
    }
    if entry.birth_order:
        resource["multipleBirthInteger"] = entry.birth_order
    extensions = _death(entry, resource)
    if not searched and (entry.language != "en" or entry.interpreter):
        extensions.append(_communication(entry))
    if extensions:
        resource["extension"] = extensions
    if not entry.restricted:
        _place(entry, resource, searched)
    return resource


def _label(restricted: bool) -> dict[str, str]:
    code, display = ("R", "restricted") if restricted else ("U", "unrestricted")
    return {
        "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "code": code,
        "display": display,
    }


def _identifier(number: str) -> dict[str, Any]:
    status = {
        "system": f"{_UK}/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
        "code": "01",
        "display": "Number present and verified",
    }
    return {
        "extension": [
            {"url": f"{_EXT}NHSNumberVerificationStatus", "valueCodeableConcept": {"coding": [status]}}
        ],
        "system": NUMBER,
        "value": number,
    }


def _name(name: Name, index: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": f"n{index}",
        "use": _USE[name.use],
        "family": name.family,
        "given": list(name.given),
    }
    if name.title:
        told["prefix"] = [name.title]
    return told | _period(None, name.until)


def _period(start: date | None, end: date | None) -> dict[str, Any]:
    told = {k: v.isoformat() for k, v in (("start", start), ("end", end)) if v}
    return {"period": told} if told else {}


def _death(entry: Entry, resource: dict[str, Any]) -> list[dict[str, Any]]:
    """The death notification, and on the resource the day itself; nothing for the living."""
    death = entry.death
    moment = death and (death.formal or death.informal)
    if not death or not moment:
        return []
    resource["deceasedDateTime"] = death.on.isoformat()
    code = "2" if death.formal else "1"
    status = {
        "system": f"{_UK}/CodeSystem/UKCore-DeathNotificationStatus",
        "code": code,
        "display": _DEATH[code],
    }
    return [
        {
            "url": f"{_EXT}DeathNotificationStatus",
            "extension": [
                {"url": "deathNotificationStatus", "valueCodeableConcept": {"coding": [status]}},
                {"url": "systemEffectiveDate", "valueDateTime": moment.isoformat()},
            ],
        }
    ]


def _communication(entry: Entry) -> dict[str, Any]:
    language = {"system": f"{_UK}/CodeSystem/UKCore-HumanLanguage", "code": entry.language}
    return {
        "url": f"{_EXT}NHSCommunication",
        "extension": [
            {"url": "language", "valueCodeableConcept": {"coding": [language]}},
            {"url": "interpreterRequired", "valueBoolean": entry.interpreter},
        ],
    }


def _place(entry: Entry, resource: dict[str, Any], searched: bool) -> None:
    shown = [entry.home] if searched else list(entry.addresses)
    addresses = [_address(a, i) for i, a in enumerate(shown) if a]
    phones = [_phone(p, i) for i, p in enumerate(entry.phones)]
    if addresses:
        resource["address"] = addresses
    if phones:
        resource["telecom"] = phones
    if entry.gp:
        practice = {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": entry.gp}
        resource["generalPractitioner"] = [{"id": "g0", "type": "Organization", "identifier": practice}]


def _address(address: Address, index: int) -> dict[str, Any]:
    use = "temp" if address.use == "temporary" else "old" if address.until else "home"
    told: dict[str, Any] = {
        "id": f"a{index}",
        "use": use,
        "line": list(address.lines),
        "postalCode": address.postcode,
    } | _period(address.since, address.until)
    if address.uprn:
        kind = {"system": f"{_UK}/CodeSystem/UKCore-AddressKeyType", "code": "UPRN"}
        told["extension"] = [
            {
                "url": f"{_EXT}AddressKey",
                "extension": [
                    {"url": "type", "valueCoding": kind},
                    {"url": "value", "valueString": address.uprn},
                ],
            }
        ]
    return told


def _phone(phone: Phone, index: int) -> dict[str, Any]:
    system = "email" if phone.kind == "email" else "phone"
    use = phone.kind if phone.kind in ("home", "work", "mobile") else "home"
    return {"id": f"t{index}", "system": system, "value": phone.number, "use": use}
