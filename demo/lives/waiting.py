"""Four people whose stay in hospital outlasted its reason: Mrs V, Mr B, Mrs W and Mrs H."""

from datetime import date

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Admission, Attendance
from demo.lives.care_home import CareHome, Stay
from demo.lives.facts import Allergy, Capacity, Clinical, Diagnosis, Document, Span
from demo.lives.gp import Frailty, Gp
from demo.lives.housing import Adaptation, Asset, Hazard, Housing, Member, Tenancy
from demo.lives.known import Name
from demo.lives.person import Person, Related
from demo.lives.social_care import (
    Accommodation,
    Assessment,
    Contact,
    Note,
    Package,
    SocialCare,
    SupportReason,
    Worker,
)
from demo.lives.telling import Teller, address


def mrs_v(today: date) -> Person:
    """28 days waiting: no longer meets the criteria to reside, and the funding panel has not decided."""
    home = address("5 Quarry Bank, Woldham, WL3 6QB", 3605)
    t = Teller(60, today, Name("Vasquez", ("Carmen",), "Mrs"), date(1942, 9, 19), "female", home)
    stay = t.fact(
        Admission, 47, "10:30", local_id=t.mrn, reason=c.PNEUMONIA, ward="Ward 4", bed="2",
        moves=(Span(t.days.ago(47, "10:30"), t.days.ago(40, "16:00"), "11", "Acute medical unit"),
               Span(t.days.ago(40, "16:00"), None, "2", "Ward 4")),
        expected=t.days.day(30), ready_since=t.days.day(28), pathway=3,
        waiting_for="Funding decision for a nursing home", funding="Continuing healthcare: not decided",
        panel=t.days.day(-4),
    )  # fmt: skip
    return t.person(
        "mrs-v", "28 days waiting for funding",
        related=(Related("Lucia Vasquez", "daughter", ("next_of_kin", "child"), numbers.mobile(600)),),
        acute=Acute(
            known_as=(t.known("ZAC01", 2600),), admissions=(stay,),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 47, "11:00", substance=c.PENICILLIN, reaction=c.RASH,
                                  severity="mild"),),
                diagnoses=(t.fact(Diagnosis, 47, "12:00", what=c.PNEUMONIA, status="resolved",
                                  episode=stay.id),
                           t.fact(Diagnosis, 46, what=c.DEMENTIA, episode=stay.id)),
                results=(*t.obs(1), *t.obs(0, "06:00")),
                capacity=(t.fact(Capacity, 26, decision="Where to live", outcome="lacks_capacity",
                                 assessor="sw.okafor"),),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 30),),
            contacts=(t.fact(Contact, 30, route="Discharge from Hospital", reason="Nursing home",
                             source="ZAC01"),),
            assessments=(
                t.fact(Assessment, 27, kind="hospital_discharge", completed=t.days.day(25),
                       worker="sw.okafor",
                       accepted_by="ZCH01", outcome="Progress to support planning or services"),
                t.fact(Assessment, 24, kind="financial"),
            ),
            notes=(t.fact(Note, 12,
                          text="Panel asked for one more form. Beech House holds a room until Friday."),),
            workers=(t.fact(Worker, 30, name="Grace Okafor", role="Social worker", team="Hospital",
                            key_worker=True),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 5000),), registered=t.days.day(5000),
                     frailty=(t.fact(Frailty, 100, level="severe", score="0.40"),),
                     clinical=Clinical(medicines=(t.medicine(m.DONEPEZIL, 200),))),
    )  # fmt: skip


def mr_b(today: date) -> Person:
    """Put down for a care home (pathway 3) although a step-free flat and two visits a day would have done."""
    home = address("Flat 1, Tower View, Woldham, WL1 7TW", 1701)
    t = Teller(61, today, Name("Barraclough", ("Norman",), "Mr"), date(1945, 12, 30), "male", home)
    stay = t.fact(
        Admission, 24, "17:45", local_id=t.mrn, reason=c.CELLULITIS, ward="Ward 3", bed="6",
        expected=t.days.day(15), ready_since=t.days.day(14), pathway=3, waiting_for="Care home assessment",
    )  # fmt: skip
    return t.person(
        "mr-b", "On the wrong discharge pathway",
        acute=Acute(
            known_as=(t.known("ZAC01", 1500),), admissions=(stay,),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 24, "18:00", substance=c.NONE_KNOWN, none_known=True),),
                diagnoses=(t.fact(Diagnosis, 24, "18:30", what=c.CELLULITIS, episode=stay.id),
                           t.fact(Diagnosis, 1500, what=c.HEART_FAILURE)),
                medicines=(t.medicine(m.FUROSEMIDE, 1490), t.medicine(m.BISOPROLOL, 1490)),
                results=t.obs(0, "06:10", bp="122/70"),
                documents=(t.fact(Document, 13, kind="nursing", title="Ward therapy note", episode=stay.id,
                                  text="Walks 20 metres with a stick, washes himself. Wants his flat."),),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 20),),
            contacts=(t.fact(Contact, 20, route="Discharge from Hospital", reason="Residential care",
                             source="ZAC01"),),
            assessments=(t.fact(Assessment, 8, kind="reablement", worker="ot.green",
                                text="Pathway 1 fits: home with reablement."),),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 2500),),
            tenancies=(t.fact(Tenancy, 2500, asset=Asset("WH-01701", home, kind="Flat", floor=0,
                                                         step_free=True,
                                                         stairs=False, lift=True),
                              members=(Member("Norman Barraclough", "self", "tenant", t.birth_date, True),
                                       )),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 4000),), registered=t.days.day(4000),
                     clinical=Clinical(medicines=(t.medicine(m.FUROSEMIDE, 1480),))),
    )  # fmt: skip


def mrs_w(today: date) -> Person:
    """Delirious on arrival and without capacity; it came back, and so did her right to say where she lives."""
    home = address("9 Orchard Rise, Over Wold, WL5 1PR", 5109)
    t = Teller(62, today, Name("Winterbourne", ("Dorothy",), "Mrs"), date(1939, 3, 28), "female", home)
    came = t.fact(
        Attendance, 33, "07:30", local_id=t.mrn, complaint=c.CONFUSION, diagnosis=c.UTI, arrival="ambulance",
        ended=t.days.ago(33, "12:00"), outcome="admitted",
    )  # fmt: skip
    stay = t.fact(
        Admission, 33, "12:00", local_id=t.mrn, reason=c.UTI, ward="Ward 4", bed="5", expected=t.days.day(20),
        ready_since=t.days.day(18), discharged=t.days.ago(11, "15:00"), discharge_method="1",
        destination="19",
        pathway=1, summary="Delirium with urine infection, resolved. Home as she chose.",
    )  # fmt: skip
    where = "Where to live after this stay"
    return t.person(
        "mrs-w", "Capacity came back",
        related=(Related("Colin Winterbourne", "nephew", ("next_of_kin",), numbers.mobile(620)),),
        acute=Acute(
            known_as=(t.known("ZAC01", 3100),), attendances=(came,), admissions=(stay,),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 33, "08:00", substance=c.TRIMETHOPRIM, reaction=c.VOMITING),),
                diagnoses=(t.fact(Diagnosis, 33, "13:00", what=c.DELIRIUM, status="resolved", episode=stay.id,
                                  ended=t.days.day(22)),),
                medicines=(t.medicine(m.NITROFURANTOIN, 33, ended=t.days.day(26), episode=stay.id),),
                capacity=(
                    t.fact(Capacity, 31, decision=where, outcome="lacks_capacity", assessor="dr.patel",
                           fluctuating=True, note="Delirium: assess again when clear"),
                    t.fact(Capacity, 21, decision=where, outcome="has_capacity", assessor="sw.okafor",
                           note="Clear, consistent, knows the risks. Chooses home."),
                ),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 29),),
            assessments=(t.fact(Assessment, 28, kind="hospital_discharge", completed=t.days.day(20),
                                worker="sw.okafor", outcome="Progress to reablement/ST-Max"),),
            packages=(t.fact(Package, 11, service_type="Short Term Support: ST-Max", component="Reablement",
                             provider="Wolds Council", visits_a_day=3),),
        ),
        care_home=CareHome(
            known_as=(t.known("ZCH02", 300),),
            stays=(t.fact(Stay, 300, org="ZCH02", kind="respite", room="3", ended=t.days.day(286),
                          destination="Own home"),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 6000),), registered=t.days.day(6000)),
    )  # fmt: skip


def mrs_h(today: date) -> Person:
    """She and her husband can both decide and want home together; a ward note says that they cannot."""
    home = address("15 Quarry Bank, Woldham, WL3 6QB", 3615)
    t = Teller(63, today, Name("Hargreave", ("Winifred",), "Mrs"), date(1937, 6, 5), "female", home)
    stay = t.fact(
        Admission, 20, "13:15", local_id=t.mrn, reason=c.HUMERUS_FRACTURE, ward="Ward 6", bed="9",
        specialty="110",
        expected=t.days.day(9), ready_since=t.days.day(8), pathway=1, waiting_for="Ward says home is unsafe",
    )  # fmt: skip
    return t.person(
        "mrs-h", "Both can decide; the ward said not",
        related=(Related("Ronald Hargreave", "husband", ("spouse", "carer", "next_of_kin"),
                         numbers.mobile(630), True),),
        acute=Acute(
            known_as=(t.known("ZAC01", 2000),), admissions=(stay,),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 20, "14:00", substance=c.NONE_KNOWN, none_known=True),),
                diagnoses=(t.fact(Diagnosis, 20, "14:30", what=c.HUMERUS_FRACTURE, episode=stay.id),
                           t.fact(Diagnosis, 2000, what=c.OSTEOPOROSIS)),
                medicines=(t.medicine(m.PARACETAMOL, 20, episode=stay.id), t.medicine(m.ALENDRONATE, 1500)),
                documents=(t.fact(Document, 10, kind="nursing", title="Ward note", episode=stay.id,
                                  text="Couple lack insight, not safe at home. No assessment of capacity made."),),
            ),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 15),),
            assessments=(t.fact(Assessment, 13, kind="hospital_discharge", worker="sw.okafor"),),
            contacts=(t.fact(Contact, 15, route="Discharge from Hospital", reason="Unsafe at home?",
                             source="ZAC01"),),
            accommodation=(t.fact(Accommodation, 13, status="Tenant: LA or social", lives_alone=False),),
            reasons=(t.fact(SupportReason, 13, reason="Physical Support: Access & mobility only"),),
            capacity=(
                t.fact(Capacity, 6, decision="Going home with her husband", outcome="has_capacity",
                       assessor="sw.okafor", note="Both seen apart. Both understand and choose home."),
            ),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 9000),),
            tenancies=(t.fact(Tenancy, 9000, asset=Asset("WH-03615", home, kind="House",
                                                         stairs_note="13 steps"),
                              members=(Member("Winifred Hargreave", "self", "joint_tenant", t.birth_date,
                                              True),
                                       Member("Ronald Hargreave", "husband", "joint_tenant", date(1935, 2,
                                           2), True))),),
            hazards=(t.fact(Hazard, 12, number=19, name="Falls associated with baths", band="D"),),
            adaptations=(t.fact(Adaptation, 12, what="Grab rail by the bath", requested_by="ot.green"),),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 9000),), registered=t.days.day(9000)),
    )  # fmt: skip
