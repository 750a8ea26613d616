"""HL7 composite values and the FHIR elements they become: XPN, XAD, XTN, XCN, PL.

A value that tells nothing becomes {}.
"""

from __future__ import annotations

import re

from adapters.acute.codes import ADDRESS_USES, NAME_USES, PHONE_USES, POSTAL
from adapters.acute.values import parts, said
from adapters.elements import Element, local_codes, present
from adapters.wire.hl7v2 import Repetition

_GMC, _GMP = re.compile(r"\d{7}", re.ASCII), re.compile(r"G\d{7}", re.ASCII)


def name(value: Repetition) -> Element:
    """XPN -> HumanName; {} when it holds no name."""
    family, first, others, suffix, prefix, _, kind = parts(value, 7)
    given = [part for part in (first, others) if part]
    if not family and not given:
        return {}
    use = kind.upper()
    return present(
        {
            "use": "old" if use.startswith("PREVIOUS") else NAME_USES.get(use, "usual"),
            "family": family,
            "given": given,
            "prefix": [prefix] if prefix else [],
            "suffix": [suffix] if suffix else [],
        }
    )


def address(value: Repetition) -> Element:
    """XAD -> Address; {} when nothing but its type is told."""
    first, second, city, district, code, country, use = parts(value, 7)
    lines = [first, said(value.get(1, 2)), second]
    found = present(
        {
            "line": [line for line in lines if line],
            "city": city,
            "district": district,
            "postalCode": code.upper(),
            "country": country,
        }
    )
    if not found:
        return {}
    kind = use.upper()
    if kind in POSTAL:
        return {"type": "postal", **found}
    return {"use": ADDRESS_USES.get(kind, "home"), **found}


def telecom(value: Repetition) -> Element:
    """XTN -> ContactPoint; {} when it holds neither number nor e-mail address."""
    number, use, equipment, mail, _, area, local = parts(value, 7)
    number, use, equipment = number or area + local, use.upper(), equipment.upper()
    if "@" in number or use == "NET" or equipment == "INTERNET":
        mail = mail or number
    if mail:
        return {"system": "email", "value": mail}
    if not number:
        return {}
    system = {"FX": "fax", "BP": "pager"}.get(equipment, "phone")
    where = "mobile" if equipment == "CP" else PHONE_USES.get(use, "")
    return present({"system": system, "value": number, "use": where})


def practitioner(doctor: Repetition) -> Element:
    """XCN -> a reference to a practitioner by number and name; {} when neither is told."""
    number, family, given, _, _, title = parts(doctor, 6)
    words = " ".join(part for part in (title, given, family) if part)
    found: Element = {"type": "Practitioner"}
    if number:
        system = local_codes("hl7v2-staff")
        for pattern, name in ((_GMC, "gmc-number"), (_GMP, "gmp-number")):
            if pattern.fullmatch(number):
                system = f"https://fhir.hl7.org.uk/Id/{name}"
        found["identifier"] = {"system": system, "value": number}
    if words:
        found["display"] = words
    return found if len(found) > 1 else {}


def place(value: Repetition) -> Element:
    """PL (point of care, ward or room, bed, site) -> a reference to a Location by its words."""
    ward, room, bed, site = parts(value, 4)
    words = list(dict.fromkeys(word for word in (ward, room) if word))
    if bed:
        words.append(bed if bed.lower().startswith("bed") else f"bed {bed}")
    if not words:
        words = [site] if site else []
    return {"type": "Location", "display": ", ".join(words)} if words else {}
