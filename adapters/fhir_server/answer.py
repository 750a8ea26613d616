"""What another FHIR R4 server answered about one person: is all of it about that person, and what belongs together.

Pure. The pages are kept as they came, in one frame with whom we asked for, so that a better reading can be
made of them later. One resource about somebody else refuses the whole answer (IN8): then nothing in it can be
trusted to be about the right person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.dossier import OtherPerson
from adapters.fhir_server.asking import resources
from adapters.fields import BadField
from schemas import strictjson
from schemas.contribution import Refusal, Resource
from schemas.errors import BadInput
from schemas.identifiers import CONTROLLER_TAG, NHS_NUMBER, NhsNumber, nhs_number

FORM: Final = "fhir.person.json"
SUBJECTS: Final = ("subject", "patient", "for", "beneficiary")
"""The elements by which a resource says whom it is about."""

AROUND: Final = frozenset(
    {
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Location",
        "HealthcareService",
        "Medication",
        "Endpoint",
        "Substance",
    }
)
"""Types that are about nobody: they are read where a fact refers to them, and are no facts by themselves."""

_WORTH_TELLING: Final = frozenset({"warning", "error", "fatal"})


@dataclass(frozen=True, slots=True)
class Names:
    """How the resources of an answer are called: "Type/id", whatever literal leads there."""

    base: str
    aliases: Mapping[str, str]

    def of(self, reference: Any) -> str:
        """A literal reference without our base and without a version; "" for what is none."""
        if not isinstance(reference, str):
            return ""
        literal = reference.removeprefix(self.base + "/").partition("/_history/")[0]
        return self.aliases.get(literal, literal)


@dataclass(frozen=True, slots=True)
class Told:
    """One resource about the person. ``place`` names it in refusals; ``patient`` is the server's own id of
    the person it is about; ``reference`` is how others refer to it ("AllergyIntolerance/1")."""

    place: str
    reference: str
    patient: str
    resource: Resource = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """``around`` and ``origins`` (Provenance) are by literal reference; ``notes`` are what the server says
    that it could not tell; ``refusals`` what is about nobody or not to be read."""

    names: Names
    number: NhsNumber
    people: tuple[Told, ...]
    facts: tuple[Told, ...]
    around: Mapping[str, Resource]
    origins: Mapping[str, Resource]
    notes: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def frame(base: str, number: NhsNumber, ids: Sequence[str], pages: Sequence[bytes]) -> bytes:
    """The raw input that is kept: whom we asked for, and every page as it came."""
    head = strictjson.dumps({"base": base, "number": number.digits, "ids": list(ids)})
    return head[:-1] + b',"pages":[' + b",".join(pages) + b"]}"


Down = Callable[[Mapping[str, Any]], dict[str, Any]]
"""From a Bundle of another version of FHIR to one of R4."""


def read(content: bytes, down: Down = dict) -> Answer:
    """Read a frame. Raises ``OtherPerson``, and ``BadField`` for what is no frame of ours."""
    framed = _framed(content)
    base, number = framed["base"].rstrip("/"), nhs_number(framed["number"])
    if number is None:
        raise BadField("number", "is not an NHS number")
    names, found = _unlike([down(page) for page in framed["pages"]], base)
    patients = [(place, ref, r) for place, ref, r in found if r.get("resourceType") == "Patient"]
    known = _known(patients, framed["ids"], number)
    facts: list[Told] = []
    around: dict[str, Resource] = {}
    origins: dict[str, Resource] = {}
    notes: list[str] = []
    refusals: list[Refusal] = []
    for place, ref, resource in found:
        kind = str(resource.get("resourceType"))
        if kind in AROUND:
            around[ref] = resource
        elif kind == "Provenance":
            for target in _dicts(resource.get("target")):
                origins[names.of(target.get("reference"))] = resource
        elif kind == "OperationOutcome":
            notes += _said(resource)
        elif kind != "Patient":
            whom = _whom(resource, place, names, known, number)
            if isinstance(whom, Refusal):
                refusals.append(whom)
            else:
                facts.append(Told(place, ref, whom, resource))
    people = [Told(p, ref, known.get(ref) or framed["ids"][0], r) for p, ref, r in patients]
    # One of our kind tells each Patient as a statement, and by a search a merged one besides.
    apart = [t for t in people if not (_is_ours(t.resource) and t.reference == f"Patient/{t.patient}")]
    return Answer(
        names,
        number,
        tuple(apart or people),
        tuple(facts),
        around,
        origins,
        tuple(dict.fromkeys(notes)),
        tuple(refusals),
    )


def _is_ours(patient: Resource) -> bool:
    meta = patient.get("meta")
    tags = _dicts(meta.get("tag")) if isinstance(meta, dict) else []
    return any(t.get("system") == CONTROLLER_TAG for t in tags)


def _framed(content: bytes) -> dict[str, Any]:
    try:
        framed: Any = strictjson.loads(content)
    except BadInput as error:
        raise BadField(error.field, error.reason) from None
    if not isinstance(framed, dict):
        raise BadField("$", "is not an answer about one person")
    whole = isinstance(framed.get("base"), str) and isinstance(framed.get("number"), str)
    ids, pages = framed.get("ids"), framed.get("pages")
    if not whole or not isinstance(ids, list) or not ids or not isinstance(pages, list):
        raise BadField("$", "is not an answer about one person")
    if not all(isinstance(i, str) for i in ids) or not all(isinstance(p, dict) for p in pages):
        raise BadField("$", "is not an answer about one person")
    return framed


def _unlike(pages: Sequence[Mapping[str, Any]], base: str) -> tuple[Names, list[tuple[str, str, Resource]]]:
    """(place, reference, resource), each resource once and as the last page tells it."""
    found: dict[str, tuple[str, str, Resource]] = {}
    aliases: dict[str, str] = {}
    plain = Names(base, {})
    for n, page in enumerate(pages):
        urls = [e.get("fullUrl") for e in _dicts(page.get("entry")) if isinstance(e.get("resource"), dict)]
        for i, ((resource, mode), url) in enumerate(zip(resources(page), urls, strict=True)):
            kind, own, called = str(resource.get("resourceType")), resource.get("id"), plain.of(url)
            place = f"page {n} entry {i}"
            if kind == "OperationOutcome":
                found[place] = (place, place, resource)
            elif mode != "outcome":
                name = f"{kind}/{own}" if isinstance(own, str) and own else called or place
                # Of a Patient every telling is looked at: the second may be another person's.
                found[place if kind == "Patient" else name] = (place, name, resource)
                if called:
                    aliases[called] = name
    return Names(base, aliases), list(found.values())


def _known(
    patients: Sequence[tuple[str, str, Resource]], ids: Sequence[str], number: NhsNumber
) -> dict[str, str]:
    """The server's Patients that are the person we asked for: by reference, the id we asked with."""
    known = {f"Patient/{own}": own for own in ids}
    for place, ref, resource in patients:
        numbers = numbers_of(resource)
        if numbers and number not in numbers:
            raise OtherPerson(f"{place}.identifier", "is another person's")
        if numbers:
            known.setdefault(ref, ids[0])
    return known


def numbers_of(patient: Resource) -> set[NhsNumber | None]:
    """Every NHS number that a Patient carries; None for one that is none."""
    told = [i for i in _dicts(patient.get("identifier")) if i.get("system") == NHS_NUMBER and i.get("value")]
    return {nhs_number(str(i["value"])) for i in told}


def _whom(
    resource: Resource, place: str, names: Names, known: Mapping[str, str], number: NhsNumber
) -> str | Refusal:
    """The server's own id of the person. Raises ``OtherPerson``."""
    named = [resource[name] for name in SUBJECTS if isinstance(resource.get(name), dict)]
    if resource.get("resourceType") == "Appointment":
        actors = [p["actor"] for p in _dicts(resource.get("participant")) if isinstance(p.get("actor"), dict)]
        named = [a for a in actors if _is_person(a, names)]
    if not named:
        return Refusal("subject", "it does not say whom it is about", place)
    whom: str | None = ""
    for reference in named:
        whom = _named(resource, reference, names, known, number)
        if whom is None:
            raise OtherPerson(f"{place}.subject", "is another person's")
        if not whom:
            return Refusal("subject", "it is about something else than a person", place)
    return whom or ""


def _is_person(reference: Mapping[str, Any], names: Names) -> bool:
    literal = names.of(reference.get("reference"))
    return reference.get("type") == "Patient" or literal.startswith(("Patient/", "urn:uuid:"))


def _named(
    resource: Resource,
    reference: Mapping[str, Any],
    names: Names,
    known: Mapping[str, str],
    number: NhsNumber,
) -> str | None:
    """The id of the person, "" for what is no person, None for another person."""
    literal = names.of(reference.get("reference"))
    if literal in known:
        return known[literal]
    if literal.startswith("#"):
        inside = [c for c in _dicts(resource.get("contained")) if f"#{c.get('id')}" == literal]
        if len(inside) != 1 or inside[0].get("resourceType") != "Patient":
            return ""
        return next(iter(known.values())) if number in numbers_of(inside[0]) else None
    if literal:
        kind = str(reference.get("type") or literal.rpartition("/")[0].rpartition("/")[2])
        return "" if kind not in ("Patient", "") else None
    identifier = reference.get("identifier")
    if isinstance(identifier, dict) and identifier.get("system") == NHS_NUMBER:
        same = nhs_number(str(identifier.get("value", ""))) == number
        return next(iter(known.values())) if same else None
    return ""


def _said(outcome: Resource) -> list[str]:
    """What the server says that it could not do or tell, in its own words."""
    found = []
    for issue in _dicts(outcome.get("issue")):
        if issue.get("severity") in _WORTH_TELLING:
            details = issue.get("details")
            text = details.get("text") if isinstance(details, dict) else None
            found.append(str(text or issue.get("diagnostics") or "no more was said"))
    return found


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
