"""What the hospital, the mental health team, the GP and Beech House hold about Brian Holloway."""

from decimal import Decimal

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Admission, Attendance, Caseload, Visit, Wound
from demo.lives.care_home import BagItem, CareHome, HomePlan, Incident, RedBag, Stay
from demo.lives.facts import Allergy, Capacity, Clinical, Diagnosis, Document, Resuscitation, Span
from demo.lives.gp import Consultation, Frailty, Gp, Immunisation
from demo.lives.mental_health import Contact as MindContact
from demo.lives.mental_health import Coordinator, MentalHealth, Plan, Referral, Risk
from demo.lives.telling import Teller


def hospital(t: Teller) -> Acute:
    day = t.days.day
    stroke1 = t.fact(
        Admission, 920, "14:10", local_id=t.local_id("ZAC01"), reason=c.STROKE, ward="Stroke unit", bed="7",
        specialty="328", moves=(Span(t.days.ago(920, "14:10"), t.days.ago(905, "15:00"), "7",
                                     "Stroke unit"),),
        discharged=t.days.ago(905, "15:00"), discharge_method="1", destination="19",
        summary="Left middle cerebral artery infarct. Mild right weakness. Early supported discharge.",
    )  # fmt: skip
    stroke2 = t.fact(
        Admission, 95, "06:40", local_id=t.local_id("ZAC01"), reason=c.STROKE, ward="Stroke unit", bed="3",
        specialty="328",
        moves=(
            Span(t.days.ago(95, "06:40"), t.days.ago(94, "11:00"), "A2", "Acute medical unit"),
            Span(t.days.ago(94, "11:00"), t.days.ago(67, "14:30"), "3", "Stroke unit"),
        ),
        expected=day(75), ready_since=day(76), pathway=1, waiting_for="Home care package; house not safe",
        discharged=t.days.ago(67, "14:30"), discharge_method="1", destination="19",
        summary="Second stroke. Right weakness worse, slow speech, soft diet is safe. Walks with a frame.",
    )  # fmt: skip
    fall = t.fact(
        Attendance, 40, "19:20", local_id=t.local_id("ZAC01"), complaint=c.FALL, diagnosis=c.LACERATION,
        arrival="ambulance", ended=t.days.ago(39, "02:15"), fall=True, place="ED majors",
        text="Fell on loose stair carpet. Cut to scalp, glued. CT head normal. Home with his son.",
    )  # fmt: skip
    fall2 = t.fact(
        Attendance, 12, "08:05", local_id=t.local_id("ZAC01"), complaint=c.FALL, diagnosis=c.FALL,
        arrival="ambulance", ended=t.days.ago(12, "13:30"), fall=True, place="ED majors",
        text="Found on bathroom floor by his son. No injury. Long lie of about an hour. Home the same day.",
    )  # fmt: skip
    nurses = t.fact(
        Caseload, 66, team="district_nursing", reason="Heel pressure damage", key_worker="dn.brown"
    )
    at_discharge = {"episode": stroke2.id}
    return Acute(
        known_as=(t.known("ZAC01", 5200),),
        attendances=(fall, fall2),
        admissions=(stroke1, stroke2),
        caseloads=(nurses,),
        visits=(
            t.fact(Visit, 33, "10:30", caseload=nurses.id, what="Heel check",
                   note="Skin intact, dry. House cold."),
            t.fact(Visit, 19, "10:15", caseload=nurses.id, what="Heel check",
                   note="No access; son did not answer.",
                   done=False),
            t.fact(Visit, 5, "11:00", caseload=nurses.id, what="Heel check",
                   note="Category 1 damage, right heel."),
        ),
        wounds=(
            t.fact(Wound, 5, "11:10", caseload=nurses.id, what=c.HEEL_ULCER, site="Right heel", category="1",
                   length_mm=22, width_mm=15, dressing="Silicone foam heel dressing",
                   plan="Keep the heel off the bed. Look at it three times a week.",
                   goal="Skin whole and of its own colour", review=t.days.day(-23)),
        ),
        clinical=Clinical(
            allergies=(
                t.fact(Allergy, 920, "15:00", substance=c.PENICILLIN, reaction=c.RASH, severity="moderate"),
            ),
            diagnoses=(
                t.fact(Diagnosis, 920, "16:00", what=c.STROKE, episode=stroke1.id),
                t.fact(Diagnosis, 95, "09:00", what=c.STROKE, episode=stroke2.id),
                t.fact(Diagnosis, 95, "09:05", what=c.HYPERTENSION, episode=stroke2.id),
                t.fact(Diagnosis, 40, "23:00", what=c.LACERATION, status="resolved", episode=fall.id),
            ),
            medicines=(
                t.medicine(m.CLOPIDOGREL, 67, change="started", **at_discharge),
                t.medicine(m.ASPIRIN, 920, change="stopped", ended=day(67), note="Replaced by clopidogrel",
                           **at_discharge),
                t.medicine(m.ATORVASTATIN, 67, dose="80 mg", name="Atorvastatin 80mg tablets",
                           change="changed",
                           note="Was 40 mg", **at_discharge),
                t.medicine(m.AMLODIPINE, 920, change="continued", **at_discharge),
            ),
            results=(
                *t.obs(12, "08:20", rr="18", spo2="95", bp="146/82", pulse="88", temp="35.8"),
                t.result(c.SODIUM, "134", "mmol/L", 12, "08:50", low=Decimal(133), high=Decimal(146),
                         group="U&E"),
                t.result(c.POTASSIUM, "3.9", "mmol/L", 12, "08:50", low=Decimal("3.5"), high=Decimal("5.3"),
                         group="U&E"),
                t.result(c.CREATININE, "112", "umol/L", 12, "08:50", low=Decimal(59), high=Decimal(104),
                         flag="H",
                         group="U&E"),
                t.result(c.HAEMOGLOBIN, "121", "g/L", 12, "08:50", low=Decimal(130), high=Decimal(180),
                         flag="L",
                         group="FBC"),
            ),
            resuscitation=(
                t.fact(Resuscitation, 80, "12:00", recommendation="attempt", clinician="dr.patel",
                       form_kept="Copy at home, hall drawer", review_due=day(-100)),
            ),
            capacity=(
                t.fact(Capacity, 70, "11:00", decision="Where to live after this stay",
                       outcome="has_capacity",
                       assessor="sw.okafor", note="Wants his own home, knows the risks of the stairs."),
            ),
            documents=(
            t.fact(Document, 39, "01:30", kind="report", title="Safeguarding concern raised", episode=fall.id,
                   text="Unkempt. Says that his son shouts at him and pushes him. Referred to the council.",
                   sensitive=("safeguarding", "third_party")),
                t.fact(Document, 67, "14:00", kind="discharge_summary", title="Stroke unit discharge summary",
                       text=stroke2.summary, episode=stroke2.id),
            ),
        ),
    )  # fmt: skip


def mind(t: Teller) -> MentalHealth:
    low = t.fact(Referral, 55, source="H2", reason=c.DEPRESSION, reason_code="05", priority="3",
                 team="A06", team_name="Older people's community team")  # fmt: skip
    return MentalHealth(
        known_as=(t.known("ZMH01", 55),),
        referrals=(low,),
        contacts=(
            t.fact(MindContact, 42, "13:00", referral=low.id,
                   note="Low since the stroke. No thoughts of ending life."),
            t.fact(MindContact, 14, "13:00", referral=low.id, status="7", note="Not at home."),
        ),
        coordinators=(t.fact(Coordinator, 42, name="Owen Walsh", team="Older people's community team",
                             phone=numbers.landline(301)),),
        plans=(
            t.fact(Plan, 41, kind="10", updated=t.days.day(41), agreed_with="Brian", review=t.days.day(-50),
                   early_signs=("Stops listening to the radio", "Sends carers away"),
                   helps=("A visit at the same hour", "Radio club"), who_to_call=("Owen Walsh 01632 960301",
                       )),
        ),
        risks=(t.fact(Risk, 42, kind="self_neglect", text="Eats little, refuses washing on bad days"),),
        clinical=Clinical(
            diagnoses=(t.fact(Diagnosis, 42, what=c.DEPRESSION, episode=low.id),),
            medicines=(t.medicine(m.SERTRALINE, 42),),
        ),
    )  # fmt: skip


def practice(t: Teller) -> Gp:
    return Gp(
        known_as=(t.known("ZGP01", 8000),),
        registered=t.days.day(8000),
        clinical=Clinical(
            allergies=(t.fact(Allergy, 4000, substance=c.PENICILLIN, reaction=c.RASH, severity="moderate"),),
            diagnoses=(
                t.fact(Diagnosis, 4100, what=c.HYPERTENSION),
                t.fact(Diagnosis, 918, what=c.STROKE),
                t.fact(Diagnosis, 93, what=c.STROKE),
                t.fact(Diagnosis, 1500, what=c.CKD3),
            ),
            medicines=(
                t.medicine(m.CLOPIDOGREL, 64),
                t.medicine(m.ATORVASTATIN, 900),
                t.medicine(m.AMLODIPINE, 4100),
                t.medicine(m.SERTRALINE, 40),
                t.medicine(m.OMEPRAZOLE, 900),
            ),
            results=(t.result(c.EGFR, "52", "mL/min/1.73m2", 30, low=Decimal(60), flag="L", group="U&E"),),
        ),
        consultations=(
            t.fact(Consultation, 63, how="telephone", text="Discharge letter seen, aspirin stopped."),
            t.fact(
                Consultation, 18, how="home_visit", text="Weight down 4 kg. House cold. Talked about help."
            ),
        ),
        immunisations=(t.fact(Immunisation, 50, what=c.FLU_VACCINE),),
        frailty=(t.fact(Frailty, 30, level="severe", score="0.38"),),
    )


def respite(t: Teller) -> CareHome:
    day = t.days.day
    stay = t.fact(Stay, 36, "14:00", org="ZCH01", kind="respite", room="6", funded_by="ZSC01", ended=day(22),
                  destination="Own home")  # fmt: skip
    return CareHome(
        known_as=(t.known("ZCH01", 36),),
        stays=(stay,),
        red_bags=(
            t.fact(RedBag, 28, "17:00", org="ZCH01", number="BH-07", reason="Chest pain, sent to be checked",
                   items=(BagItem("Transfer form", "document", True), BagItem("MAR sheet", "document", True),
                          BagItem("Glasses", "aid", True), BagItem("Upper denture", "aid", False),
                          BagItem("Slippers", "clothing", True)),
                   handovers=(Span(t.days.ago(28, "17:20"), None, "ambulance", "am.lowe"),
                              Span(t.days.ago(28, "18:05"), None, "A&E", "ZAC01 ED nurse"),
                              Span(t.days.ago(27, "09:40"), None, "return", "cw.evans")),
                   returned=t.days.ago(27, "09:40")),
        ),
        incidents=(
            t.fact(Incident, 30, "06:30", org="ZCH01", kind="fall", text="Slid from bed, no injury",
                   harm="none"),
        ),
        plans=(
            t.fact(HomePlan, 36, org="ZCH01", heading="Eating",
                   text="Soft diet, sits up, thickener not needed"),
            t.fact(HomePlan, 36, org="ZCH01", heading="Moving", text="Frame and one person", risk="high"),
            t.fact(HomePlan, 35, org="ZCH01", heading="Skin", text="Heels up in bed, check daily",
                   risk="medium"),
        ),
        clinical=Clinical(
            medicines=(
                t.medicine(m.CLOPIDOGREL, 36, ended=day(22)),
                t.medicine(m.AMLODIPINE, 36, ended=day(22)),
                t.medicine(m.SERTRALINE, 36, ended=day(22)),
            ),
            results=(
                *t.obs(34, "09:00", bp="138/80"),
                *t.obs(28, "16:45", rr="22", spo2="94", bp="152/90", pulse="96", temp="36.9"),
                t.result(c.WEIGHT, "61.4", "kg", 35),
                t.result(c.WEIGHT, "62.3", "kg", 23),
            ),
        ),
    )  # fmt: skip
