"""Transactions: each person's resources, at most a hundred in a Bundle, with the Patient in every one."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from demo.lives import Person
from demo.systems.suppliers import home, practice
from demo.systems.suppliers.elements import GP, HOME, Resource, Supplier

MOST: Final = 100
_REQUESTS: Final = uuid.UUID("0b1f2e0e-6f4b-5d0c-8a77-000000000999")


@dataclass(frozen=True, slots=True)
class Transaction:
    """One Bundle as bytes. The same content has the same request id, so that a repeat is known as one."""

    supplier: Supplier
    request_id: str
    body: bytes = field(repr=False)


def transactions(person: Person, now: datetime) -> Iterator[Transaction]:
    """What each supplier pushes about a person up to `now`: the practice first, as the list holder."""
    for supplier, records in ((GP, practice.record(person, now)), (HOME, home.record(person, now))):
        for who, told in records:
            for start in range(0, max(1, len(told)), MOST - 1):
                yield _transaction(supplier, who, told[start : start + MOST - 1])


def _transaction(supplier: Supplier, who: Resource, told: Sequence[Resource]) -> Transaction:
    url = _url(supplier, who)
    for resource in told:
        subject: Any = resource.get("subject") or resource.get("patient")
        assert subject["reference"] == url, "every resource is about the Patient of its Bundle"
    entries = [
        {
            "fullUrl": url if resource is who else _own_url(resource),
            "resource": resource,
            "request": {"method": "POST", "url": resource["resourceType"]},
        }
        for resource in (who, *told)
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    body = msgspec.json.Encoder(decimal_format="number").encode(bundle)
    digest = hashlib.sha256(body).hexdigest()
    return Transaction(supplier, str(uuid.uuid5(_REQUESTS, f"{supplier.client_id} {digest}")), body)


def _url(supplier: Supplier, who: Resource) -> str:
    local = str(who["identifier"][0]["value"])
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{supplier.organisation} {local}").urn


def _own_url(resource: Resource) -> str:
    named = resource["identifier"]
    one = named if isinstance(named, dict) else named[0]
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{one['system']} {one['value']}").urn
