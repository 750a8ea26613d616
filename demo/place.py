"""Who works in Wolds: its organisations, the staff and others who can sign in, and the systems that can.

The codes are ODS-shaped and fictional. Roles and activities are what the sign-in service puts into tokens;
what they allow is decided elsewhere. People who receive care are in `demo.lives`.
"""

from dataclasses import dataclass
from typing import Final

from demo.staff import STAFF as STAFF
from demo.staff import Staff as Staff


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation. `kind` is one of acute, social_care, mental_health, housing, care_home, gp,
    ambulance, fire, home_care, voluntary, out_of_hours, outside. `address` is lines, the last of them
    the postcode.
    """

    ods: str
    name: str
    kind: str
    address: tuple[str, ...]
    phone: str


@dataclass(frozen=True, slots=True)
class System:
    """A machine that can sign in with a signed assertion. `role` is always `system`."""

    client_id: str
    display_name: str
    org: str
    activities: tuple[str, ...]
    role: str = "system"


def _orgs(*rows: tuple[str, str, str, str, str]) -> dict[str, Organisation]:
    return {o: Organisation(o, n, k, tuple(a.split(", ")), p) for o, n, k, a, p in rows}


ORGANISATIONS: Final = _orgs(
    ("ZAC01", "Wolds General Hospital", "acute", "Infirmary Road, Woldham, WL1 1AA", "01632 960100"),
    (
        "ZSC01",
        "Wolds Council adult social care",
        "social_care",
        "Town Hall, Woldham, WL1 2BB",
        "01632 960200",
    ),
    ("ZMH01", "Wolds Mental Health", "mental_health", "Larch House, Woldham, WL1 3DD", "01632 960300"),
    ("ZHO01", "Wolds Homes", "housing", "14 Corn Street, Woldham, WL1 2BD", "01632 960400"),
    ("ZCH01", "Beech House", "care_home", "Beech Lane, Nether Wold, WL4 6EE", "01632 960500"),
    ("ZCH02", "Elm Court", "care_home", "2 Elm Court, Over Wold, WL5 2EF", "01632 960510"),
    ("ZGP01", "Market Street Surgery", "gp", "9 Market Street, Woldham, WL1 4GG", "01632 960600"),
    ("ZGP02", "Wolds Out of Hours", "out_of_hours", "Infirmary Road, Woldham, WL1 1AB", "01632 960610"),
    ("ZAM01", "Wolds Ambulance Service", "ambulance", "Station Way, Woldham, WL1 5AN", "01632 960700"),
    ("ZFR01", "Wolds Fire and Rescue", "fire", "Station Way, Woldham, WL1 5FR", "01632 960710"),
    ("ZHC01", "Kindly Home Care", "home_care", "Unit 3 Mill Yard, Woldham, WL2 1HD", "01632 960800"),
    ("ZVC01", "Wolds Neighbours", "voluntary", "The Old Chapel, Woldham, WL2 2WD", "01632 960810"),
    ("ZXX01", "Farshire Hospital", "outside", "Long Road, Farton, WL9 9XX", "01632 960900"),
)

SYSTEMS: Final = {
    s.client_id: s
    for s in (
        System("sys.acute", "Wolds General patient administration", "ZAC01", ("view", "write")),
        System("sys.social", "Council case system", "ZSC01", ("view", "write")),
        System("sys.mental", "Mental health record system", "ZMH01", ("view", "write")),
        System("sys.housing", "Housing management system", "ZHO01", ("view", "write")),
        System("sys.carehome", "Beech House digital care record", "ZCH01", ("view", "write")),
        System("sys.gp", "Market Street practice system", "ZGP01", ("view", "write")),
        System("sys.ambulance", "Ambulance electronic patient record", "ZAM01", ("view", "write")),
    )
}

__all__ = ["ORGANISATIONS", "STAFF", "SYSTEMS", "Organisation", "Staff", "System"]
