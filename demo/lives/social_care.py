"""What the council's adult social care (ZSC01) holds. Words are those of the Client Level Data return where
it has them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from demo.lives.facts import AboutMe, Capacity, Fact
from demo.lives.known import KnownAs


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Fact):
    """A request or referral for support. `route` of access, `reason` words, `source` who asked, `outcome`
    or "".
    """

    route: str = "Community / Other route"
    reason: str = ""
    source: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Fact):
    """An assessment or review. `kind` care_act, carer, hospital_discharge, ot, reablement, financial,
    review, mental_capacity.

    `completed` None while under way; `accepted_by` names a provider that takes it as its own (trusted
    assessor).
    """

    kind: str
    completed: date | None = None
    outcome: str = ""
    worker: str = ""
    text: str = ""
    accepted_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(Fact):
    """A service in a package of care.

    `service_type` and `component` as in Client Level Data ("Long Term Support: Community", "Home Support").
    `ended` None while it runs; `suspended_since` while in hospital. `weekly_cost` in pounds.
    """

    service_type: str
    component: str
    provider: str
    provider_ods: str = ""
    delivery: str = "CASSR Commissioned support"
    funding: str = "Fully funded by social care"
    visits_a_day: int = 0
    hours_a_week: Decimal = Decimal(0)
    schedule: str = ""
    weekly_cost: Decimal = Decimal(0)
    suspended_since: date | None = None
    ended: date | None = None
    end_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Fact):
    """A warning. `category` RTO (risk to others), RTS (to self), RSO (from others), SGC, OTH; `kind` falls,
    not_alone, manual_handling, marac, mappa, dols, self_neglect, hoarding, fire, communication, keysafe,
    dog.
    """

    category: str
    kind: str
    text: str
    ended: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguarding(Fact):
    """A safeguarding concern and what came of it. Always carries `sensitive` safeguarding.

    `types` neglect, self_neglect, physical, financial, domestic, organisational...; `place` of the risk;
    `source_of_risk` words; `source_person` the key of that person if of Wolds; `stage` concern, section_42,
    closed; `attendance` the hospital visit number that raised it, or "".
    """

    types: tuple[str, ...]
    text: str
    place: str = "Own home"
    source_of_risk: str = ""
    source_person: str | None = None
    stage: str = "concern"
    raised_by: str = ""
    attendance: str = ""
    person_wishes: str = ""
    ended: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment(Fact):
    """Equipment asked for or given. `status` requested, ordered, delivered, returned."""

    what: str
    snomed: str = ""
    status: str = "delivered"
    requested_by: str = ""
    place: str = ""
    returned: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carer(Fact):
    """An unpaid carer's arrangement, kept apart from the person's own needs. `person` is the carer's key or
    None.
    """

    name: str
    relation: str
    person: str | None = None
    agreed_to: str = ""
    may_be_told: str = ""
    contingency: str = ""
    needs: str = ""
    ended: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportReason(Fact):
    """Primary support reason in the words of Client Level Data."""

    reason: str
    ended: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accommodation(Fact):
    """Accommodation status in the words of Client Level Data. `lives_alone` None where not asked."""

    status: str
    lives_alone: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker(Fact):
    """A professional involved. `key_worker` marks the one to phone."""

    name: str
    role: str
    team: str
    phone: str = ""
    key_worker: bool = False
    ended: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Fact):
    """A dated case note in words."""

    text: str
    kind: str = "case_note"


@dataclass(frozen=True, slots=True)
class SocialCare:
    """The council's record of a person (who may be there as a carer only: `carer_only`)."""

    known_as: tuple[KnownAs, ...]
    contacts: tuple[Contact, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    packages: tuple[Package, ...] = ()
    alerts: tuple[Alert, ...] = ()
    safeguarding: tuple[Safeguarding, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    carers: tuple[Carer, ...] = ()
    reasons: tuple[SupportReason, ...] = ()
    accommodation: tuple[Accommodation, ...] = ()
    workers: tuple[Worker, ...] = ()
    notes: tuple[Note, ...] = ()
    about_me: tuple[AboutMe, ...] = ()
    capacity: tuple[Capacity, ...] = ()
    carer_only: bool = False
