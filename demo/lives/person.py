"""A person of Wolds and the world truth about them: who they are, and what each sector holds.

`Person` is what `demo.lives.lives` yields. Facts are in one file a sector; their base is `demo.lives.facts`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from demo.lives.acute import Acute
from demo.lives.care_home import CareHome
from demo.lives.facts import Fact
from demo.lives.gp import Gp
from demo.lives.housing import Housing
from demo.lives.known import Address, KnownAs, Name, Phone
from demo.lives.mental_health import MentalHealth
from demo.lives.social_care import SocialCare


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers that name the person nationally.

    `nhs` is the current NHS number, None for someone without. `superseded` ones lead to it. `invalidated`
    ones lead nowhere and must never be related to it. `chi` is a Scottish number, not an NHS number
    although its sum fits.
    """

    nhs: str | None
    superseded: tuple[str, ...] = ()
    invalidated: tuple[str, ...] = ()
    chi: str | None = None


@dataclass(frozen=True, slots=True)
class Death:
    """`informal` is when someone told the demographics service, `formal` when the registrar did; `on` the
    day of death.
    """

    on: date
    informal: datetime | None = None
    formal: datetime | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Somebody who matters to the person.

    `kinds`: carer, next_of_kin, attorney_health, attorney_property, deputy, advocate, nearest_relative,
    parental_responsibility, emergency_contact, spouse, child, parent, sibling, friend, twin. Only
    attorney_health, deputy and parental_responsibility carry authority. `person` is their key if they are a
    person of Wolds too. `certificate_seen` says by whom and when an attorney's registration was checked.
    """

    name: str
    relation: str
    kinds: tuple[str, ...]
    phone: str = ""
    same_household: bool = False
    person: str | None = None
    certificate_seen: str = ""
    may_be_told: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Fact):
    """Something the person decided about sharing, to be entered through the product's own door by the demo.

    `kind`: objection (to shared-record viewing), permission, seal. `provider` and `recipient` are ODS codes
    or "" for all; `category` one of the data categories or "" for all; `until` None while it stands.
    """

    kind: str
    provider: str = ""
    recipient: str = ""
    category: str = ""
    until: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Fact):
    """An action agreed at an MDT meeting. `lead` is a user name of `demo.place`; `status` open or done."""

    what: str
    lead: str
    due: date
    status: str = "open"
    goal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Fact):
    """One discussion of the person at an MDT meeting: why now, what was decided, goals and actions."""

    why_now: str
    decided: str
    goals: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person. `key` names them inside the demo only and is sent by no system.

    `names[0]` is the usual one; previous and preferred ones follow. `gender` is male, female, other or
    unknown as the demographics service has it. `addresses` are oldest first; the one without an end is
    home. `gp` is the ODS code of the registered practice or "". `needs` are communication needs,
    `adjustments` reasonable adjustments, both in words. `birth_order` is 1, 2... for multiple births. A
    sector that is None does not know the person.
    """

    key: str
    story: str
    numbers: Numbers
    names: tuple[Name, ...]
    birth_date: date
    gender: str
    addresses: tuple[Address, ...] = ()
    phones: tuple[Phone, ...] = ()
    gp: str = ""
    ethnic: str = "Z"
    language: str = "en"
    interpreter: str = ""
    needs: tuple[str, ...] = ()
    adjustments: tuple[str, ...] = ()
    location_restricted: bool = False
    birth_order: int | None = None
    death: Death | None = None
    related: tuple[Related, ...] = ()
    choices: tuple[Choice, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    acute: Acute | None = None
    social_care: SocialCare | None = None
    mental_health: MentalHealth | None = None
    housing: Housing | None = None
    gp_record: Gp | None = None
    care_home: CareHome | None = None

    @property
    def name(self) -> Name:
        """The usual name."""
        return self.names[0]

    @property
    def home(self) -> Address | None:
        """The address that has not ended, else None."""
        return next((a for a in reversed(self.addresses) if a.until is None and a.use == "home"), None)

    @property
    def known_as(self) -> tuple[KnownAs, ...]:
        """The person as each organisation that knows them holds them."""
        sectors = (
            self.acute,
            self.social_care,
            self.mental_health,
            self.housing,
            self.gp_record,
            self.care_home,
        )
        return tuple(known for sector in sectors if sector for known in sector.known_as)
