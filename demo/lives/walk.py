"""All the facts of a life, whatever sector holds them."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from demo.lives.facts import Fact
from demo.lives.person import Person


def facts(person: Person) -> Iterator[Fact]:
    """Yield every fact about `person`, sector by sector; an action is yielded besides its meeting."""
    yield from _within(person)


def _within(thing: Any) -> Iterator[Fact]:
    if isinstance(thing, tuple):
        for part in thing:
            yield from _within(part)
    elif is_dataclass(thing) and not isinstance(thing, type):
        if isinstance(thing, Fact):
            yield thing
        for field in fields(thing):
            yield from _within(getattr(thing, field.name))
