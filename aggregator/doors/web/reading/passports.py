"""A passport's FHIR document as a page shows it: its Composition's sections, their narrative made safe again.

A narrative is XHTML out of a document, so it is read as text and put together anew: a few tags without any
attribute are kept, everything else becomes plain words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup

from schemas import strictjson

_KEPT = frozenset(
    {"p", "b", "strong", "i", "em", "ul", "ol", "li", "br", "table", "thead", "tbody", "tr", "th", "td"}
)
_SILENT = frozenset({"script", "style", "template"})


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    body: Markup = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    date: str
    status: str
    sections: tuple[Section, ...] = field(repr=False)


def read_document(body: bytes) -> Document:
    """Read a FHIR document Bundle. Raises ``BadInput`` for what is not strict JSON."""
    bundle: dict[str, Any] = strictjson.read(body)
    resources = [e.get("resource") or {} for e in bundle.get("entry") or ()]
    composition: dict[str, Any] = next((r for r in resources if r.get("resourceType") == "Composition"), {})
    return Document(
        title=str(composition.get("title") or ""),
        date=str(composition.get("date") or ""),
        status=str(composition.get("status") or ""),
        sections=tuple(
            Section(str(s.get("title") or ""), narrative(str((s.get("text") or {}).get("div") or "")))
            for s in composition.get("section") or ()
        ),
    )


def narrative(div: str) -> Markup:
    """A narrative with nothing in it but words, and tags from a short list without attributes."""
    reader = _Reader()
    reader.feed(div)
    reader.close()
    return Markup("").join([*reader.parts, *(Markup("</{}>").format(t) for t in reversed(reader.open))])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Markup] = []
        self.open: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _KEPT and not self._silent:
            self.parts.append(Markup("<{}>").format(tag))
            if tag != "br":
                self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and not self._silent:
            self.parts.append(Markup("<br>"))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self.open and not self._silent:
            while self.open:
                last = self.open.pop()
                self.parts.append(Markup("</{}>").format(last))
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(Markup("{}").format(data))
