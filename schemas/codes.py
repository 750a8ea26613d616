"""The closed lists that decisions, grids and pages share. Code systems of sources stay with the adapters.

Categories say which sector's information a thing is; a sharing clause names them. Headings follow the
PRSB core information standard as far as this project holds them; the completeness grid has a row for each.
"""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """Kind of information that a sharing clause names."""

    DEMOGRAPHICS = "demographics"
    ACUTE = "acute"
    COMMUNITY = "community"
    PRIMARY_CARE = "primary-care"
    SOCIAL_CARE = "social-care"
    MENTAL_HEALTH = "mental-health"
    HOUSING = "housing"
    CARE_HOME = "care-home"
    CARE_PLAN = "care-plan"
    RED_BAG = "red-bag"


class Heading(StrEnum):
    """Row of the completeness grid, and section of a page."""

    DEMOGRAPHICS = "demographics"
    NEEDS = "needs"  # communication needs and reasonable adjustments (DAPB4019)
    STAFF_SAFETY = "staff-safety"  # do not see alone, risk to staff
    ALERTS = "alerts"
    ALLERGIES = "allergies"
    MEDICINES = "medicines"
    PROBLEMS = "problems"
    RESUSCITATION = "resuscitation"
    LEGAL = "legal"  # Mental Health Act, capacity, representatives
    SAFEGUARDING = "safeguarding"
    ENCOUNTERS = "encounters"
    RESULTS = "results"
    PROCEDURES = "procedures"
    DOCUMENTS = "documents"
    CARE_TEAM = "care-team"
    CONTACTS = "contacts"  # family, carers, next of kin
    SERVICES = "services"  # packages of care, caseloads
    ASSESSMENTS = "assessments"
    EQUIPMENT = "equipment"
    HOME = "home"  # tenancy, steps and stairs, repairs, hazards, adaptations
    ABOUT_ME = "about-me"
    PLAN = "plan"
    RED_BAG = "red-bag"


SAFETY_FLOOR = frozenset(
    {Heading.ALLERGIES, Heading.MEDICINES, Heading.RESUSCITATION, Heading.STAFF_SAFETY, Heading.LEGAL}
)
"""people-and-safety 5.3 as far as headings tell; infection, implants and pregnancy are told by label."""

NORMAL_WHEN_UNLABELLED = frozenset(
    {Heading.ALLERGIES, Heading.ALERTS, Heading.STAFF_SAFETY, Heading.MEDICINES, Heading.RESUSCITATION}
)
"""people-and-safety 5.5: these are shown, with an alarm, when no list has labelled them."""


class Confidentiality(StrEnum):
    """HL7 v3 Confidentiality, the three levels used here, lowest first."""

    NORMAL = "N"
    RESTRICTED = "R"
    VERY_RESTRICTED = "V"

    @property
    def rank(self) -> int:
        return "NRV".index(self.value)


class Audience(StrEnum):
    """Who may come to read this copy (people-and-safety 3): the reader is not the only one."""

    SCREEN = "screen"  # a signed-in professional's screen
    SYSTEM = "system"
    PAPER = "paper"  # paper, PDF, QR, portable media
    PERSON = "person"
    CARER = "carer"  # representative or carer

    @property
    def professional(self) -> bool:
        return self in (Audience.SCREEN, Audience.SYSTEM)


class Purpose(StrEnum):
    """Stated purpose of a request; it travels only in the token."""

    DIRECT_CARE = "direct_care"
    TRANSFER_OF_CARE = "transfer_of_care"
    OWN_RECORD = "own_record"
    PLANNING = "planning"
    RESEARCH = "research"
    GOVERNANCE = "governance"


class Interaction(StrEnum):
    """What is being done. Operations name themselves."""

    READ = "read"
    SEARCH = "search"
    RECORD = "$record"
    EVERYTHING = "$everything"
    SUMMARY = "$summary"
    PASSPORT = "$passport"
    PLAN = "plan"
    WRITE = "write"
    AUDIT = "audit"
    EMERGENCY = "$emergency-access"
    PARTICIPATE = "$participate"
    REVIEW = "review"
    IDENTITY = "identity"
    SOURCES = "sources"
    EVENTS = "$events"


class CellState(StrEnum):
    """State of one cell (heading x source) of the completeness grid."""

    ANSWERED = "answered"
    NOTHING = "answered-nothing-to-show"
    NEVER_HOLDS = "never-holds"
    LATE = "late"
    DOWN = "down"
    STALE = "stale-since"
    OUTSIDE_AGREEMENT = "outside-agreement"
    NOT_ONBOARDED = "not-onboarded"


class RelationshipKind(StrEnum):
    """Why an organisation has to do with a person; each is dated and evidenced."""

    REGISTRATION = "registration"  # GP list
    REFERRAL = "referral"
    ATTENDANCE = "attendance"  # hospital or emergency department
    CASELOAD = "caseload"  # social care, mental health, community
    TENANCY = "tenancy"
    STAY = "stay"  # care home, respite
    TEAM = "team"  # named member of the person's MDT
    TRANSFER = "transfer"  # transfer of care under way
    SELF_CLAIM = "self-claim"
    SELF = "self"  # the person
    REPRESENTATIVE = "representative"
