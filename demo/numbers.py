"""Numbers that identify people in Wolds: NHS numbers, a Scottish CHI, property references, phones.

NHS numbers come only from 999 000 0000 - 999 999 9999, the range set aside for tests. Every person owns a
*slot*, a block of eight nine-digit stems, so that anybody's numbers can be worked out without having made
the others. Names, addresses and what the numbers mean to a system are not here.
"""

from datetime import date
from typing import Final

SLOTS: Final = 125_000
_STEMS_IN_A_SLOT: Final = 8
_SCATTER: Final = 48_271  # coprime to SLOTS: neighbours in the list are not neighbours in number


def check_digit(stem: str) -> int | None:
    """The modulus 11 digit for nine digits (weights 10 to 2); None where no digit makes the stem valid."""
    digit = 11 - sum(int(c) * w for c, w in zip(stem, range(10, 1, -1), strict=True)) % 11
    return {11: 0, 10: None}.get(digit, digit)


def is_valid(number: str) -> bool:
    """True for ten ASCII digits of which the last is the check digit of the first nine."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return False
    return check_digit(number[:9]) == int(number[9])


def nhs_number(slot: int, nth: int = 0) -> str:
    """The `nth` (0 to 5) NHS number that belongs to `slot` (0 to SLOTS - 1).

    0 is the current number by custom, the others are for superseded and invalidated ones.
    """
    if not 0 <= slot < SLOTS:
        raise ValueError("no such slot")
    first = 999_000_000 + (slot * _SCATTER % SLOTS) * _STEMS_IN_A_SLOT
    stems = (str(first + step) for step in range(_STEMS_IN_A_SLOT))
    numbers = [f"{stem}{digit}" for stem in stems if (digit := check_digit(stem)) is not None]
    return numbers[nth]


def chi(birth_date: date, *, female: bool, serial: int = 0) -> str:
    """A CHI-shaped number: day, month, year, two digits, one digit odd for men and even for women, check
    digit.

    Real ones begin with the birth date. Ours begin with 30 February, so that no living person can hold one.
    """
    for step in range(100):
        stem = f"3002{birth_date:%y}{(serial + step) % 100:02d}{0 if female else 1}"
        if (digit := check_digit(stem)) is not None:
            return f"{stem}{digit}"
    raise ValueError("no serial left")


def uprn(dwelling: int) -> str:
    """The twelve-digit property reference of a dwelling; no real one begins with 999."""
    return f"999{dwelling:09d}"


def mobile(n: int) -> str:
    """A mobile number from those that the regulator keeps free for drama."""
    return f"07700 900{n % 1000:03d}"


def landline(n: int) -> str:
    """A landline number from those that the regulator keeps free for drama (01632 960 000 to 960 999)."""
    return f"01632 960{n % 1000:03d}"
