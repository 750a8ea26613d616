"""SNOMED CT codes in the stories are at least well formed: their last digit is the Verhoeff check digit."""

import pytest

from demo.lives import codes, medicines
from demo.lives.facts import Coded


def multiply(a: int, b: int) -> int:
    """In the dihedral group of ten, on which the Verhoeff check is built."""
    turned = (b if a < 5 else -b) % 5
    return (a % 5 + turned) % 5 + 5 * ((a >= 5) ^ (b >= 5))


def checks(number: str) -> bool:
    order, total = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), 0
    for place, digit in enumerate(map(int, reversed(number))):
        for _ in range(place % 8):
            digit = order[digit]
        total = multiply(total, digit)
    return total == 0


CODES = {name: c.snomed for name, c in vars(codes).items() if isinstance(c, Coded) and c.snomed}
CODES |= {name: p.dmd for name, p in vars(medicines).items() if isinstance(p, medicines.Product) and p.dmd}


def test_the_check_tells_right_from_wrong() -> None:
    assert checks("91936005")
    assert not checks("91936006")


@pytest.mark.parametrize("name", CODES)
def test_a_code_has_its_check_digit(name: str) -> None:
    assert checks(CODES[name])
