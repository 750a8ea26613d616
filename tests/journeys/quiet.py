"""Searches what a place wrote for anything that tells of a person. What it finds is counted, never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from demo.lives import Person
from tests.journeys.running import Place

_NUMBER_SHAPED = re.compile(r"(?<![\w.:-])9\d{2}[ -]?\d{3}[ -]?\d{4}(?![\w.:-])")


def words_of(person: Person) -> Iterator[tuple[str, str]]:
    """(what it is, the word) of everything that names a person: numbers, names, local ids, their home."""
    told = person.numbers
    for number in (told.nhs, *told.superseded, *told.invalidated, told.chi):
        if number:
            yield "number", number
            yield "number", f"{number[:3]} {number[3:6]} {number[6:]}"
    for name in person.names:
        yield "name", f"{name.given[0]} {name.family}"
        yield "name", f"{name.family}^{name.given[0]}"
        if len(name.family) > 4:
            yield "name", name.family
    for known in person.known_as:
        yield "local id", known.local_id
    for address in person.addresses:
        if address.lines:
            yield "address", address.lines[0]


def leaks(text: str, people: dict[str, Person]) -> list[str]:
    """What kind of word was found, whose (the key inside the demo), and how often."""
    lowered = text.casefold()
    found = []
    for key, person in people.items():
        for what, word in words_of(person):
            times = len(re.findall(rf"(?<![\w-]){re.escape(word.casefold())}(?![\w-])", lowered))
            if times:
                found.append(f"{what} of {key}: {times} times")
    return found


def written(place: Place) -> Iterator[tuple[str, str]]:
    """(name, text) of everything that the place's processes wrote for people who run it."""
    for path in (place.output, *place.home.rglob("*.log"), place.home / "place.json"):
        yield path.name, path.read_text(errors="replace")


def assert_quiet(place: Place) -> None:
    """Nothing that was written tells of a person."""
    for name, text in written(place):
        assert leaks(text, place.lives) == [], name
        assert not _NUMBER_SHAPED.findall(text), f"something like an NHS number is in {name}"
