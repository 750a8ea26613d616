"""Everyone in Wolds: the named people first, then as many made-up ones as asked for.

Each made-up person is drawn from their own seed, so the same person comes whatever the count, and memory
stays flat. Two in three live with somebody: a household shares a home, a family name and a landline.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from random import Random
from typing import Final

from demo import numbers
from demo.lives import codes as c
from demo.lives import storylines as life
from demo.lives import storylines_places as places
from demo.lives.days import Days
from demo.lives.draft import Draft
from demo.lives.facts import Coded
from demo.lives.housing import Member
from demo.lives.known import Address, Name, Phone
from demo.lives.named import NAMED, named
from demo.lives.person import Death, Person
from demo.lives.telling import Teller
from demo.lives.words import FAMILY, FEMALE, MALE, STREETS

FIRST_SLOT: Final = 1000
_PROBLEMS: Final[tuple[tuple[Coded, int, float], ...]] = (
    # what, from which age, how often
    (c.HYPERTENSION, 40, 0.5), (c.DIABETES, 35, 0.25), (c.AF, 60, 0.25), (c.COPD, 50, 0.2), (c.ASTHMA, 3,
        0.12),
    (c.HEART_FAILURE, 65, 0.2), (c.CKD3, 60, 0.25), (c.OSTEOARTHRITIS, 50, 0.4), (c.OSTEOPOROSIS, 65, 0.2),
    (c.DEPRESSION, 16, 0.2), (c.EPILEPSY, 5, 0.03), (c.PARKINSONS, 65, 0.06), (c.ALZHEIMERS, 70, 0.15),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Identity:
    name: Name
    birth_date: date
    gender: str


def lives(seed: int, count: int, today: date) -> Iterator[Person]:
    """Yield `count` people: the named ones first (fewer of them if `count` is smaller), then made-up ones.

    Raises ValueError for more people than there are numbers (about 120,000).
    """
    if count > numbers.SLOTS - FIRST_SLOT:
        raise ValueError("more people than there are numbers for")
    yield from islice(named(today), count)
    for index in range(max(0, count - len(NAMED))):
        yield made_up(seed, index, today)


def made_up(seed: int, index: int, today: date) -> Person:
    """The made-up person with this `index` (0, 1, ...): the same for a seed and a day, whoever else is
    made.
    """
    draw = Random(f"{seed} life {index}")
    who = _identity(seed, index, today)
    housemates = [i for i in _household(index) if i != index]
    home = _home(seed, index)
    teller = Teller(
        FIRST_SLOT + index, today, who.name, who.birth_date, who.gender, home,
        phones=(Phone(numbers.landline(_household(index)[0]), "home"), Phone(numbers.mobile(index))),
    )  # fmt: skip
    age = Days(today).age(who.birth_date)
    draft = Draft(teller, draw, age, old_number=draw.random() < 0.03)
    draft.problems = [what for what, since, often in _PROBLEMS if age >= since and draw.random() < often]
    if draw.random() < 0.4 and age >= 18:
        members = (
            _member(who, "self", True),
            *(_member(_identity(seed, i, today), "family") for i in housemates),
        )
        places.tenant(draft, home, members)
    _live(draft)
    died = teller.days.day(draw.randrange(1, 90)) if age > 80 and draw.random() < 0.03 else None
    return draft.person(
        f"made-up-{index}",
        location_restricted=draw.random() < 0.01,
        death=Death(died, formal=teller.days.ago(0, "08:00")) if died else None,
    )


def _live(d: Draft) -> None:
    """Choose the storylines of one life by age and chance."""
    chance = d.draw.random
    old = d.age >= 65
    life.allergy(d)
    life.practice(d)
    for _ in range(d.draw.randrange(0, 3)):
        life.attendance(d)
    if chance() < (0.35 if old else 0.08):
        life.admitted(d)
    if d.age >= 18 and chance() < (0.45 if old else 0.08):
        life.support(d)
    if d.age >= 18 and chance() < 0.2:
        places.troubled(d)
    if d.age >= 70 and chance() < 0.15:
        places.resident(d)
    if old and chance() < 0.35:
        life.fall(d)
    if old and chance() < 0.2:
        life.nursing(d)
    if d.age >= 80 and chance() < 0.2:
        life.end_of_life(d)


def _household(index: int) -> tuple[int, ...]:
    """The indexes of those who live with `index`: couples and people alone take turns."""
    block, place = divmod(index, 3)
    return (3 * block, 3 * block + 1) if place < 2 else (index,)


def _identity(seed: int, index: int, today: date) -> _Identity:
    draw = Random(f"{seed} name {index}")
    family = Random(f"{seed} family {_household(index)[0]}").choice(FAMILY)
    gender = draw.choice(("female", "male"))
    given = tuple(draw.sample(FEMALE if gender == "female" else MALE, draw.randrange(1, 3)))
    group = draw.random()
    age = (
        draw.randrange(0, 18)
        if group < 0.06
        else draw.randrange(18, 65)
        if group < 0.45
        else draw.randrange(65, 98)
    )
    # The year is counted from this year's, not the day: nobody's birth date moves from one day to the next.
    born = date(today.year - 1 - age, 1 + draw.randrange(12), 1 + draw.randrange(28))
    title = "" if age < 16 else ("Mrs", "Ms")[draw.randrange(2)] if gender == "female" else "Mr"
    return _Identity(Name(family, given, title), born, gender)


def _home(seed: int, index: int) -> Address:
    first = _household(index)[0]
    draw = Random(f"{seed} home {first}")
    street, town, district = draw.choice(STREETS)
    letters = "ABDEFGHJLNPQRSTUWXYZ"  # the second half of a postcode never has C, I, K, M, O or V
    postcode = f"{district}{draw.choice(letters)}{draw.choice(letters)}"
    return Address((f"{draw.randrange(1, 180)} {street}", town), postcode, numbers.uprn(100_000 + first))


def _member(who: _Identity, relation: str, tenant: bool = False) -> Member:
    name = f"{who.name.given[0]} {who.name.family}"
    return Member(name, relation, "tenant" if tenant else "household_member", who.birth_date, tenant)
