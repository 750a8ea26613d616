"""Mrs L of Beech House: the home wrote that she might fall, and she broke a wrist and a hip."""

from datetime import date
from decimal import Decimal

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Admission, Attendance
from demo.lives.care_home import BagItem, CareHome, HomePlan, Incident, RedBag, Stay
from demo.lives.facts import (
    AboutMe,
    Allergy,
    Capacity,
    Clinical,
    Diagnosis,
    Document,
    Procedure,
    Span,
)
from demo.lives.gp import Frailty, Gp, Immunisation
from demo.lives.known import Name
from demo.lives.person import Person, Related
from demo.lives.social_care import (
    Accommodation,
    Alert,
    Package,
    SocialCare,
    SupportReason,
)
from demo.lives.telling import Teller, address


def mrs_l(today: date) -> Person:
    """Lives at Beech House; the home wrote that she might fall; two fractures since. Anna is her attorney."""
    home = address("Beech House, Beech Lane, Nether Wold, WL4 6EE", 4600, kind="care_home",
                   since=date(2023, 9, 4))  # fmt: skip
    old = address("8 Linden Close, Woldham, WL2 8LD", 2808, until=date(2023, 9, 4))
    born = date(1935, 11, 27)
    t = Teller(3, today, Name("Lindqvist", ("Ingrid", "Marie"), "Mrs"), born, "female", old, home)
    wrist = t.fact(
        Attendance, 210, "05:50", local_id=t.mrn, complaint=c.FALL, diagnosis=c.WRIST_FRACTURE,
        arrival="ambulance", ended=t.days.ago(210, "11:40"), fall=True, text="Found beside her bed. Plaster.",
    )  # fmt: skip
    came = t.fact(
        Attendance, 58, "04:30", local_id=t.mrn, complaint=c.FALL, diagnosis=c.HIP_FRACTURE,
        arrival="ambulance",
        ended=t.days.ago(58, "09:00"), fall=True, outcome="admitted",
        text="Fell walking to the toilet at night.",
    )  # fmt: skip
    stay = t.fact(
        Admission, 58, "09:00", local_id=t.mrn, reason=c.HIP_FRACTURE, source="85", ward="Ward 6", bed="4",
        specialty="110", moves=(Span(t.days.ago(58, "09:00"), t.days.ago(44, "13:00"), "4", "Ward 6"),),
        discharged=t.days.ago(44, "13:00"), discharge_method="1", destination="85", pathway=0,
        summary="Left hip hemiarthroplasty. Back to Beech House. Wrist plaster off. Bone treatment begun.",
    )  # fmt: skip
    return t.person(
        "mrs-l", "Care home; falls risk noted; two fractures; attorney",
        related=(
            Related("Anna Lindqvist", "daughter", ("attorney_health", "next_of_kin", "child"),
                    numbers.mobile(31),
                    certificate_seen="Angela Bright, Beech House, " + t.days.day(600).isoformat(),
                    may_be_told=True),
            Related("Erik Lindqvist", "son", ("child",), numbers.mobile(32)),
        ),
        adjustments=("speak to her left side", "do not move her at night without two staff"),
        needs=("Hearing aid, left ear",),
        acute=Acute(
            known_as=(t.known("ZAC01", 4000),),
            attendances=(wrist, came),
            admissions=(stay,),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 210, "07:00", substance=c.PLASTERS, kind="environment",
                                  reaction=c.RASH),),
                diagnoses=(
                    t.fact(Diagnosis, 210, "10:00", what=c.WRIST_FRACTURE, episode=wrist.id),
                    t.fact(Diagnosis, 58, "08:00", what=c.HIP_FRACTURE, episode=stay.id),
                    t.fact(Diagnosis, 55, what=c.DELIRIUM, status="resolved", episode=stay.id),
                ),
                procedures=(t.fact(Procedure, 57, "14:00", what=c.HIP_REPAIR, opcs4="W46.1",
                                   episode=stay.id),),
                medicines=(
                    t.medicine(m.ALENDRONATE, 44, change="started", episode=stay.id),
                    t.medicine(m.COLECALCIFEROL, 44, change="started", episode=stay.id),
                    t.medicine(m.BUPRENORPHINE_PATCH, 44, change="started", episode=stay.id,
                               note="Left upper arm; next change due 7 days after discharge"),
                    t.medicine(m.AMLODIPINE, 900, change="stopped", ended=t.days.day(44), episode=stay.id,
                               note="Low blood pressure on standing"),
                    t.medicine(m.DONEPEZIL, 900, change="continued", episode=stay.id),
                ),
                results=(
                    *t.obs(58, "04:50", rr="20", bp="102/58", pulse="98"),
                    t.result(c.HAEMOGLOBIN, "98", "g/L", 54, low=Decimal(115), high=Decimal(165), flag="L"),
                ),
                documents=(
                    t.fact(Document, 44, "12:30", kind="discharge_summary",
                           title="Orthopaedic discharge summary",
                           text=stay.summary, episode=stay.id),
                ),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 1300),),
            packages=(
                t.fact(Package, 1175, service_type="Long Term Support: Residential Care",
                       component="Long Term Residential Care", provider="Beech House", provider_ods="ZCH01",
                       funding="Jointly funded: client and social care", weekly_cost=Decimal("912.00")),
            ),
            alerts=(t.fact(Alert, 400, category="RTS", kind="falls", text="Falls risk, walks at night"),),
            reasons=(t.fact(SupportReason, 1175, reason="Support with Memory and Cognition"),),
            accommodation=(t.fact(Accommodation, 1175, status="Registered care home"),),
        ),
        care_home=CareHome(
            known_as=(t.known("ZCH01", 1175),),
            stays=(t.fact(Stay, 1175, org="ZCH01", kind="permanent", room="14",
                          funded_by="ZSC01 and own money"),),
            red_bags=(
                t.fact(RedBag, 58, "03:55", org="ZCH01", number="BH-03",
                       reason="Fall, cannot stand, hip pain",
                       items=(BagItem("Transfer form", "document", True), BagItem("This is me", "document",
                           True),
                              BagItem("Hearing aid, left", "aid", False), BagItem("Glasses", "aid", True),
                              BagItem("Day clothes", "clothing", True), BagItem("MAR sheet", "document",
                                  True)),
                       handovers=(Span(t.days.ago(58, "04:10"), None, "ambulance", "am.lowe"),
                                  Span(t.days.ago(58, "04:35"), None, "A&E", "ZAC01 ED nurse"),
                                  Span(t.days.ago(58, "09:10"), None, "ward", "nurse.jones"),
                                  Span(t.days.ago(44, "15:00"), None, "return", "chn.silva")),
                       admission=stay.id, returned=t.days.ago(44, "15:00")),
            ),
            incidents=(
                t.fact(Incident, 210, "05:10", org="ZCH01", kind="fall", harm="moderate", attendance=wrist.id,
                       text="Found beside bed"),
                t.fact(Incident, 130, "22:30", org="ZCH01", kind="fall", text="Lowered to floor by staff"),
                t.fact(Incident, 58, "03:45", org="ZCH01", kind="fall", harm="severe", attendance=came.id,
                       text="Found in corridor, leg shortened"),
            ),
            plans=(
                t.fact(HomePlan, 400, org="ZCH01", heading="Moving", risk="high",
                       text="At risk of falls at night",
                       due=t.days.day(220)),
                t.fact(HomePlan, 40, org="ZCH01", heading="Moving", risk="high", due=t.days.day(-50),
                       text="Sensor mat, low bed, toilet at 02:00, two staff"),
            ),
            about_me=(
                t.fact(AboutMe, 300, important="Coffee at ten, strong. Church on Sundays.",
                       people="Anna and Erik.",
                       communicate="I hear on the left. Swedish comes when I am tired.",
                       please_do="Leave a light on.", helped_by="Anna Lindqvist"),
            ),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 1175, substance=c.PLASTERS, kind="environment", reaction=c.RASH),),
                diagnoses=(t.fact(Diagnosis, 1175, what=c.ALZHEIMERS),),
                medicines=(
                    t.medicine(m.DONEPEZIL, 1175),
                    t.medicine(m.ALENDRONATE, 43),
                    t.medicine(m.BUPRENORPHINE_PATCH, 43, note="Left upper arm"),
                ),
                results=(*t.obs(8, "10:00", bp="118/64"), *t.obs(2, "10:00", bp="116/62", rr="17")),
                capacity=(
                    t.fact(Capacity, 200, decision="Living at Beech House", outcome="lacks_capacity",
                           assessor="Angela Bright", fluctuating=False, note="Attorney agrees with the stay"),
                ),
            ),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 9000),), registered=t.days.day(9000),
            clinical=Clinical(
                diagnoses=(t.fact(Diagnosis, 1600, what=c.ALZHEIMERS), t.fact(Diagnosis, 40,
                    what=c.OSTEOPOROSIS)),
                medicines=(t.medicine(m.DONEPEZIL, 1590), t.medicine(m.ALENDRONATE, 41)),
            ),
            frailty=(t.fact(Frailty, 200, level="severe"),),
            immunisations=(t.fact(Immunisation, 45, what=c.FLU_VACCINE),),
        ),
    )  # fmt: skip
