"""The person part of a landlord's file, in the field names of the open housing APIs.

No NHS number: one that turns up all the same is not read, because nobody in housing verifies it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any, Final

from adapters.dossier import Who
from adapters.elements import identifier, local_system, phone, present, when
from adapters.fields import Fields
from adapters.person import GENDERS, address_key
from adapters.places import standing
from schemas.contribution import SubjectClaim, Translated
from schemas.identifiers import Identifier, SubjectKey


def read_resident(person: Fields, document: Fields, org: str) -> Who:
    """Who a resident is; protected when any address of the file is of a protected kind."""
    key = SubjectKey(org, person.needed("id"))
    born, died = person.day("dateOfBirth"), person.day("dateOfDeath")
    updated = person.needed_moment("updatedAt")
    address = person.child("address")
    home, places, protected = _home(address)
    elsewhere, hidden = _hidden_places(document)
    protected = protected or elsewhere or bool(person.flag("addressProtected"))
    first, middle, surname = person.text("firstName"), person.text("middleName"), person.text("surname")
    preferred = present({"use": "nickname", "given": [p] if (p := person.text("preferredFirstName")) else []})
    name = {
        "use": "usual",
        "family": surname,
        "given": [g for g in (first, *middle.split()) if g],
        "prefix": [t] if (t := person.text("title")) else [],
    }
    telecom = []
    for detail in person.children("contactDetails"):
        telecom.append(phone(detail.needed("value"), detail.text("contactType")))
        detail.done()
    patient = present(
        {
            "resourceType": "Patient",
            "identifier": [identifier(Identifier(local_system(org, "person"), key.local_id))],
            "name": [present(name), *([preferred] if "given" in preferred else [])],
            "telecom": telecom,
            "gender": GENDERS.get(person.one_of("gender", GENDERS)),
            "birthDate": when(born) if born else None,
            "deceasedDateTime": when(died) if died else None,
            "address": [home] if home and not protected else [],
        }
    )
    person.drop("personTypes")
    claim = SubjectClaim(key, patient, location_restricted=True if protected else None)
    return Who(Translated(subjects=(claim,)), key, updated, (*places, *hidden) if protected else ())


def _home(address: Fields | None) -> tuple[dict[str, Any] | None, tuple[str, ...], bool]:
    if address is None:
        return None, (), False
    lines = [address.text(f"addressLine{n}") for n in range(1, 5)]
    postcode, uprn, kind = address.text("postCode"), address.text("uprn"), address.text("kind")
    address.done()
    held = [line for line in lines if line]
    found = present(
        {
            "use": "home",
            "line": held,
            "postalCode": postcode,
            "extension": [address_key(uprn)] if uprn else [],
        }
    )
    return found, tuple(t for t in (*held, postcode, uprn) if t), standing(kind, *held).protected


_KINDS: Final = ("kind", "type", "assetType")
_NO_PLACE: Final = frozenset({*_KINDS, "id", "startDate", "endDate", "country"})


def _hidden_places(document: Fields) -> tuple[bool, tuple[str, ...]]:
    """(whether any place of the file is a protected one, the texts of their addresses); asked before anything else."""
    found: list[str] = []
    protected = False
    for name in ("homelessness", "assets", "tenures"):
        for node in _objects(document.peek(name)):
            if _is_address(node) and standing(*_texts(node, but=())).protected:
                protected = True
                found += _texts(node, but=_NO_PLACE)
            if _tells(node):
                # What stands beside the address may be what tells: {"type": "refuge", "address": {...}}.
                protected = True
                for inner in node.values():
                    if isinstance(inner, dict) and _is_address(inner):
                        found += _texts(inner, but=_NO_PLACE)
    return protected, tuple(dict.fromkeys(found))


def _is_address(node: dict[str, Any]) -> bool:
    return any(name in node for name in ("addressLine1", "fullAddress", "postCode", "uprn"))


def _tells(node: dict[str, Any]) -> bool:
    return standing(*(str(node[name]) for name in _KINDS if isinstance(node.get(name), str))).protected


def _texts(node: dict[str, Any], *, but: Container[str]) -> list[str]:
    return [v for k, v in node.items() if k not in but and isinstance(v, str) and v]


def _objects(value: Any) -> Iterable[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)
