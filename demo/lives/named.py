"""The people of Wolds whom the founding documents and the safety rules name, in the order they are made.

Each is written by hand in a file of its own theme; this is only the list. Slots 0 to 999 of `demo.numbers`
are theirs.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from demo.lives.brian import brian, gary
from demo.lives.person import Person

NAMED: Final[tuple[Callable[[date], Person], ...]] = (brian, gary)


def named(today: date) -> Iterator[Person]:
    """Every named person, the one most needed first."""
    for tell in NAMED:
        yield tell(today)
