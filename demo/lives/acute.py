"""What Wolds General Hospital (ZAC01) holds: attendances, stays, clinical facts, community health."""

from dataclasses import dataclass
from datetime import date, datetime

from demo.lives.facts import NOTHING_CLINICAL, Clinical, Coded, Fact, Span
from demo.lives.known import KnownAs


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance(Fact):
    """An A&E or outpatient attendance. `id` is the visit number.

    `kind` emergency or outpatient; `arrival` ambulance, walk_in, police, booked; `outcome` discharged,
    admitted, left, "" while present. `fall` marks a fall. `admission` is the visit number of the admission
    it led to, or "".
    """

    local_id: str
    complaint: Coded
    kind: str = "emergency"
    ended: datetime | None = None
    arrival: str = "walk_in"
    diagnosis: Coded | None = None
    outcome: str = "discharged"
    place: str = "ED"
    specialty: str = "180"
    consultant: str = ""
    fall: bool = False
    admission: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission(Fact):
    """A hospital stay. `id` is the visit number; `on` the admission.

    `method` is the national admission method (21 = A&E, 11 = waiting list, 28 other emergency, 82 birth);
    `source` the national source of admission (19 usual home, 65 care home run by the council, 85
    independent care home). `moves` are ward stays, oldest first (`what` bed, `where` ward). `ready_since`:
    no longer meets the criteria to reside since; `pathway` 0-3; `waiting_for` in words; `panel` funding
    panel date. `discharged` None while in. `destination` is the national code as sent (19 home, 54 nursing
    home, 85 care home, 79 died, ...), `discharge_method` 1 by a clinician, 4 died.
    """

    local_id: str
    reason: Coded
    method: str = "21"
    source: str = "19"
    ward: str = "Ward 4"
    bed: str = "1"
    specialty: str = "300"
    consultant: str = "Dr A Patel"
    moves: tuple[Span, ...] = ()
    expected: date | None = None
    ready_since: date | None = None
    pathway: int | None = None
    waiting_for: str = ""
    funding: str = ""
    panel: date | None = None
    discharged: datetime | None = None
    discharge_method: str = ""
    destination: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload(Fact):
    """Being on a community team's list. `team` district_nursing, community_matron, falls, heart_failure,
    therapy.
    """

    team: str
    reason: str
    key_worker: str = ""
    ended: date | None = None
    local_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Fact):
    """A community contact. `caseload` is the id of the caseload; `done` is False for a visit that failed."""

    caseload: str
    what: str
    note: str = ""
    done: bool = True
    local_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wound(Fact):
    """A wound in care. `category` is a pressure-ulcer category (1-4) or ""; sizes in millimetres. `caseload` is the
    id of the list whose nurses look after it, `plan` what they do and `goal` what it is to reach by `review`.
    """

    what: Coded
    site: str
    category: str = ""
    length_mm: int | None = None
    width_mm: int | None = None
    dressing: str = ""
    caseload: str = ""
    plan: str = ""
    goal: str = ""
    review: date | None = None
    local_id: str = ""


@dataclass(frozen=True, slots=True)
class Acute:
    """The hospital's record; more than one `known_as` means duplicate registrations, told apart by
    `local_id`.
    """

    known_as: tuple[KnownAs, ...]
    attendances: tuple[Attendance, ...] = ()
    admissions: tuple[Admission, ...] = ()
    clinical: Clinical = NOTHING_CLINICAL
    caseloads: tuple[Caseload, ...] = ()
    visits: tuple[Visit, ...] = ()
    wounds: tuple[Wound, ...] = ()
