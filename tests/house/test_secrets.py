"""Nothing in the repository that belongs to a real person, a real machine or a private place.

A number passes only when it cannot be somebody's NHS number: wrong check digit, the range set aside for
tests (999 000 0000 to 999 999 9999), a SNOMED CT identifier, whose own check digit and partition mark it,
or a Scottish CHI number of nobody, whose first four digits are a day that no year has, such as 30 February.
"""

from __future__ import annotations

import re
from calendar import monthrange

import pytest

from tests.house.source_tree import project_files, text_of

# The lock files hold hashes: hex runs are told apart by their neighbours, so no file is left out.
TEN_DIGITS = re.compile(r"(?<![0-9A-Za-z.+/=_-])(\d{3})([ -]?)(\d{3})\2(\d{4})(?![0-9A-Za-z+/=_]|\.\d|-\d)")

# Joined here, so that this file does not name what it refuses.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
    )
)
INDEX_SETTING = re.compile(
    r"(?i)(?:extra-|default-)?index[-_]url\s*[=:]|--find-links|registry\s*=\s*[\"']?http"
)
MACHINE_PATH = re.compile(
    r"(?<![\w.])(?:/"
    + "|/".join(("root", "work", "Users", r"home/(?!app\b)\w+", r"tmp/bash\w*"))
    + r")/[\w.-]"
)

VERHOEFF_STEP = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def _dihedral(a: int, b: int) -> int:
    """Multiply in the dihedral group of ten elements, on which SNOMED's check digit rests."""
    if a < 5:
        return (a + b) % 5 + (0 if b < 5 else 5)
    return (a - b) % 5 + (5 if b < 5 else 0)


def is_snomed(digits: str) -> bool:
    """A short-form SNOMED CT concept, description or relationship id with a right Verhoeff digit."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total = _dihedral(total, VERHOEFF_STEP[place % 8][int(digit)])
    return total == 0 and digits[-3:-1] in {"00", "01", "02"}


def is_nobodys_chi(digits: str) -> bool:
    """Ten digits that begin like a CHI number (day, month, year) with a day that its month never has."""
    day, month = int(digits[:2]), int(digits[2:4])
    return 1 <= month <= 12 and monthrange(2024, month)[1] < day <= 31


def could_be_somebodys(digits: str) -> bool:
    """True for ten digits, of any script, with a right NHS check digit outside the test range."""
    digits = "".join(str(int(digit)) for digit in digits)
    check = 11 - sum(int(d) * w for d, w in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    check = 0 if check == 11 else check
    real = check == int(digits[9]) and not digits.startswith("999") and len(set(digits)) > 1
    return real and not is_snomed(digits) and not is_nobodys_chi(digits)


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}"
        for path in project_files()
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_holds_an_nhs_number_that_could_be_somebodys() -> None:
    # Only the place is reported: a test's output is a log too.
    found = [
        f"{path}:{number}"
        for path in project_files()
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1)
        for match in TEN_DIGITS.finditer(line)
        if could_be_somebodys(match[1] + match[3] + match[4])
    ]
    assert found == []


def test_no_file_name_holds_ten_digits() -> None:
    assert [str(path) for path in project_files() if re.search(r"\d{10}", str(path))] == []


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile("|".join(re.escape(host) for host in REGISTRY_HOSTS), re.IGNORECASE)
    assert lines_matching(hosts) == []


def test_no_file_sets_a_package_index() -> None:
    # The two tests that look for such a setting have to spell it.
    allowed = {"tests/house/test_secrets.py", "tests/house/test_lock_files.py"}
    assert [hit for hit in lines_matching(INDEX_SETTING) if hit.rpartition(":")[0] not in allowed] == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert lines_matching(MACHINE_PATH) == []


@pytest.mark.parametrize("kind", ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"])
def test_no_file_holds_a_private_key(kind: str) -> None:
    assert lines_matching(re.compile(f"-----BEGIN {kind}-----\\s*$")) == []


@pytest.mark.parametrize(
    ("digits", "verdict"),
    [
        ("".join(("943", "476", "5919")), True),  # well-formed and outside the test range
        ("".join(("９４３", "４７６", "５９１９")), True),
        ("".join(("943", "476", "5918")), False),  # wrong check digit
        ("9990000042", False),  # test range
        ("".join(("000", "000", "0000")), False),  # nobody's
        ("3002470007", False),  # begins with 30 February
    ],
    ids=["somebodys", "somebodys-full-width", "wrong-digit", "test-range", "zeros", "nobodys-chi"],
)
def test_the_number_scan_tells_real_numbers_from_others(digits: str, verdict: bool) -> None:
    assert could_be_somebodys(digits) is verdict


def test_the_snomed_exception_is_as_narrow_as_its_check_digit() -> None:
    assert is_snomed("73211009")  # diabetes mellitus
    assert not is_snomed("73211008")
