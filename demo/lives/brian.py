"""Brian Holloway, whom everyone in Wolds works with, and his son Gary, who cares for him and is unwell
himself.

The safeguarding concern is about Gary, who lives with Brian: nothing on paper may say so.
"""

from datetime import date
from decimal import Decimal

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.brian_health import hospital, mind, practice, respite
from demo.lives.facts import AboutMe, Clinical, Diagnosis
from demo.lives.gp import Gp
from demo.lives.housing import Adaptation, Asset, Hazard, Housing, Member, PersonAlert, Repair, Tenancy
from demo.lives.known import Name, Phone
from demo.lives.mental_health import Contact as MindContact
from demo.lives.mental_health import MentalHealth, Plan, Referral
from demo.lives.person import Action, Choice, Meeting, Numbers, Person, Related
from demo.lives.social_care import (
    Accommodation,
    Alert,
    Assessment,
    Carer,
    Contact,
    Equipment,
    Note,
    Package,
    Safeguarding,
    SocialCare,
    SupportReason,
    Worker,
)
from demo.lives.telling import Teller, address

_HOME = address("12 Canal Row, Woldham, WL2 3DR", 1012)
_BORN = date(1947, 3, 14)


def brian(today: date) -> Person:
    """Two strokes, self-neglect, a house in poor repair, a son as carer, a respite stay last month."""
    t = Teller(
        0, today, Name("Holloway", ("Brian", "Edward"), "Mr"), _BORN, "male", _HOME,
        other_names=(Name("Holloway", ("Bri",), use="preferred"),),
        phones=(Phone(numbers.landline(12), "home"), Phone(numbers.mobile(12))),
    )  # fmt: skip
    at_hospital = hospital(t)
    fall, later_fall = (visit.id for visit in at_hospital.attendances)
    return Person(
        key="brian",
        story="Two strokes; son as carer; self-neglect; poor housing; safeguarding; respite last month",
        numbers=Numbers(t.nhs),
        names=t.names,
        birth_date=_BORN,
        gender="male",
        addresses=(_HOME,),
        phones=t.phones,
        gp="ZGP01",
        ethnic="A",
        needs=("Speaks slowly since his stroke: give him time", "Large print"),
        adjustments=("longer slot", "large print"),
        related=(
            Related(
                "Gary Holloway", "son", ("carer", "next_of_kin", "child"), numbers.mobile(13), True, "gary"
            ),
            Related("Maureen Tate", "sister", ("emergency_contact", "sibling"), numbers.landline(14)),
        ),
        choices=(
            t.fact(
                Choice,
                9,
                "10:10",
                kind="permission",
                recipient="ZHO01",
                words="Housing may see my plan: they mend the house.",
            ),
        ),
        meetings=_meetings(t),
        acute=at_hospital,
        social_care=_council(t, fall),
        mental_health=mind(t),
        housing=_landlord(t, fall, later_fall),
        gp_record=practice(t),
        care_home=respite(t),
    )


def _council(t: Teller, fall: str) -> SocialCare:
    day = t.days.day
    return SocialCare(
        known_as=(t.known("ZSC01", 900),),
        contacts=(
            t.fact(Contact, 906, route="Discharge from Hospital", reason="After stroke", source="ZAC01",
                   outcome="Progress to reablement/ST-Max"),
            t.fact(Contact, 78, route="Discharge from Hospital", reason="Second stroke, cannot manage stairs",
                   source="ZAC01", outcome="Progress to assessment, review or reassessment"),
        ),
        assessments=(
            t.fact(Assessment, 72, kind="care_act", completed=day(70), worker="sw.okafor",
                   outcome="Progress to support planning or services",
                   text="Needs help to wash, dress, eat well, keep house. Refuses it on bad days."),
            t.fact(Assessment, 60, kind="ot", completed=day(58), worker="ot.green",
                   outcome="Progress to support planning or services",
                   text="Second stair rail, grab rails, perch."),
            t.fact(Assessment, 45, kind="carer", completed=day(44), worker="sw.okafor",
                   outcome="Progress to support planning or services",
                   text="Gary at the end of his strength.", sensitive=("third_party",)),
        ),
        packages=(
            t.fact(Package, 905, service_type="Short Term Support: ST-Max", component="Reablement",
                   provider="Wolds Council", visits_a_day=2, ended=day(863),
                   end_reason="NFA: Support ended as planned"),
            t.fact(Package, 66, service_type="Long Term Support: Community", component="Home Support",
                   provider="Kindly Home Care", provider_ods="ZHC01", visits_a_day=2,
                   hours_a_week=Decimal("10.5"),
                   schedule="08:00 and 18:00, 45 minutes", weekly_cost=Decimal("241.50")),
            t.fact(Package, 36, service_type="Unpaid Carer Support: Support involving the person cared-for",
                   component="Unpaid Carer Respite", provider="Beech House", provider_ods="ZCH01",
                   weekly_cost=Decimal("890.00"), ended=day(22), end_reason="NFA: Support ended as planned"),
        ),
        alerts=(
            t.fact(Alert, 70, category="RTS", kind="self_neglect",
                   text="Self-neglect: refuses washing and food"),
            t.fact(Alert, 40, category="RTS", kind="falls", text="Falls risk: two falls since discharge"),
        ),
        safeguarding=(
            t.fact(Safeguarding, 39, "10:30", types=("neglect", "physical", "self_neglect"),
                   stage="section_42",
                   text="Brian told the hospital that his son shouts at him and pushes him. Underweight.",
                   source_of_risk="Son, main carer, same household", source_person="gary",
                   raised_by="ZAC01 emergency department", attendance=fall,
                   person_wishes="Wants it to stop and wants Gary to stay.",
                   sensitive=("safeguarding", "third_party")),
        ),
        equipment=(
            t.fact(Equipment, 66, what="Walking frame", snomed="266731002", requested_by="ZAC01 therapy"),
            t.fact(Equipment, 58, what="Perching stool", requested_by="ot.green", place="Kitchen"),
            t.fact(Equipment, 58, what="Bed rail", status="requested", requested_by="ot.green"),
        ),
        carers=(
            t.fact(Carer, 44, name="Gary Holloway", relation="son", person="gary",
                   agreed_to="Meals, medicines, shopping, nights",
                   may_be_told="Visit times and equipment",
                   needs="Sleep, a break, help with his own low mood",
                   contingency="Ring Maureen Tate, then the council out of hours; respite bed at Beech House",
                   sensitive=("third_party",)),
        ),
        reasons=(t.fact(SupportReason, 905, reason="Physical Support: Personal care support"),),
        accommodation=(t.fact(Accommodation, 72, status="Tenant: LA or social", lives_alone=False),),
        workers=(
            t.fact(Worker, 78, name="Grace Okafor", role="Social worker", team="Older people north",
                   phone=numbers.landline(201), key_worker=True),
            t.fact(Worker, 60, name="Tom Green", role="Occupational therapist", team="Adaptations",
                   phone=numbers.landline(202)),
        ),
        notes=(
            t.fact(Note, 20, "15:40",
                   text="Home visit. Kitchen unusable, bins not out. Brian thinner."),
            t.fact(Note, 6, "11:10", text="Brian agrees to a deep clean if nobody moves his radio sets."),
        ),
        about_me=(_about(t),),
    )  # fmt: skip


def _about(t: Teller) -> AboutMe:
    return t.fact(
        AboutMe, 50, "14:00",
        important="My radios. My own front door. Gary.",
        people="Gary my son. Maureen my sister, she rings on Sundays.",
        communicate="I know what I want to say. Wait for me. Write it big.",
        please_do="Knock and shout who you are. Let me shave myself.",
        please_do_not="Do not finish my sentences. Do not tidy the radios.",
        support="Right side first when dressing. Frame within reach.",
        helped_by="Grace Okafor",
    )  # fmt: skip


def _landlord(t: Teller, fall: str, later_fall: str) -> Housing:
    day = t.days.day
    house = Asset(
        "WH-00012", _HOME, kind="House", bedrooms=2, stairs=True, step_free=False,
        stairs_note="Steep, one rail, loose carpet; bathroom upstairs", keysafe="4471",
        keysafe_place="by the meter",
        note="Two steps to the front door",
    )  # fmt: skip
    return Housing(
        known_as=(t.known("ZHO01", 9000, names=(Name("Holloway", ("Brian",), "Mr"),)),),
        tenancies=(
            t.fact(Tenancy, 9000, asset=house, arrears=Decimal("412.16"), members=(
                Member("Brian Holloway", "self", "tenant", _BORN, True, "brian"),
                Member("Gary Holloway", "son", "household_member", date(1975, 8, 2), False, "gary"),
            )),
        ),
        repairs=(
            t.fact(Repair, 130, description="Boiler fails every few days", trade="Heating", priority=2,
                   required_by=day(123), status="no_access", affects_health=True),
            t.fact(Repair, 38, "09:20", description="Loose carpet on stairs, tenant fell", trade="Carpentry",
                   priority=2, required_by=day(31), completed=day(29), status="completed",
                   affects_health=True,
                   keysafe="4471", keysafe_place="by the meter"),
            t.fact(Repair, 25, description="Black mould in back bedroom", trade="Damp", priority=3,
                   required_by=day(-3), status="scheduled", affects_health=True),
        ),
        hazards=(
            t.fact(Hazard, 60, number=1, name="Damp and mould growth", band="C",
                   text="Back bedroom and kitchen"),
            t.fact(Hazard, 60, number=2, name="Excess cold", band="B", text="14 degrees indoors at noon"),
            t.fact(Hazard, 60, number=21, name="Falls on stairs", band="C", resolved=day(29)),
        ),
        adaptations=(
            t.fact(Adaptation, 37, "11:00", what="Grab rails in the bathroom", status="approved",
                   requested_by="ot.green", attendance=fall),
            t.fact(Adaptation, 57, what="Second stair rail", status="fitted", requested_by="ot.green",
                   fitted=day(30)),
            t.fact(Adaptation, 11, what="Level-access shower", status="requested", requested_by="ot.green",
                   attendance=later_fall, grant=True),
        ),
        alerts=(t.fact(PersonAlert, 65, code="20-40", text="Needs time to reach the door"),),
    )  # fmt: skip


def _meetings(t: Teller) -> tuple[Meeting, ...]:
    day = t.days.day
    return (
        t.fact(
            Meeting, 9, "10:00", author="mdt.carter",
            why_now="Second fall in a month, losing weight, house cold",
            decided="Stay at home with more help; make the house safe and warm",
            goals=("Stay in my own house with Gary", "No more falls on the stairs", "Warm and dry by winter"),
            team=("mdt.carter", "sw.okafor", "dn.brown", "cpn.walsh", "ho.reid", "gp.morgan", "ot.green",
                  "lw.ford"),
            actions=(
                t.fact(Action, 9, what="Boiler replaced, not mended", lead="ho.reid", due=day(-5),
                       goal="Warm and dry by winter"),
                t.fact(Action, 9, what="Grab rails fitted", lead="ot.green", due=day(-2),
                       goal="No more falls on the stairs"),
                t.fact(Action, 9, what="Weigh every week, dietitian if under 60 kg", lead="dn.brown",
                       due=day(-7)),
                t.fact(Action, 9, what="Radio club on Thursdays", lead="lw.ford", due=day(-12)),
                t.fact(Action, 9, what="Review of mood tablets", lead="cpn.walsh", due=day(2), status="done"),
            ),
        ),
    )  # fmt: skip


def gary(today: date) -> Person:
    """Brian's son and carer. His record is his own: who may read his father's may not read his."""
    born = date(1975, 8, 2)
    t = Teller(1, today, Name("Holloway", ("Gary",), "Mr"), born, "male", _HOME)
    bad = t.fact(Referral, 70, source="A1", reason=c.DEPRESSION, reason_code="05", priority="2")
    return Person(
        key="gary",
        story="Brian's son: carer, and himself under the mental health team",
        numbers=Numbers(t.nhs),
        names=t.names,
        birth_date=born,
        gender="male",
        addresses=(_HOME,),
        phones=t.phones,
        gp="ZGP01",
        ethnic="A",
        related=(Related("Brian Holloway", "father", ("parent",), same_household=True, person="brian"),),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 60),),
            carer_only=True,
            assessments=(
                t.fact(Assessment, 45, kind="carer", completed=t.days.day(44), worker="sw.okafor",
                       outcome="Progress to support planning or services"),
            ),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 70),),
            referrals=(bad,),
            contacts=(
                t.fact(MindContact, 58, "10:00", referral=bad.id,
                       note="Drinks at night. Ashamed of his temper."),
                t.fact(MindContact, 30, "10:00", referral=bad.id, mechanism="02",
                       note="Sleeping a little better."),
            ),
            plans=(
                t.fact(Plan, 57, kind="12", updated=t.days.day(30), agreed_with="Gary",
                       triggers=("Nights without sleep",), who_to_call=("Crisis line 01632 960399",)),
            ),
            clinical=Clinical(
                diagnoses=(t.fact(Diagnosis, 58, what=c.DEPRESSION, episode=bad.id),),
                medicines=(t.medicine(m.MIRTAZAPINE, 58),),
            ),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 6000),),
            registered=t.days.day(6000),
            clinical=Clinical(
                diagnoses=(t.fact(Diagnosis, 75, what=c.DEPRESSION), t.fact(Diagnosis, 75, what=c.ALCOHOL,
                                                                           sensitive=("substance_misuse",))),
                medicines=(t.medicine(m.MIRTAZAPINE, 58),),
            ),
        ),
    )  # fmt: skip
