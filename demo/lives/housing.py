"""What Wolds Homes (ZHO01) holds: homes and those who live in them. It never has an NHS number."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from demo.lives.facts import Fact
from demo.lives.known import Address, KnownAs


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the household. `kind` tenant, joint_tenant, household_member; `person` their key if of
    Wolds.
    """

    name: str
    relation: str
    kind: str = "household_member"
    birth_date: date | None = None
    responsible: bool = False
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A dwelling. `id` is the asset reference; `keysafe` is a SECRET that outside systems do send and we
    must not show.
    """

    id: str
    address: Address
    kind: str = "House"
    bedrooms: int = 2
    floor: int = 0
    step_free: bool = False
    stairs: bool = True
    stairs_note: str = ""
    ramp: bool = False
    lift: bool = False
    heating: str = "gas"
    temporary: bool = False
    keysafe: str = ""
    keysafe_place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy(Fact):
    """A tenancy. `kind` SEC secure, INT introductory, LHA leasehold, TEM temporary. `arrears` in pounds."""

    asset: Asset
    kind: str = "SEC"
    members: tuple[Member, ...] = ()
    arrears: Decimal = Decimal(0)
    ended: date | None = None
    end_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair(Fact):
    """A repair order. `priority` 1 (emergency) to 5; `status` open, scheduled, completed, cancelled,
    no_access.

    `affects_health` marks one that a care team should know of. `keysafe` is a SECRET in transit.
    """

    description: str
    trade: str = "Multi-trade"
    sor: str = ""
    priority: int = 4
    required_by: date | None = None
    completed: date | None = None
    status: str = "open"
    affects_health: bool = False
    keysafe: str = ""
    keysafe_place: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard(Fact):
    """A hazard found under the housing health and safety rating system: number 1-29, name, band A-J (A-C =
    category 1).
    """

    number: int
    name: str
    band: str
    text: str = ""
    resolved: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptation(Fact):
    """An adaptation. `status` requested, assessed, approved, fitted, refused. `grant` = by disabled
    facilities grant.
    """

    what: str
    status: str = "requested"
    requested_by: str = ""
    attendance: str = ""
    grant: bool = False
    fitted: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Homelessness(Fact):
    """A homelessness duty. `duty` prevention, relief, main; `reason` is location-bearing and sensitive on
    arrival.
    """

    duty: str
    reason: str
    referred_by: str = ""
    ended: date | None = None
    outcome: str = ""
    temporary: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAlert(Fact):
    """A person alert with its sector code (10 do not visit alone, 20-50 wheelchair, 20-70 safeguarding,
    ...).
    """

    code: str
    text: str
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class Housing:
    """The landlord's record."""

    known_as: tuple[KnownAs, ...]
    tenancies: tuple[Tenancy, ...] = ()
    repairs: tuple[Repair, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    adaptations: tuple[Adaptation, ...] = ()
    homelessness: tuple[Homelessness, ...] = ()
    alerts: tuple[PersonAlert, ...] = ()
