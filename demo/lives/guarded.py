"""People of whom some things must not be shown: where they live, or a part of their care, or to some
readers.
"""

from datetime import date

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Admission, Attendance
from demo.lives.days import Days
from demo.lives.facts import Allergy, Clinical, Diagnosis, Document
from demo.lives.gp import Consultation, Gp
from demo.lives.housing import Asset, Homelessness, Housing, Member, PersonAlert, Repair, Tenancy
from demo.lives.known import Name
from demo.lives.mental_health import Contact, MentalHealth, Plan, Referral, Risk
from demo.lives.person import Choice, Person, Related
from demo.lives.social_care import (
    Accommodation,
    Alert,
    Assessment,
    Note,
    Package,
    Safeguarding,
    SocialCare,
    SupportReason,
)
from demo.lives.telling import Teller, address


def restricted_address(today: date) -> Person:
    """Her address must not be shown; the demographics service says so. Free text mentions it all the same."""
    home = address("9 Heron Court, Over Wold, WL5 7HD", 5709)
    t = Teller(20, today, Name("Ashdown", ("Leila",), "Ms"), date(1984, 1, 17), "female", home)
    return t.person(
        "restricted-address", "Location-restricted: an address that must not be shown",
        location_restricted=True,
        related=(Related("Dina Ashdown", "mother", ("next_of_kin", "parent"), numbers.landline(77)),),
        acute=Acute(
            known_as=(t.known("ZAC01", 800, location_hidden=True),),
            attendances=(
                t.fact(Attendance, 90, "20:00", local_id=t.mrn, complaint=c.ABDO_PAIN, diagnosis=c.UTI,
                       ended=t.days.ago(90, "23:30"),
                       text="Taxi back to 9 Heron Court, Over Wold. Ring 07700 900020."),
            ),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 90, substance=c.TRIMETHOPRIM, reaction=c.RASH,
                                  severity="moderate"),),
                medicines=(t.medicine(m.NITROFURANTOIN, 90, change="started", ended=t.days.day(85)),),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 700),),
            alerts=(
                t.fact(Alert, 650, category="RSO", kind="marac", text="Heard at MARAC", sensitive=("marac",
                                                                                                   "domestic_abuse")),
            ),
            assessments=(t.fact(Assessment, 640, kind="care_act", completed=t.days.day(630),
                                worker="sw.okafor"),),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 700),),
            tenancies=(t.fact(Tenancy, 700, asset=Asset("WH-05709", home, kind="Flat", floor=1),
                              members=(Member("Leila Ashdown", "self", "tenant", t.birth_date, True),)),),
            repairs=(t.fact(Repair, 30, description="Second lock on front door", trade="Carpentry",
                            priority=1,
                            status="completed", completed=t.days.day(29)),),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 800),), registered=t.days.day(800),
            clinical=Clinical(medicines=(t.medicine(m.SERTRALINE, 600),)),
        ),
    )  # fmt: skip


def objects(today: date) -> Person:
    """He does not want his landlord to see anything of the mental health team."""
    home = address("31 Tower View, Woldham, WL1 7TW", 1731)
    t = Teller(21, today, Name("Fairweather", ("Joel",), "Mr"), date(1992, 9, 8), "male", home)
    seen = t.fact(Referral, 500, source="A1", reason=c.BIPOLAR, reason_code="03")
    return t.person(
        "housing-objection", "Objects to housing seeing mental health",
        choices=(
            t.fact(Choice, 400, kind="permission", recipient="ZHO01", category="care_plan",
                   words="Housing may see my plan."),
            t.fact(Choice, 400, kind="objection", provider="ZMH01", recipient="ZHO01",
                   category="mental_health",
                   words="Not my landlord."),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 500),),
            referrals=(seen,),
            contacts=(t.fact(Contact, 40, "15:00", referral=seen.id, note="Well. Worried about rent."),),
            plans=(
                t.fact(Plan, 300, kind="12", updated=t.days.day(120), agreed_with="Joel",
                       triggers=("Eviction letters", "No sleep"), early_signs=("Spends money", "Talks fast"),
                       helps=("Ring his brother",), who_to_call=("Crisis line 01632 960399",)),
            ),
            clinical=Clinical(diagnoses=(t.fact(Diagnosis, 490, what=c.BIPOLAR),),
                              medicines=(t.medicine(m.LITHIUM, 480),)),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 900),),
            tenancies=(t.fact(Tenancy, 900, asset=Asset("WH-01731", home, kind="Flat", floor=6, lift=True),
                              members=(Member("Joel Fairweather", "self", "tenant", t.birth_date, True),)),),
            alerts=(t.fact(PersonAlert, 100, code="30", text="Missed two appointments"),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 900),), registered=t.days.day(900),
                     clinical=Clinical(medicines=(t.medicine(m.LITHIUM, 470),))),
    )  # fmt: skip


def sealed(today: date) -> Person:
    """Asked for three mental health items to be restricted; and a sexual health clinic wrote letters."""
    home = address("4 Weir Cottages, Nether Wold, WL4 4WD", 4404)
    t = Teller(22, today, Name("Haldane", ("Vivian", "Ruth"), "Ms"), date(1976, 3, 3), "female", home)
    seen = t.fact(Referral, 800, source="B1", reason=c.DEPRESSION, reason_code="05", sealed=True)
    return t.person(
        "sealed-items", "Three sealed mental health items",
        acute=Acute(
            known_as=(t.known("ZAC01", 2500),),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 1000, substance=c.NONE_KNOWN, none_known=True),),
                diagnoses=(t.fact(Diagnosis, 1000, what=c.HIV, sensitive=("hiv", "sexual_health")),),
                medicines=(t.medicine(m.BICTEGRAVIR, 980, reason="", sensitive=("hiv",)),),
                documents=(
                    t.fact(Document, 200, kind="clinic_letter", title="Clinic review",
                           sensitive=("sexual_health",),
                           text="Well, undetectable, review in six months."),
                ),
            ),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 800),),
            referrals=(seen,),
            contacts=(
                t.fact(Contact, 760, "12:00", referral=seen.id, sealed=True,
                       note="Talked about her childhood."),
                t.fact(Contact, 60, "12:00", referral=seen.id, note="Well."),
            ),
            clinical=Clinical(
                diagnoses=(t.fact(Diagnosis, 755, what=c.DEPRESSION, sealed=True, episode=seen.id),),
                medicines=(t.medicine(m.SERTRALINE, 750),),
            ),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 3000),), registered=t.days.day(3000),
            clinical=Clinical(allergies=(t.fact(Allergy, 2800, substance=c.NONE_KNOWN, none_known=True),),
                              medicines=(t.medicine(m.SERTRALINE, 745),)),
        ),
    )  # fmt: skip


def refuge(today: date) -> Person:
    """Living in a refuge for nine weeks; the demographics service carries no flag yet."""
    before = address("50 Canal Row, Woldham, WL2 3DR", 1050, until=Days(today).day(63))
    now = address("Refuge, care of the council, WL1 2BB", 9001, kind="refuge", since=Days(today).day(63))
    t = Teller(23, today, Name("Petrova", ("Elena",), "Mrs"), date(1990, 2, 14), "female", before, now)
    seen = t.fact(Attendance, 64, "02:10", local_id=t.mrn, complaint=c.HEAD_INJURY, diagnosis=c.HEAD_INJURY,
                  arrival="police", ended=t.days.ago(64, "08:00"), sensitive=("domestic_abuse",),
                  text="Injuries from partner. Children safe with her.")  # fmt: skip
    return t.person(
        "refuge", "In a refuge; no flag yet", interpreter="Bulgarian", language="bg", ethnic="C",
        needs=("Bulgarian interpreter, a woman",),
        acute=Acute(
            known_as=(t.known("ZAC01", 300),), attendances=(seen,),
            clinical=Clinical(allergies=(t.fact(Allergy, 64, "02:30", substance=c.LATEX, kind="environment",
                                                reaction=c.RASH),)),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 63),),
            safeguarding=(
                t.fact(Safeguarding, 63, types=("domestic", "physical"), text="Assault by husband",
                       source_of_risk="Husband", attendance=seen.id, stage="closed", ended=t.days.day(40),
                       sensitive=("safeguarding", "domestic_abuse", "third_party")),
            ),
            accommodation=(t.fact(Accommodation, 63, status="Refuge", sensitive=("refuge",)),),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 63),),
            homelessness=(
                t.fact(Homelessness, 62, duty="relief", reason="Domestic abuse", referred_by="ZSC01",
                       temporary=now,
                       sensitive=("homelessness", "domestic_abuse", "refuge")),
            ),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 60),), registered=None,
                     consultations=(t.fact(Consultation, 50, text="Poor sleep. Children registered too."),)),
    )  # fmt: skip


def staff_patient(today: date) -> Person:
    """Megan Jones, the ward nurse, as a patient of her own hospital and of the mental health team."""
    home = address("11 Infirmary Terrace, Woldham, WL1 1JT", 1111)
    t = Teller(24, today, Name("Jones", ("Megan",), "Miss"), date(1991, 7, 19), "female", home)
    seen = t.fact(
        Referral, 100, source="B1", reason=c.ANXIETY, reason_code="07", sensitive=("staff_patient",)
    )
    return t.person(
        "staff-patient", "A member of staff (nurse.jones) as patient",
        acute=Acute(
            known_as=(t.known("ZAC01", 1500),),
            attendances=(
                t.fact(Attendance, 75, "20:30", local_id=t.mrn, complaint=c.LACERATION,
                       diagnosis=c.LACERATION,
                       ended=t.days.ago(75, "22:00"), sensitive=("staff_patient",)),
            ),
            clinical=Clinical(allergies=(t.fact(Allergy, 75, substance=c.NUTS, kind="food",
                                                reaction=c.ANAPHYLAXIS,
                                                severity="severe"),)),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 100),), referrals=(seen,),
            contacts=(t.fact(Contact, 90, "18:00", referral=seen.id, mechanism="11",
                             sensitive=("staff_patient",)),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 1500),), registered=t.days.day(1500)),
    )  # fmt: skip


def prisoner(today: date) -> Person:
    """Released three weeks ago to approved premises; dates and places must not reach his own or family
    pages.
    """
    jail = address("HMP Fictional, Long Road, WL9 1PR", 9901, kind="prison", since=Days(today).day(700),
                   until=Days(today).day(21))  # fmt: skip
    now = address("Approved premises, care of probation, WL1 2AP", 9002, kind="approved_premises",
                  since=Days(today).day(21))  # fmt: skip
    t = Teller(25, today, Name("Drummond", ("Kyle",), "Mr"), date(1986, 5, 27), "male", jail, now)
    stay = t.fact(
        Admission, 210, "13:00", local_id=t.mrn, reason=c.PNEUMONIA, source="39", ward="Ward 3",
        bed="Side room 1",
        discharged=t.days.ago(204, "11:00"), discharge_method="1", destination="38",
        summary="Pneumonia. Two escorts throughout.", sensitive=("prison",),
    )  # fmt: skip
    return t.person(
        "released-prisoner", "Released from prison three weeks ago",
        acute=Acute(
            known_as=(t.known("ZAC01", 210),), admissions=(stay,),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 210, substance=c.PENICILLIN, reaction=c.RASH),),
                diagnoses=(t.fact(Diagnosis, 210, what=c.PNEUMONIA, status="resolved", episode=stay.id),
                           t.fact(Diagnosis, 210, what=c.OPIOID, sensitive=("substance_misuse",))),
                medicines=(t.medicine(m.METHADONE, 204, change="continued", episode=stay.id,
                                      sensitive=("substance_misuse",)),),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 25),),
            alerts=(t.fact(Alert, 25, category="RTO", kind="mappa", text="MAPPA level 2",
                           sensitive=("mappa",)),),
            packages=(
                t.fact(Package, 20, service_type="Short Term Support: Other Short Term",
                       component="Other Short Term Support", provider="Wolds Neighbours",
                       provider_ods="ZVC01"),
            ),
            accommodation=(t.fact(Accommodation, 21, status="Approved premises", sensitive=("prison",)),),
            reasons=(t.fact(SupportReason, 25, reason="Social Support: Substance misuse support"),),
            notes=(t.fact(Note, 10, text="Attends every appointment. Wants his own place."),),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 19),),
            referrals=(t.fact(Referral, 19, source="A1", reason=c.OPIOID, reason_code="20",
                              sensitive=("substance_misuse",)),),
            risks=(t.fact(Risk, 18, kind="to_others", text="Do not see alone", sensitive=("mappa",)),),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 40),),
            homelessness=(
                t.fact(Homelessness, 40, duty="prevention", reason="Leaving prison", referred_by="Probation",
                       temporary=now, sensitive=("homelessness", "prison")),
            ),
            alerts=(t.fact(PersonAlert, 20, code="10", text="Do not visit alone"),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 18),), registered=t.days.day(18),
                     clinical=Clinical(medicines=(t.medicine(m.METHADONE, 18, sensitive=("substance_misuse",
                         )),))),
    )  # fmt: skip
