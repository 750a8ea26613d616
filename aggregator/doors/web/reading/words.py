"""What a line on a page is made of, and the words of a type that has no shape of its own.

A line invents nothing: what a resource does not say is not in it, and what the page does not understand is
shown by its own words. Texts are plain ``str`` and are escaped when they are put into a page; ``Markup`` is
made here only by ``Markup.format``, which escapes its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from aggregator.care.passport import wording as w
from aggregator.doors.web.reading import dates
from schemas.contribution import Resource

Text = str | Markup


@dataclass(frozen=True, slots=True)
class Tag:
    """A status of one or two words. ``colour``: one of nhsuk-frontend's tag colours, never the only sign."""

    text: str
    colour: str = "grey"


@dataclass(frozen=True, slots=True)
class Words:
    """One resource in words. ``order`` sorts newest first; ``past``: it stands for something that is over."""

    what: Text
    details: tuple[Text, ...] = ()
    tags: tuple[Tag, ...] = ()
    when: Text = ""
    order: str = ""
    past: bool = False


def kept(parts: Iterable[Text]) -> tuple[Text, ...]:
    """Without the empty ones, each once."""
    return tuple(dict.fromkeys(p for p in parts if p))


def said(concept: Any) -> str:
    """The words of a concept; where a source told a bare code, that it is one."""
    text = w.concept(concept)
    return text if text != code(concept) or not any(c.isdigit() for c in text) else f"code {text}"


def sentence(text: str) -> str:
    """Words that stand alone begin with a capital."""
    return text[:1].upper() + text[1:]


def strong(value: Text) -> Text:
    return Markup("<strong>{}</strong>").format(value) if value else ""


def labelled(label: str, value: Text) -> Text:
    return Markup("{}: {}").format(label, value) if value else ""


def code(told: Any) -> str:
    """A status as its code, whether it is told as a code or as a concept."""
    if isinstance(told, str):
        return told
    codings = told.get("coding") or () if isinstance(told, dict) else ()
    return next((str(c["code"]) for c in codings if c.get("code")), "")


def person_or_place(told: Any, names: dict[str, str]) -> str:
    """Whom a Reference names: its words, else the organisation whose code it gives."""
    if not isinstance(told, dict):
        return ""
    value = (told.get("identifier") or {}).get("value", "")
    return w.display(told) or names.get(str(value), "")


def states(*pairs: tuple[str, dict[str, Tag | None]]) -> tuple[Tag, ...]:
    """Tags of statuses: one on its table is said as the table has it (None: not worth saying), another as told."""
    made = []
    for status, known in pairs:
        if not status:
            continue
        tag = known.get(status, Tag(status.replace("-", " ").capitalize()))
        if tag:
            made.append(tag)
    return tuple(dict.fromkeys(made))


Reader = Callable[[Resource, dict[str, str]], Words]


def anything(r: Resource, names: dict[str, str]) -> Words:
    """A type without a shape of its own: its concept, text or title, and its notes."""
    what = w.concept(r.get("code")) or w.concept(r.get("type")) or w.concept(r.get("vaccineCode"))
    what = what or str(r.get("title") or r.get("name") or r.get("description") or r.get("resourceType") or "")
    told = r.get("performedDateTime") or r.get("occurrenceDateTime") or r.get("dateTime") or r.get("date")
    period = r.get("performedPeriod") or r.get("period")
    return Words(
        what or "Not named",
        kept(w.notes(r)),
        states((code(r.get("status")), USUAL)),
        dates.day(told) or dates.span(period),
        str(told or (period or {}).get("start") or ""),
    )


USUAL: dict[str, Tag | None] = {
    "active": None, "completed": None, "final": None, "current": None, "finished": None, "confirmed": None,
    "amended": None, "unknown": Tag("Status not known"),
    "draft": Tag("Requested", "blue"), "on-hold": Tag("On hold", "yellow"), "onhold": Tag("On hold", "yellow"),
    "entered-in-error": Tag("Entered in error", "red"), "cancelled": Tag("Cancelled"),
    "preliminary": Tag("Not yet final", "yellow"), "planned": Tag("Planned", "blue"),
    "in-progress": Tag("In progress", "blue"), "corrected": Tag("Corrected", "yellow"),
}  # fmt: skip
