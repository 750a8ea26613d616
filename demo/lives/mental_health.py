"""What Wolds Mental Health (ZMH01) holds. Codes are those of the mental health services data set (MHSDS)."""

from dataclasses import dataclass
from datetime import date, datetime

from demo.lives.facts import NOTHING_CLINICAL, Clinical, Coded, Fact, Span
from demo.lives.known import KnownAs


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(Fact):
    """A referral, open until `ended`. `id` is the service request id.

    `source` A1 GP, B1 self, B2 carer, H1 emergency department, H2 acute, P1 internal; `priority` 1
    emergency, 4 very urgent, 2 urgent, 3 routine; `team` A02 crisis, A11 liaison, A14 early intervention,
    A05 primary care, A06 community.
    """

    source: str
    reason: Coded
    reason_code: str = ""
    priority: str = "3"
    team: str = "A06"
    team_name: str = "Community mental health team"
    ended: date | None = None
    closure: str = ""
    rejected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Fact):
    """A care contact. `status` 5 or 6 attended, 2 or 4 cancelled, 3 or 7 did not attend; `mechanism` 01
    face to face, 02 telephone, 11 video.
    """

    referral: str
    status: str = "5"
    mechanism: str = "01"
    minutes: int = 30
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPeriod(Fact):
    """Detention or another period under the Mental Health Act. `legal_status` is the national code (02 =
    section 2, 03 = section 3, 01 informal, 05 section 5(2), 19 section 135, 20 section 136). `leave` are
    section 17 leaves.
    """

    legal_status: str
    expires: datetime | None = None
    ended: datetime | None = None
    mental_category: str = "A"
    leave: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityOrder(Fact):
    """A community treatment order with its conditions; `recalled` are recalls to hospital."""

    expires: date
    ended: date | None = None
    conditions: tuple[str, ...] = ()
    recalled: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WardStay(Fact):
    """A stay on a ward within a hospital spell. `bed_type` 10 adult acute, 11 older, 12 intensive care;
    `clinically_ready` since when discharge waits only for others, with the `waiting_code` of MHS518."""

    spell: str
    ward: str
    bed_type: str = "10"
    security: str = "0"
    ended: datetime | None = None
    spell_ended: datetime | None = None
    clinically_ready: date | None = None
    waiting_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Fact):
    """A care plan. `kind` 10 mental health care plan, 11 urgent and emergency, 12 crisis, 13 positive
    behaviour support.
    """

    kind: str
    updated: date
    agreed_with: str = ""
    triggers: tuple[str, ...] = ()
    early_signs: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    does_not_help: tuple[str, ...] = ()
    who_to_call: tuple[str, ...] = ()
    review: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Fact):
    """A risk. `kind` to_self, to_others, from_others, self_neglect, vulnerability."""

    kind: str
    text: str
    ended: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinator(Fact):
    """A care co-ordinator's assignment."""

    name: str
    team: str
    phone: str = ""
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class MentalHealth:
    """The mental health provider's record."""

    known_as: tuple[KnownAs, ...]
    referrals: tuple[Referral, ...] = ()
    contacts: tuple[Contact, ...] = ()
    act: tuple[ActPeriod, ...] = ()
    community_orders: tuple[CommunityOrder, ...] = ()
    ward_stays: tuple[WardStay, ...] = ()
    plans: tuple[Plan, ...] = ()
    risks: tuple[Risk, ...] = ()
    coordinators: tuple[Coordinator, ...] = ()
    accommodation: str = ""
    employment: str = ""
    clinical: Clinical = NOTHING_CLINICAL
