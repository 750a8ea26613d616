"""What every fact about a life has in common, and the clinical facts that several sectors record alike.

Neutral world truth: not FHIR, not HL7. Who recorded a fact follows from the sector record that holds it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Coded:
    """A notion with the codes that a source may send for it; an empty code means "sent as words only"."""

    text: str
    snomed: str = ""
    icd10: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened or began.

    `id` is the source's own identifier of it, unique within that source and kind. `on` is the true time
    (UTC). `lag` is how much later it was typed in. `author` is a user name of `demo.place` or words.
    `sealed` means restricted at the person's wish. `sensitive` lists subjects that many readers may not
    see: safeguarding, domestic_abuse, third_party, sexual_health, hiv, termination, mental_health, prison,
    refuge, homelessness, marac, mappa, staff_patient, gender, substance_misuse, child_protection.
    """

    id: str
    on: datetime
    lag: timedelta = timedelta(0)
    author: str = ""
    sealed: bool = False
    sensitive: tuple[str, ...] = ()

    @property
    def recorded(self) -> datetime:
        """When it was typed in (UTC)."""
        return self.on + self.lag


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy(Fact):
    """An allergy, intolerance, or (with `none_known`) the statement that none is known.

    `kind` drug, food, environment; `status` active, refuted, entered_in_error; `severity` mild, moderate,
    severe, "". `local_id` names the source's person record where it has more than one.
    """

    substance: Coded
    kind: str = "drug"
    reaction: Coded | None = None
    severity: str = ""
    status: str = "active"
    none_known: bool = False
    local_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis(Fact):
    """A diagnosis or problem. `status` active, resolved, refuted. `episode` is the id of the stay or
    referral, or "".
    """

    what: Coded
    status: str = "active"
    ended: date | None = None
    episode: str = ""
    local_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine(Fact):
    """A medicine as one source holds it.

    `dmd` is a dm+d code or "". `dose` ("5 mg"), `route` (oral, subcutaneous, transdermal, inhaled, topical,
    eye, intramuscular), `frequency` (words), `form` (tablet, ...). `change` is what a discharge did:
    started, stopped, changed, continued, or "" outside a discharge; `reason` says why. `ended` is the stop,
    None while current. `critical`: a late dose harms (Parkinson's, insulin, anticonvulsant). `controlled`:
    count on handover.
    """

    name: str
    dmd: str = ""
    dose: str = ""
    form: str = ""
    route: str = "oral"
    frequency: str = ""
    reason: str = ""
    change: str = ""
    ended: date | None = None
    critical: bool = False
    controlled: bool = False
    note: str = ""
    episode: str = ""
    local_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Fact):
    """A test result or an observation at the bedside. `value` is a number with its precision, or words.

    `group` ties those taken together ("NEWS2 obs", "U&E"); `low` and `high` are the reference range;
    `flag` is "", H, L, HH, LL or A; `status` final, corrected, preliminary.
    """

    what: Coded
    value: Decimal | str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    flag: str = ""
    group: str = ""
    status: str = "final"
    loinc: str = ""
    episode: str = ""
    local_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Fact):
    """An operation or procedure. `opcs4` may be ""."""

    what: Coded
    opcs4: str = ""
    episode: str = ""
    local_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resuscitation(Fact):
    """A recommendation about cardiopulmonary resuscitation.

    `recommendation` attempt or do_not_attempt; `form` ReSPECT or DNACPR; `withdrawn` is when it ceased to
    stand.
    """

    recommendation: str
    form: str = "ReSPECT"
    form_kept: str = ""
    clinician: str = ""
    review_due: date | None = None
    person_told: bool = True
    withdrawn: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceDecision(Fact):
    """A signed advance decision to refuse treatment: what, when, where it is kept, whether it covers risk
    to life.
    """

    refuses: str
    circumstances: str
    covers_life: bool
    kept: str
    witnessed_by: str = ""
    withdrawn: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(Fact):
    """One assessment of capacity for one decision. `outcome` has_capacity, lacks_capacity; never a general
    verdict.
    """

    decision: str
    outcome: str
    assessor: str
    fluctuating: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Fact):
    """A letter or summary in words. `kind` discharge_summary, clinic_letter, ed_letter, care_plan, report,
    nursing.
    """

    kind: str
    title: str
    text: str
    episode: str = ""
    local_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutMe(Fact):
    """The person's own words under the national headings; "" where the person said nothing."""

    important: str = ""
    people: str = ""
    communicate: str = ""
    wellness: str = ""
    please_do: str = ""
    please_do_not: str = ""
    support: str = ""
    also: str = ""
    helped_by: str = ""


@dataclass(frozen=True, slots=True)
class Clinical:
    """What clinical records hold in common; each tuple is oldest first."""

    allergies: tuple[Allergy, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    results: tuple[Result, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    resuscitation: tuple[Resuscitation, ...] = ()
    advance_decisions: tuple[AdvanceDecision, ...] = ()
    capacity: tuple[Capacity, ...] = ()
    documents: tuple[Document, ...] = ()


NOTHING_CLINICAL = Clinical()


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a longer thing: from, until (None while it lasts), and what."""

    start: datetime
    end: datetime | None
    what: str = ""
    where: str = ""
