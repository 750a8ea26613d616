"""What people want said about them, and deaths: an advance decision against a form, BSL, an informal and a
formal death.
"""

from datetime import date

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Admission, Attendance, Caseload, Visit, Wound
from demo.lives.facts import (
    AboutMe,
    AdvanceDecision,
    Allergy,
    Clinical,
    Diagnosis,
    Resuscitation,
)
from demo.lives.gp import Consultation, Gp
from demo.lives.housing import Asset, Housing, Member, PersonAlert, Tenancy
from demo.lives.known import Name, Phone
from demo.lives.person import Death, Person, Related
from demo.lives.social_care import Alert, Assessment, Package, SocialCare, SupportReason
from demo.lives.telling import Teller, address


def refuses(today: date) -> Person:
    """Motor neurone disease. A signed advance decision refuses resuscitation; the hospital's form says
    attempt.
    """
    home = address("1 Weir Cottages, Nether Wold, WL4 4WD", 4401)
    t = Teller(50, today, Name("Lockwood", ("Alan", "Peter"), "Mr"), date(1956, 10, 12), "male", home)
    return t.person(
        "advance-decision", "An advance decision against a resuscitation form",
        related=(Related("Susan Lockwood", "wife", ("spouse", "attorney_health", "carer"),
                         numbers.mobile(501), True,
                         certificate_seen="Dr Morgan, " + t.days.day(300).isoformat(), may_be_told=True),),
        acute=Acute(
            known_as=(t.known("ZAC01", 900),),
            caseloads=(t.fact(Caseload, 200, team="community_matron", reason="Motor neurone disease"),),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 900, substance=c.NONE_KNOWN, none_known=True),),
                diagnoses=(t.fact(Diagnosis, 880, what=c.MND),),
                medicines=(t.medicine(m.RILUZOLE, 860),),
                resuscitation=(
                    t.fact(Resuscitation, 400, recommendation="attempt", clinician="dr.patel",
                           form_kept="Hospital notes", review_due=t.days.day(35), person_told=True),
                ),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 300),),
            packages=(t.fact(Package, 190, service_type="Long Term Support: Community",
                             component="Direct Payment",
                             provider="Personal assistant", delivery="Direct Payment"),),
            about_me=(t.fact(AboutMe, 100, important="My mind is mine.", communicate="Eye-gaze tablet. Wait.",
                             please_do_not="Do not talk over my chair."),),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 6000),), registered=t.days.day(6000),
            clinical=Clinical(
                diagnoses=(t.fact(Diagnosis, 870, what=c.MND),),
                medicines=(t.medicine(m.RILUZOLE, 850),),
                advance_decisions=(
                    t.fact(AdvanceDecision, 290,
                           refuses="Resuscitation, ventilation by tube, feeding by tube",
                           circumstances="Whatever the cause, even if my life is at risk", covers_life=True,
                           kept="Fridge door; scanned at the practice", witnessed_by="Rhys Morgan"),
                ),
                resuscitation=(
                    t.fact(Resuscitation, 288, recommendation="do_not_attempt", clinician="gp.morgan",
                           form_kept="Fridge door"),
                ),
            ),
            consultations=(t.fact(Consultation, 290, how="home_visit",
                                  text="Advance decision signed and witnessed."),),
        ),
    )  # fmt: skip


def signs(today: date) -> Person:
    """Deaf from birth, British Sign Language is her language; letters in English are hard for her."""
    home = address("44 Corn Street, Woldham, WL1 2DS", 1244)
    t = Teller(51, today, Name("Whitlock", ("Josephine",), "Ms"), date(1968, 4, 6), "female", home,
               phones=(Phone(numbers.mobile(51)), Phone("j.whitlock@wolds.example", "email")))  # fmt: skip
    return t.person(
        "bsl", "A BSL user", language="bfi", interpreter="British Sign Language",
        needs=("British Sign Language interpreter", "Text, never phone", "Easy read letters"),
        adjustments=("BSL interpreter", "longer slot", "easy read", "text or video relay only"),
        acute=Acute(
            known_as=(t.known("ZAC01", 2200),),
            attendances=(
                t.fact(Attendance, 35, "14:00", kind="outpatient", local_id=t.mrn, complaint=c.DIABETES,
                       arrival="booked", ended=t.days.ago(35, "15:00"), place="Diabetes clinic",
                       text="No interpreter came. Clinic repeated."),
                t.fact(Attendance, 21, "14:00", kind="outpatient", local_id=t.mrn, complaint=c.DIABETES,
                       arrival="booked", ended=t.days.ago(21, "15:10"), place="Diabetes clinic"),
            ),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 2200, substance=c.CODEINE, reaction=c.HALLUCINATIONS,
                                  severity="moderate"),),
                diagnoses=(t.fact(Diagnosis, 2200, what=c.DEAF), t.fact(Diagnosis, 700, what=c.DIABETES)),
                medicines=(t.medicine(m.INSULIN, 300),),
                results=(t.result(c.HBA1C, "71", "mmol/mol", 22, flag="H"),),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 1000),),
            alerts=(t.fact(Alert, 1000, category="OTH", kind="communication",
                           text="BSL; flashing doorbell"),),
            reasons=(t.fact(SupportReason, 1000, reason="Sensory Support: Support for hearing impairment"),),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 2000),),
            tenancies=(t.fact(Tenancy, 2000, asset=Asset("WH-01244", home, kind="Flat", step_free=True,
                                                         stairs=False),
                              members=(Member("Josephine Whitlock", "self", "tenant", t.birth_date, True),
                                       )),),
            alerts=(t.fact(PersonAlert, 2000, code="20-10", text="Deaf, text first"),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 2500),), registered=t.days.day(2500),
                     clinical=Clinical(medicines=(t.medicine(m.INSULIN, 290), t.medicine(m.METFORMIN, 690)))),
    )  # fmt: skip


def informal_death(today: date) -> Person:
    """Somebody told the demographics service that he died. His carers saw him this morning."""
    home = address("13 Mill Yard, Woldham, WL2 1NY", 2113)
    t = Teller(52, today, Name("Tranter", ("Leonard",), "Mr"), date(1938, 8, 15), "male", home)
    list_ = t.fact(Caseload, 100, team="district_nursing", reason="Leg ulcer", key_worker="dn.brown")
    return t.person(
        "informal-death", "An informal death notice about a man who is alive",
        death=Death(on=t.days.day(3), informal=t.days.ago(2, "11:00")),
        acute=Acute(
            known_as=(t.known("ZAC01", 2000),), caseloads=(list_,),
            visits=(t.fact(Visit, 2, "10:00", caseload=list_.id, what="Dressing", note="Healing."),
                    t.fact(Visit, 0, "08:30", caseload=list_.id, what="Dressing",
                           note="Cheerful. Next on Friday.")),
            wounds=(t.fact(Wound, 2, "10:05", caseload=list_.id, what=c.LEG_ULCER, site="Left leg, above the ankle",
                           length_mm=31, width_mm=24, dressing="Non-adherent dressing, two-layer compression",
                           plan="Compression; dress twice a week.", goal="Healed", review=t.days.day(-60)),),
            clinical=Clinical(allergies=(t.fact(Allergy, 900, substance=c.PENICILLIN, reaction=c.RASH),),
                              diagnoses=(t.fact(Diagnosis, 100, what=c.LEG_ULCER),)),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 90),),
            packages=(t.fact(Package, 80, service_type="Long Term Support: Community",
                             component="Home Support",
                             provider="Kindly Home Care", provider_ods="ZHC01", visits_a_day=1),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 5000),), registered=t.days.day(5000),
                     clinical=Clinical(medicines=(t.medicine(m.APIXABAN, 400),),
                                       diagnoses=(t.fact(Diagnosis, 420, what=c.AF),))),
    )  # fmt: skip


def formal_death(today: date) -> Person:
    """Died in hospital nine days ago, registered five days ago: tasks and letters must stop."""
    home = address("Elm Court, 2 Elm Court, Over Wold, WL5 2EF", 5202, kind="care_home")
    t = Teller(53, today, Name("Sorrel", ("Edith",), "Mrs"), date(1931, 1, 22), "female", home)
    stay = t.fact(
        Admission, 16, "19:00", local_id=t.mrn, reason=c.PNEUMONIA, source="85", ward="Ward 4", bed="8",
        discharged=t.days.ago(9, "04:20"), discharge_method="4", destination="79", summary="Died peacefully.",
    )  # fmt: skip
    return t.person(
        "formal-death", "A formal death",
        death=Death(on=t.days.day(9), informal=t.days.ago(9, "08:00"), formal=t.days.ago(5, "10:00")),
        related=(Related("Paul Sorrel", "son", ("next_of_kin", "child", "attorney_property"),
                         numbers.mobile(530)),),
        acute=Acute(
            known_as=(t.known("ZAC01", 4000),), admissions=(stay,),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 1000, substance=c.NONE_KNOWN, none_known=True),),
                diagnoses=(t.fact(Diagnosis, 16, "20:00", what=c.PNEUMONIA, episode=stay.id),),
                resuscitation=(t.fact(Resuscitation, 15, recommendation="do_not_attempt",
                                      clinician="dr.patel"),),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 1000),),
            packages=(t.fact(Package, 900, service_type="Long Term Support: Nursing Care",
                             component="Long Term Nursing Care", provider="Elm Court", provider_ods="ZCH02",
                             ended=t.days.day(9), end_reason="NFA: Deceased"),),
            assessments=(t.fact(Assessment, 30, kind="review", completed=t.days.day(28)),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 1000),), registered=t.days.day(1000)),
    )  # fmt: skip
