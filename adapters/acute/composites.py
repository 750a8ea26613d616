"""HL7 composite values and the FHIR elements they become: XPN, XAD, XTN, XCN, PL.

A value that tells nothing becomes {}.
"""

from __future__ import annotations

import re

from adapters.acute.codes import ADDRESS_USES, NAME_USES, PHONE_USES, POSTAL
from adapters.acute.values import said
from adapters.elements import Element, local_codes, present
from adapters.wire.hl7v2 import Repetition

_GMC, _GMP = re.compile(r"\d{7}", re.ASCII), re.compile(r"G\d{7}", re.ASCII)


def name(value: Repetition) -> Element:
    """XPN -> HumanName; {} when it holds no name."""
    family, given = said(value.get(1)), [said(value.get(2)), said(value.get(3))]
    if not family and not any(given):
        return {}
    use = said(value.get(7)).upper()
    return present(
        {
            "use": "old" if use.startswith("PREVIOUS") else NAME_USES.get(use, "usual"),
            "family": family,
            "given": [part for part in given if part],
            "prefix": [part for part in (said(value.get(5)),) if part],
            "suffix": [part for part in (said(value.get(4)),) if part],
        }
    )


def address(value: Repetition) -> Element:
    """XAD -> Address; {} when nothing but its type is told."""
    lines = [said(value.get(1, part)) for part in (1, 2)] + [said(value.get(2))]
    found = present(
        {
            "line": [line for line in lines if line],
            "city": said(value.get(3)),
            "district": said(value.get(4)),
            "postalCode": said(value.get(5)).upper(),
            "country": said(value.get(6)),
        }
    )
    if not found:
        return {}
    kind = said(value.get(7)).upper()
    if kind in POSTAL:
        return {"type": "postal", **found}
    return {"use": ADDRESS_USES.get(kind, "home"), **found}


def telecom(value: Repetition) -> Element:
    """XTN -> ContactPoint; {} when it holds neither number nor e-mail address."""
    use, equipment = said(value.get(2)).upper(), said(value.get(3)).upper()
    number = said(value.get(1)) or "".join(said(value.get(part)) for part in (6, 7))
    mail = said(value.get(4)) or (number if "@" in number or use == "NET" or equipment == "INTERNET" else "")
    if mail:
        return {"system": "email", "value": mail}
    if not number:
        return {}
    system = {"FX": "fax", "BP": "pager"}.get(equipment, "phone")
    where = "mobile" if equipment == "CP" else PHONE_USES.get(use, "")
    return present({"system": system, "value": number, "use": where})


def practitioner(doctor: Repetition) -> Element:
    """XCN -> a reference to a practitioner by number and name; {} when neither is told."""
    number = said(doctor.get(1))
    words = " ".join(part for part in (said(doctor.get(n)) for n in (6, 3, 2)) if part)
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
    words = [said(value.get(part)) for part in (1, 2)]
    bed, site = said(value.get(3)), said(value.get(4))
    words = list(dict.fromkeys(word for word in words if word))
    if bed:
        words.append(bed if bed.lower().startswith("bed") else f"bed {bed}")
    if not words:
        words = [site] if site else []
    return {"type": "Location", "display": ", ".join(words)} if words else {}
