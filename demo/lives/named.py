"""The people of Wolds whom the founding papers and the safety rules name, in the order they are made.

Each is written by hand in a file of its own theme; this is only the list. Slots 0 to 999 are theirs.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from demo.lives.births import fifteen, mother, newborn, twin_one, twin_two
from demo.lives.brian import brian, gary
from demo.lives.guarded import objects, prisoner, refuge, restricted_address, sealed, staff_patient
from demo.lives.identities import invalidated, no_number, scot, superseded, two_records
from demo.lives.letters import mr_a, mrs_p, mrs_x
from demo.lives.minds import community_order, on_leave
from demo.lives.mrs_l import mrs_l
from demo.lives.person import Person
from demo.lives.waiting import mr_b, mrs_h, mrs_v, mrs_w
from demo.lives.wishes import formal_death, informal_death, refuses, signs

# The first twelve are what a place of twelve people must still show.
NAMED: Final[tuple[Callable[[date], Person], ...]] = (
    brian, gary, mrs_x, mrs_l, mrs_p, mr_a, restricted_address, objects, sealed, two_records, superseded,
    invalidated,
    no_number, scot, twin_one, twin_two, mother, newborn, fifteen, refuge, staff_patient, prisoner, signs,
    on_leave,
    community_order, refuses, informal_death, formal_death, mrs_v, mr_b, mrs_w, mrs_h,
)  # fmt: skip


def named(today: date) -> Iterator[Person]:
    """Every named person, the one most needed first."""
    for tell in NAMED:
        yield tell(today)
