"""Asking another FHIR R4 server about one person, page by page; nothing is understood here.

The NHS number goes in the body of ``POST Patient/_search`` and nowhere else. Whole or not at all: a page that
is missing, too many or leads elsewhere makes the server "down", never a shorter record. What the pages
say, and whether they are about the right person, is ``answer``'s.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import httpx

from adapters.source import SourceDown
from adapters.wire.rest import Rest
from schemas.identifiers import NHS_NUMBER, NhsNumber

PAGE: Final = 200
MOST_PAGES: Final = 200
MOST_PEOPLE: Final = 5
WHOLE_TAKES: Final = 3
"""All pages together may take this many times as long as one exchange."""
_ID: Final = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_NOT_OFFERED: Final = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server's CapabilityStatement says of it, as far as we ask."""

    everything: bool
    types: tuple[str, ...]


@dataclass(slots=True)
class Server:
    """One FHIR server. ``types`` are those that we can read; ``limit`` bytes bound all pages together."""

    rest: Rest
    types: frozenset[str]
    limit: int
    _offer: Offer | None = field(default=None, repr=False)

    async def people(self, number: NhsNumber) -> tuple[bytes, list[dict[str, Any]]]:
        """The Patients that the server has under this number, and the page that told of them."""
        content = await self.rest.post_form(
            "/Patient/_search", {"identifier": f"{NHS_NUMBER}|{number.digits}"}
        )
        bundle = self._bundle(content)
        if _next(bundle):
            self._odd("knows more people by one number than can be right")
        found = [r for r, mode in resources(bundle) if r.get("resourceType") == "Patient" and mode == "match"]
        if len(found) > MOST_PEOPLE:
            self._odd("knows more people by one number than can be right")
        return content, found

    async def everything(self, patient_id: str, number: NhsNumber) -> list[bytes]:
        """All pages about one of its Patients: ``$everything``, or a search of each type."""
        if not _ID.fullmatch(patient_id):
            self._odd("uses an id that cannot stand in an address")
        try:
            async with asyncio.timeout(self.rest.deadline * WHOLE_TAKES):
                offer = await self.offer()
                left = self.limit
                if offer.everything:
                    path = f"/Patient/{patient_id}/$everything?_count={PAGE}"
                    pages = await self._pages(path, number, left, optional=True)
                    if pages is not None:
                        return pages
                found: list[bytes] = []
                for name in offer.types:
                    pages = await self._pages(f"/{name}?patient={patient_id}&_count={PAGE}", number, left)
                    found += pages or []
                    left -= sum(len(page) for page in pages or [])
                return found
        except TimeoutError:
            raise SourceDown(self.rest.source, "did not tell all in time") from None

    async def offer(self, *, again: bool = False) -> Offer:
        """What it offers; asked once, or ``again``. Raises ``SourceDown``, also for another FHIR version."""
        if self._offer is None or again:
            statement = self._object(await self.rest.get("/metadata"))
            if statement.get("resourceType") != "CapabilityStatement":
                self._odd("has no CapabilityStatement")
            if not str(statement.get("fhirVersion", "")).startswith("4.0"):
                self._odd("speaks another version of FHIR than R4 (4.0.1)")
            self._offer = _offered(statement, self.types)
        return self._offer

    async def _pages(
        self, path: str, number: NhsNumber, limit: int, *, optional: bool = False
    ) -> list[bytes] | None:
        """Every page from ``path`` on. None: the server has no such operation."""
        pages: list[bytes] = []
        seen = {path}
        while True:
            first = optional and not pages
            content = await self.rest.find(path, _NOT_OFFERED if first else ())
            if content is None:
                return None
            limit -= len(content)
            if limit < 0:
                self._odd("answered with more bytes in all than are agreed")
            pages.append(content)
            following = _next(self._bundle(content))
            if not following:
                return pages
            path = self._inside(following, number)
            if path in seen:
                self._odd("leads from page to page in a circle")
            if len(pages) >= MOST_PAGES:
                self._odd("has no last page")
            seen.add(path)

    def _inside(self, link: str, number: NhsNumber) -> str:
        """A link to the next page as a path below our base. It carries our key, so it may lead nowhere else."""
        base = httpx.URL(self.rest.base.rstrip("/") + "/")
        try:
            url = base.join(link)
        except (httpx.InvalidURL, ValueError):
            self._odd("names a next page that is no address")
        home = (base.scheme, base.host, base.port, base.userinfo)
        if (url.scheme, url.host, url.port, url.userinfo) != home or url.fragment:
            self._odd("names a next page at an address that nobody agreed")
        target, own = url.raw_path.decode("ascii"), base.raw_path.decode("ascii")
        # A search answers at its base itself when it pages ("base?page=2").
        if not target.startswith((own, own.rstrip("/") + "?")):
            self._odd("names a next page at an address that nobody agreed")
        if number.digits in target or "%2e" in target.casefold() or "/.." in target:
            self._odd("names a next page with what may not stand in an address")
        return target[len(own) - 1 :]

    def _bundle(self, content: bytes) -> dict[str, Any]:
        bundle = self._object(content)
        if bundle.get("resourceType") != "Bundle" or bundle.get("type") not in ("searchset", "collection"):
            self._odd("answered with something that is not a Bundle of results")
        return bundle

    def _object(self, content: bytes) -> dict[str, Any]:
        value = self.rest.parse(content)
        if not isinstance(value, dict):
            self._odd("sent JSON that is not an object")
        return value

    def _odd(self, reason: str) -> NoReturn:
        raise SourceDown(self.rest.source, reason)


def resources(bundle: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """(resource, search mode) of each entry; "match" where none is told."""
    entries = bundle.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
            continue
        search = entry.get("search")
        mode = search.get("mode") if isinstance(search, dict) else None
        yield entry["resource"], mode if isinstance(mode, str) else "match"


def _next(bundle: Mapping[str, Any]) -> str:
    links = bundle.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            url = link.get("url")
            return url if isinstance(url, str) else "?"
    return ""


def _offered(statement: Mapping[str, Any], types: frozenset[str]) -> Offer:
    everything, found = False, []
    for rest in _dicts(statement.get("rest")):
        everything |= _has_everything(rest)
        for resource in _dicts(rest.get("resource")):
            name = resource.get("type")
            if name == "Patient":
                everything |= _has_everything(resource)
            elif name in types and any(
                p.get("name") == "patient" for p in _dicts(resource.get("searchParam"))
            ):
                found.append(str(name))
    return Offer(everything, tuple(sorted(set(found))))


def _has_everything(part: Mapping[str, Any]) -> bool:
    names = {str(o.get("name", "")).strip("$") for o in _dicts(part.get("operation"))}
    return bool(names & {"everything", "patient-everything"})


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
