"""What a care home (Beech House ZCH01, Elm Court ZCH02) holds: stays, red bags, observations, incidents."""

from dataclasses import dataclass
from datetime import date, datetime

from demo.lives.facts import NOTHING_CLINICAL, AboutMe, Clinical, Fact, Span
from demo.lives.known import KnownAs


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay(Fact):
    """A stay in the home. `kind` respite, permanent, step_down. `room` is local. `destination` on leaving,
    in words.
    """

    org: str
    kind: str
    room: str = ""
    funded_by: str = ""
    ended: date | None = None
    destination: str = ""


@dataclass(frozen=True, slots=True)
class BagItem:
    """`kind` document, medicine, aid, clothing, personal. `back` False when it did not return, None while
    away.
    """

    what: str
    kind: str
    back: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedBag(Fact):
    """One journey of a red bag to hospital. `number` is unique to the home; `handovers` (`what` step,
    `where` who).

    `admission` is the hospital visit number; `returned` None while away.
    """

    org: str
    number: str
    reason: str
    items: tuple[BagItem, ...] = ()
    handovers: tuple[Span, ...] = ()
    admission: str = ""
    returned: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Fact):
    """Something that went wrong in the home. `kind` fall, medicine, skin, choking; `harm` none, low,
    moderate, severe.
    """

    org: str
    kind: str
    text: str
    harm: str = "none"
    attendance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePlan(Fact):
    """A section of the home's care plan. `risk` low, medium, high; `due` for review."""

    org: str
    heading: str
    text: str
    risk: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class CareHome:
    """The homes' record of a resident; bedside observations are in `clinical.results`."""

    known_as: tuple[KnownAs, ...]
    stays: tuple[Stay, ...] = ()
    red_bags: tuple[RedBag, ...] = ()
    incidents: tuple[Incident, ...] = ()
    plans: tuple[HomePlan, ...] = ()
    about_me: tuple[AboutMe, ...] = ()
    clinical: Clinical = NOTHING_CLINICAL
