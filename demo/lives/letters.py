"""Three people of the founding papers at home: Mrs X's staircase, Mrs P's nights, Mr A's visits."""

from datetime import date
from decimal import Decimal

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Admission, Attendance, Caseload, Visit
from demo.lives.facts import (
    AboutMe,
    Allergy,
    Clinical,
    Diagnosis,
    Resuscitation,
    Span,
)
from demo.lives.gp import Consultation, Gp
from demo.lives.housing import Adaptation, Asset, Housing, Member, Repair, Tenancy
from demo.lives.known import Name
from demo.lives.person import Person, Related
from demo.lives.social_care import (
    Accommodation,
    Assessment,
    Contact,
    Equipment,
    Package,
    SocialCare,
    SupportReason,
    Worker,
)
from demo.lives.telling import Teller, address


def mrs_x(today: date) -> Person:
    """End of life in a hospital bed because the only way to her bedroom is a spiral staircase."""
    home = address("3 The Old Bakery, Chapel Lane, Nether Wold, WL4 2PB", 4203)
    born = date(1944, 5, 9)
    t = Teller(2, today, Name("Xavier", ("Rosalind",), "Mrs"), born, "female", home)
    stay = t.fact(
        Admission, 31, "11:20", local_id=t.mrn, reason=c.PANCREAS_CANCER, ward="Ward 9", bed="12",
        moves=(Span(t.days.ago(31, "11:20"), None, "12", "Ward 9"),), expected=t.days.day(18),
        ready_since=t.days.day(19), pathway=1, waiting_for="Through-floor lift; spiral staircase at home",
        summary="Comfort care. Wants to die at home. Cannot climb the spiral staircase to bed or bath.",
    )  # fmt: skip
    return t.person(
        "mrs-x", "End of life; spiral staircase; through-floor lift",
        related=(
            Related("Hugo Xavier", "husband", ("spouse", "next_of_kin", "carer"), numbers.mobile(21), True),
        ),
        acute=Acute(
            known_as=(t.known("ZAC01", 1100),),
            admissions=(stay,),
            caseloads=(t.fact(Caseload, 34, team="community_matron", reason="Palliative care at home"),),
            clinical=Clinical(
                allergies=(
                    t.fact(Allergy, 1100, substance=c.CODEINE, reaction=c.VOMITING, severity="moderate"),
                ),
                diagnoses=(
                    t.fact(Diagnosis, 160, what=c.PANCREAS_CANCER),
                    t.fact(Diagnosis, 31, what=c.PALLIATIVE, episode=stay.id),
                ),
                medicines=(
                    t.medicine(m.MORPHINE_LIQUID, 31, episode=stay.id),
                    t.medicine(m.PARACETAMOL, 31, episode=stay.id),
                ),
                results=t.obs(1, rr="18", spo2="94", bp="104/60", pulse="96"),
                resuscitation=(
                    t.fact(Resuscitation, 30, recommendation="do_not_attempt", clinician="dr.patel",
                           form_kept="In the ward folder, goes home with her", review_due=t.days.day(-60),
                           note="Prefers to die at home"),
                ),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 25),),
            contacts=(t.fact(Contact, 25, route="Discharge from Hospital", reason="Home to die",
                             source="ZAC01"),),
            assessments=(
                t.fact(Assessment, 22, kind="ot", completed=t.days.day(20), worker="ot.green",
                       text="Spiral stair cannot take a stairlift. Through-floor lift from the kitchen would do."),
                t.fact(Assessment, 21, kind="hospital_discharge", worker="sw.okafor"),
            ),
            packages=(
                t.fact(Package, -1, service_type="Short Term Support: Other Short Term",
                       component="End of Life Care", provider="Kindly Home Care", provider_ods="ZHC01",
                       visits_a_day=4, hours_a_week=Decimal(21), schedule="Starts when she is home"),
            ),
            equipment=(
                t.fact(Equipment, 20, what="Profiling bed", status="ordered", requested_by="ot.green"),
                t.fact(Equipment, 20, what="Commode", requested_by="ot.green"),
            ),
            workers=(t.fact(Worker, 22, name="Tom Green", role="Occupational therapist", team="Adaptations",
                            phone=numbers.landline(202), key_worker=True),),
            about_me=(
                t.fact(AboutMe, 24, important="My garden, seen from my own bed.",
                       people="Hugo. Our two dogs.",
                       please_do="Tell me the truth.", please_do_not="Do not move me to a nursing home."),
            ),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 3000),),
            tenancies=(
                t.fact(Tenancy, 3000, asset=Asset(
                    "WH-04203", home, kind="Maisonette", bedrooms=1, stairs=True,
                    stairs_note="Spiral staircase, 62 cm wide, only way to bedroom and bathroom",
                ), members=(Member("Rosalind Xavier", "self", "joint_tenant", born, True, "mrs-x"),
                            Member("Hugo Xavier", "husband", "joint_tenant", date(1942, 1, 30), True))),
            ),
            adaptations=(
                t.fact(Adaptation, 20, what="Through-floor lift", status="approved", requested_by="ot.green",
                       grant=True),
            ),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 5000),), registered=t.days.day(5000),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 2600, substance=c.CODEINE, reaction=c.VOMITING),),
                diagnoses=(t.fact(Diagnosis, 158, what=c.PANCREAS_CANCER),),
                medicines=(t.medicine(m.MORPHINE_LIQUID, 60), t.medicine(m.OMEPRAZOLE, 400)),
            ),
            consultations=(t.fact(Consultation, 34, how="home_visit",
                                  text="Wishes to die at home. On the register."),),
        ),
    )  # fmt: skip


def mrs_p(today: date) -> Person:
    """COPD and loneliness: 33 attendances in two years, nearly all at night, nearly all home by morning."""
    home = address("Flat 5, Tower View, Woldham, WL1 7TW", 1705)
    born = date(1951, 2, 18)
    t = Teller(4, today, Name("Pemberton", ("Sheila",), "Mrs"), born, "female", home)
    # One night she came without her bag and was registered anew; the records office put it right later.
    again = t.known("ZAC01", 260, nth=1, names=(Name("Pemberton", ("Sheila",)),), nhs_number=None,
                    nhs_status="trace_required", merged_into=t.mrn, merged_on=t.days.day(251))  # fmt: skip
    visits = tuple(
        t.fact(
            Attendance, 722 - 22 * n, ("22:40", "01:15", "23:05")[n % 3],
            local_id=again.local_id if n == 21 else t.mrn,
            complaint=c.BREATHLESS,
            diagnosis=c.COPD_WORSE if n % 4 == 0 else c.ANXIETY, arrival="ambulance",
            ended=t.days.ago(721 - 22 * n, "06:30"),
            text="Breathless and frightened, alone. Settled with company and a nebuliser.",
        )
        for n in range(33)
    )  # fmt: skip
    stays = tuple(
        t.fact(
            Admission, ago, "04:00", local_id=t.mrn, reason=c.COPD_WORSE, ward="Ward 3", bed="9",
            specialty="340",
            discharged=t.days.ago(ago - 3, "15:00"), discharge_method="1", destination="19",
        )
        for ago in (546, 194)
    )  # fmt: skip
    return t.person(
        "mrs-p", "COPD; 33 A&E attendances in two years; lonely",
        needs=("Speak loudly",),
        related=(Related("Karen Pemberton", "daughter, in Australia", ("next_of_kin", "child")),),
        acute=Acute(
            known_as=(t.known("ZAC01", 6000), again),
            attendances=visits,
            admissions=stays,
            caseloads=(t.fact(Caseload, 150, team="community_matron", reason="COPD, frequent attender"),),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 722, substance=c.NONE_KNOWN, none_known=True),),
                diagnoses=(t.fact(Diagnosis, 722, what=c.COPD), t.fact(Diagnosis, 300, what=c.ANXIETY)),
                medicines=(
                    t.medicine(m.PREDNISOLONE, 191, change="started", ended=t.days.day(186),
                               episode=stays[1].id),
                    t.medicine(m.DOXYCYCLINE, 191, change="started", ended=t.days.day(186),
                               episode=stays[1].id),
                    t.medicine(m.TIOTROPIUM, 191, change="continued", episode=stays[1].id),
                ),
                results=t.obs(18, "23:30", rr="24", spo2="90", bp="148/84", pulse="104", temp="37.1"),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 200),),
            contacts=(
                t.fact(Contact, 200, reason="Lonely, calls ambulances at night", source="ZAC01",
                       outcome="NFA: Information and advice or signposting"),
            ),
            reasons=(t.fact(SupportReason, 200,
                            reason="Social Support: Support for Social Isolation/Other"),),
            accommodation=(t.fact(Accommodation, 200, status="Tenant: LA or social", lives_alone=True),),
            about_me=(
                t.fact(AboutMe, 100, important="Somebody to talk to after dark.",
                       wellness="I sing when I can breathe.",
                       also="I used to run the market cafe.", helped_by="Nick Ford"),
            ),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 4000),),
            tenancies=(
                t.fact(Tenancy, 4000, asset=Asset("WH-01705", home, kind="Flat", bedrooms=1, floor=2,
                                                  stairs=True,
                                                  lift=False, stairs_note="Two flights, no lift")),
            ),
            repairs=(t.fact(Repair, 80, description="Damp bathroom wall", trade="Damp",
                            affects_health=True),),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 7000),), registered=t.days.day(7000),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 3000, substance=c.NONE_KNOWN, none_known=True),),
                diagnoses=(t.fact(Diagnosis, 3200, what=c.COPD), t.fact(Diagnosis, 150, what=c.LONELINESS)),
                medicines=(t.medicine(m.TIOTROPIUM, 2000), t.medicine(m.SALBUTAMOL, 3200)),
            ),
            consultations=(t.fact(Consultation, 15, text="Singing group on Tuesdays: would go if fetched."),),
        ),
    )  # fmt: skip


def mr_a(today: date) -> Person:
    """Parkinson's: four carer visits a day, and a nurse comes each morning only to change a patch."""
    home = address("21 Orchard Rise, Over Wold, WL5 1PR", 5121)
    born = date(1940, 7, 3)
    t = Teller(5, today, Name("Abara", ("Emeka", "John"), "Mr"), born, "male", home)
    list_ = t.fact(Caseload, 240, team="district_nursing", reason="Rotigotine patch each morning",
                   key_worker="dn.brown")  # fmt: skip
    return t.person(
        "mr-a", "Four carer visits a day and a nurse for a patch",
        ethnic="N",
        related=(Related("Grace Abara", "wife", ("spouse", "carer", "next_of_kin"), numbers.mobile(51),
                         True),),
        acute=Acute(
            known_as=(t.known("ZAC01", 3000),),
            caseloads=(list_,),
            visits=tuple(
                t.fact(Visit, ago, "09:20", caseload=list_.id, what="Patch changed", note="Site: " + site)
                for ago, site in ((3, "left thigh"), (2, "right thigh"), (1, "left flank"), (0,
                    "right flank"))
            ),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 800, substance=c.TRIMETHOPRIM, reaction=c.RASH, severity="mild"),),
                diagnoses=(t.fact(Diagnosis, 1900, what=c.PARKINSONS),),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 500),),
            assessments=(t.fact(Assessment, 260, kind="care_act", completed=t.days.day(255),
                                worker="sw.okafor"),),
            packages=(
                t.fact(Package, 250, service_type="Long Term Support: Community", component="Home Support",
                       provider="Kindly Home Care", provider_ods="ZHC01", visits_a_day=4,
                       hours_a_week=Decimal("17.5"), schedule="07:00, 11:00, 15:00, 19:00: with each dose",
                       weekly_cost=Decimal("402.50")),
            ),
            equipment=(t.fact(Equipment, 250, what="Stand aid", requested_by="ot.green"),),
            reasons=(t.fact(SupportReason, 260, reason="Physical Support: Personal care support"),),
            accommodation=(t.fact(Accommodation, 260, status="Owner occupier or shared ownership",
                                  lives_alone=False),),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 4000),), registered=t.days.day(4000),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 820, substance=c.TRIMETHOPRIM, reaction=c.RASH),),
                diagnoses=(t.fact(Diagnosis, 1900, what=c.PARKINSONS),),
                medicines=(t.medicine(m.CO_CARELDOPA, 1500), t.medicine(m.ROTIGOTINE_PATCH, 245)),
            ),
        ),
    )  # fmt: skip
