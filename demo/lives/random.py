"""Everyone in Wolds: the named people first, then as many made-up ones as asked for.

Each made-up person is drawn from their own seed, so the same person comes whatever the count, and memory
stays flat.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from demo.lives.named import named
from demo.lives.person import Person


def lives(seed: int, count: int, today: date) -> Iterator[Person]:
    """Yield `count` people: the named ones first (fewer of them if `count` is smaller), then made-up ones."""
    yield from islice(named(today), count)
