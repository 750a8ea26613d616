"""The `$record` Bundle in pieces, each headed by the data classes it tells of.

Joined, the pieces are one FHIR R4 Bundle (collection). Apart, they can be kept in a cache and checked class
by class against a decision without parsing. The notices and the grid are in ``outcome``, the List of
conflicts in ``ledger``; the shape is documented in docs/reference/record-bundle.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.merge.ledger import ledger
from aggregator.merge.outcome import outcome
from aggregator.merge.provenance import instant, provenance
from schemas import strictjson
from schemas.contribution import Resource
from schemas.record import Record

NO_CLASSES: frozenset[str] = frozenset()
FOOT = b"]}"


@dataclass(frozen=True, slots=True)
class Segment:
    """Bytes of the answer and the ids of the classes they tell of; none: it speaks of no statement."""

    classes: frozenset[str]
    body: bytes


def segments(record: Record, base_url: str) -> Iterator[Segment]:
    """The pieces in order: head with the OperationOutcome, each entry with its Provenance, the List, foot.

    ``base_url`` is the FHIR base without a slash at its end ("https://host/fhir"); it makes the fullUrls.
    """
    yield Segment(NO_CLASSES, b"".join(head(record, base_url)))
    yield from body(record, base_url)
    yield Segment(NO_CLASSES, FOOT)


def head(record: Record, base_url: str) -> tuple[bytes, bytes]:
    """The opening with its time, and the OperationOutcome: apart, because only the second is what was said."""
    opening = strictjson.dumps(
        {"resourceType": "Bundle", "type": "collection", "timestamp": instant(record.made_at)}
    )
    return opening[:-1] + b',"entry":[', _entry(outcome(record), base_url)


def body(record: Record, base_url: str) -> Iterator[Segment]:
    """What depends on the permitted classes alone: each entry with its Provenance, then the List."""
    for entry in record.entries:
        told = b"," + _entry(entry.resource, base_url) + b"," + _entry(provenance(entry), base_url)
        yield Segment(entry.classes, told)
    cited = {entry_id for conflict in record.conflicts for entry_id in conflict.entries}
    classes = frozenset[str]().union(*(e.classes for e in record.entries if e.entry_id in cited))
    yield Segment(classes, b"," + _entry(ledger(record), base_url))


def _entry(resource: Resource, base_url: str) -> bytes:
    full_url = f"{base_url}/{resource['resourceType']}/{resource['id']}"
    return strictjson.dumps({"fullUrl": full_url, "resource": resource})
