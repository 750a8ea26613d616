"""Names, addresses, phones, and the person as one organisation knows them (which may be wrong, old or
partial).
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Name:
    """`use` is usual, previous, maiden, preferred (what to call them: `given` alone may be set) or alias."""

    family: str
    given: tuple[str, ...]
    title: str = ""
    use: str = "usual"
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """`kind` is dwelling, care_home, refuge, prison, approved_premises, hospital, none or abroad. `use` is
    home or temporary.
    """

    lines: tuple[str, ...]
    postcode: str
    uprn: str = ""
    since: date | None = None
    until: date | None = None
    kind: str = "dwelling"
    use: str = "home"


@dataclass(frozen=True, slots=True)
class Phone:
    """`kind` is home, mobile, work or email."""

    number: str
    kind: str = "mobile"


@dataclass(frozen=True, slots=True)
class KnownAs:
    """One organisation's demographic record of a person: what it would print on a label.

    `nhs_number` is what that system holds, which may be old or missing (housing never has one).
    `nhs_status` is that system's claim: verified, not_traced, trace_required, no_match, not_known,
    overseas, devolved, newborn. `merged_into` is the local id that this one was merged into, on
    `merged_on`.
    """

    org: str
    local_id: str
    names: tuple[Name, ...]
    birth_date: date
    gender: str
    nhs_number: str | None = None
    nhs_status: str = "not_known"
    address: Address | None = None
    phones: tuple[Phone, ...] = ()
    gp: str = ""
    since: date | None = None
    until: date | None = None
    identity_unknown: bool = False
    location_hidden: bool = False
    dissent: bool | None = None
    merged_into: str = ""
    merged_on: date | None = None
