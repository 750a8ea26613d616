"""What a pushed Bundle asks for: its entries, and which Patient of the Bundle each is about. Pure.

FHIR R4 http.html#transaction and bundle.html#references. A feature that is not done here is refused by name,
never ignored. Whom a reference outside the Bundle names, and keeping, are ``care.push``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.fhir_server.people import local_id as local_id_of
from adapters.fhir_server.people import own_id
from schemas.checks import Problem, check_bundle
from schemas.contribution import Resource
from schemas.errors import BadInput, NotAllowed, NotSupported, Unprocessable
from schemas.identifiers import CONTROLLER_TAG
from schemas.person import demographics

_SUBJECT: Final = ("subject", "patient", "for", "beneficiary")
_ABOUT: Final = dict.fromkeys(
    ("AllergyIntolerance", "Device", "EpisodeOfCare", "Immunization", "RelatedPerson"), "patient"
) | {"Task": "for", "Appointment": "participant"}
"""How the element is called where it is not ``subject``."""
_RESTFUL: Final = re.compile(r"(\S+/)[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}")
_CONDITIONS: Final = ("ifNoneExist", "ifMatch", "ifNoneMatch", "ifModifiedSince")
_AT: Final = re.compile(r"Bundle\.entry\[0\]")


@dataclass(frozen=True, slots=True)
class Sent:
    """One entry. ``place`` names its resource in refusals; ``base`` is where its server's references start."""

    index: int
    place: str
    resource: Resource = field(repr=False)
    url: str = ""
    base: str = ""

    @property
    def subject(self) -> dict[str, Any] | None:
        """The reference that says whom it is about."""
        found = self.resource.get(self._about)
        return found if isinstance(found, dict) else None

    @property
    def subject_place(self) -> str:
        """The element of that reference, as refusals name it."""
        return f"{self.place}.{self._about}"

    @property
    def _about(self) -> str:
        said = next((name for name in _SUBJECT if name in self.resource), "")
        return said or _ABOUT.get(str(self.resource["resourceType"]), "subject")


def alone(resource: Resource) -> Sent:
    """One resource that came by itself."""
    return Sent(0, str(resource["resourceType"]), resource)


def entry_of(index: int, entry: Resource) -> Sent:
    """A valid entry of a transaction or batch. Raises ``BadInput`` for what is not taken here, by name."""
    here, request = f"Bundle.entry[{index}]", entry["request"]
    if request["method"] not in ("POST", "PUT"):
        raise Unprocessable(f"{here}.request.method", "only POST and PUT are taken here")
    for name in _CONDITIONS:
        if name in request:
            raise NotSupported(
                f"{here}.request.{name}", "is not supported: the same identifier makes a repeat an update"
            )
    if "resource" not in entry:
        raise Unprocessable(f"{here}.resource", "there is no resource")
    resource: Resource = entry["resource"]
    if resource["resourceType"] not in request["url"].partition("?")[0].split("/"):
        raise Unprocessable(f"{here}.request.url", "names another type than the resource's")
    url = str(entry.get("fullUrl", ""))
    restful = _RESTFUL.fullmatch(url)
    return Sent(index, f"{here}.resource", resource, url, restful[1] if restful else "")


def broken_entries(bundle: Resource, problems: Sequence[Problem]) -> dict[int, Unprocessable]:
    """For a batch with ``problems``: which entries are at fault, each by itself.

    Raises ``Unprocessable`` when what is left without them is not a valid batch either.
    """
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        raise invalid(problems)
    broken: dict[int, Unprocessable] = {}
    for index, entry in enumerate(entries):
        found = check_bundle({"resourceType": "Bundle", "type": "batch", "entry": [entry]})
        if found:
            here = f"Bundle.entry[{index}]"
            broken[index] = invalid(
                [Problem(_AT.sub(here, p.expression, count=1), p.code, p.reason) for p in found]
            )
    sound = [entry for index, entry in enumerate(entries) if index not in broken]
    rest = {k: v for k, v in bundle.items() if k != "entry"} | ({"entry": sound} if sound else {})
    if left := check_bundle(rest):
        raise invalid(left)
    return broken


def invalid(problems: Sequence[Problem]) -> Unprocessable:
    """The refusal of a resource that is not valid R4, with every problem named."""
    told = tuple((p.expression, p.code, p.reason) for p in problems)
    return Unprocessable(problems[0].expression, problems[0].reason, told)


def patients(entries: Iterable[Sent], organisation: str) -> dict[str, Sent]:
    """The Patients of a Bundle, by fullUrl and by the sender's own id (after a blank, which no URL has)."""
    found: dict[str, Sent] = {}
    for entry in entries:
        if entry.resource["resourceType"] == "Patient":
            found[f" {own_id(entry.resource, organisation)}"] = entry
            if entry.url:
                found[entry.url] = entry
    return found


def named_in(entry: Sent, found: dict[str, Sent], organisation: str) -> Sent | None:
    """The Patient of the same Bundle that an entry is about: by fullUrl, relative to its own, or by identifier."""
    subject = entry.subject or {}
    reference = str(subject.get("reference", ""))
    if not reference:
        own = local_id_of(subject.get("identifier") or {}, organisation)
        return found.get(f" {own}") if own else None
    return found.get(reference) or found.get(f"{entry.base}{reference}" if entry.base else "")


def local_id(patient: Sent, organisation: str) -> str:
    """The sender's own id of a Patient. Raises ``Unprocessable`` when it gives none."""
    found = own_id(patient.resource, organisation)
    if not found:
        raise Unprocessable(
            f"{patient.place}.identifier",
            f"give {organisation}'s own identifier of the person, with its system",
        )
    return found


def insist_one_each(entries: Iterable[Sent], organisation: str) -> None:
    """Raises ``Unprocessable`` when two different people of a Bundle come under one identifier."""
    seen: dict[str, Any] = {}
    for entry in entries:
        if entry.resource["resourceType"] != "Patient":
            continue
        who = demographics(entry.resource)
        told = (who.family, who.given, who.birth_date, who.nhs_number)
        if seen.setdefault(local_id(entry, organisation), told) != told:
            raise Unprocessable(
                f"{entry.place}.identifier", "another Patient of this Bundle has the same one"
            )


def insist_own(entry: Sent, organisation: str) -> None:
    """Raises ``NotAllowed``: a system speaks for its own organisation only (access-decision WR1)."""
    for tag in (entry.resource.get("meta") or {}).get("tag") or []:
        if tag.get("system") == CONTROLLER_TAG and tag.get("code") != organisation:
            raise NotAllowed(
                f"{entry.place}: another organisation is named as its controller.",
                expression=f"{entry.place}.meta.tag",
            )


def problems_of(refused: BadInput | NotAllowed) -> Iterator[tuple[str, str]]:
    """(field, reason) of whatever a body was refused for, as the review pile has them."""
    several = refused.problems if isinstance(refused, Unprocessable) else ()
    if several:
        yield from ((expression, reason) for expression, _, reason in several)
    elif isinstance(refused, BadInput):
        yield refused.field or "$", refused.reason
    else:
        yield refused.expression or "$", refused.text
