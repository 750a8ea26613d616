"""What may happen in a made-up life. One event is told once, to every system that would come to know of it.

Each storyline takes a draft and adds facts. Which people live through which of them is decided in
`demo.lives.random`.
"""

from decimal import Decimal
from typing import Final

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Admission, Attendance, Caseload, Visit
from demo.lives.draft import Draft
from demo.lives.facts import AboutMe, Allergy, Coded, Diagnosis, Document, Resuscitation, Span
from demo.lives.gp import Consultation, Frailty, Immunisation
from demo.lives.housing import Adaptation, Hazard
from demo.lives.medicines import Product
from demo.lives.person import Related
from demo.lives.social_care import (
    Accommodation,
    Alert,
    Assessment,
    Contact,
    Equipment,
    Package,
    Safeguarding,
    SupportReason,
    Worker,
)

TREATED_WITH: Final[dict[Coded, tuple[Product, ...]]] = {
    c.HYPERTENSION: (m.AMLODIPINE, m.RAMIPRIL), c.AF: (m.APIXABAN, m.BISOPROLOL),
    c.DIABETES: (m.METFORMIN, m.ATORVASTATIN), c.COPD: (m.TIOTROPIUM, m.SALBUTAMOL),
    c.ASTHMA: (m.SALBUTAMOL,),
    c.HEART_FAILURE: (m.FUROSEMIDE, m.BISOPROLOL), c.EPILEPSY: (m.LEVETIRACETAM,),
    c.PARKINSONS: (m.CO_CARELDOPA,), c.ALZHEIMERS: (m.DONEPEZIL,), c.DEPRESSION: (m.SERTRALINE,),
    c.OSTEOARTHRITIS: (m.PARACETAMOL,), c.OSTEOPOROSIS: (m.ALENDRONATE, m.COLECALCIFEROL),
    c.CKD3: (m.RAMIPRIL,),
    c.ANXIETY: (m.SERTRALINE,), c.BIPOLAR: (m.LITHIUM,), c.SCHIZOPHRENIA: (m.OLANZAPINE,),
}  # fmt: skip
_REACTIONS: Final = ((c.PENICILLIN, "drug"), (c.TRIMETHOPRIM, "drug"), (c.CODEINE, "drug"), (c.NUTS, "food"),
                     (c.LATEX, "environment"))  # fmt: skip
_VISITS: Final = (c.CHEST_PAIN, c.ABDO_PAIN, c.BREATHLESS, c.LACERATION, c.UTI, c.CELLULITIS, c.COLLAPSE)


def allergy(d: Draft) -> None:
    """The same allergy, or none known, at the practice and the hospital."""
    t = d.teller
    ago = d.draw.randrange(400, 4000)
    if d.draw.random() < 0.3:
        substance, kind = d.draw.choice(_REACTIONS)
        reaction = d.draw.choice((c.RASH, c.VOMITING, c.ANAPHYLAXIS))
        severe = "severe" if reaction is c.ANAPHYLAXIS else d.draw.choice(("mild", "moderate"))
        for sector, later in (("gp", 0), ("acute", d.draw.randrange(1, 300))):
            d.add(sector, "allergies", t.fact(Allergy, ago - later, substance=substance, kind=kind,
                                              reaction=reaction,
                                              severity=severe))  # fmt: skip
    else:
        for sector in ("gp", "acute"):
            d.add(sector, "allergies", t.fact(Allergy, ago, substance=c.NONE_KNOWN, none_known=True))


def practice(d: Draft) -> None:
    """The GP's list of problems, medicines, contacts, tests and vaccinations."""
    t, draw = d.teller, d.draw
    for problem in d.problems:
        since = draw.randrange(200, 3000)
        d.add("gp", "diagnoses", t.fact(Diagnosis, since, what=problem))
        for product in TREATED_WITH.get(problem, ()):
            d.add("gp", "medicines", t.medicine(product, since - draw.randrange(1, 150)))
    for _ in range(draw.randrange(4, 10)):
        words = draw.choice(("Review of long-term conditions.", "Medicines reviewed.",
                             "Cough, safety-netted.",
                             "Knee pain, exercises.", "Letter from the hospital seen.",
                             "Poor sleep, talked."))  # fmt: skip
        d.add("gp", "consultations", t.fact(Consultation, draw.randrange(3, 700), "10:20", text=words,
                                            how=draw.choice(("surgery", "surgery", "telephone",
                                                "home_visit"))))  # fmt: skip
    for _ in range(draw.randrange(0, 4)):
        blood(d, "gp", draw.randrange(5, 500))
    if d.age >= 65:
        d.add("gp", "immunisations", t.fact(Immunisation, draw.randrange(10, 70), what=c.FLU_VACCINE))
    if d.age >= 75 and draw.random() < 0.6:
        d.add("gp", "frailty", t.fact(Frailty, draw.randrange(20, 400), level=draw.choice(
            ("mild", "moderate", "severe"))))  # fmt: skip


def blood(d: Draft, sector: str, ago: int, episode: str = "") -> None:
    """One set of kidney and blood count results."""
    t, draw = d.teller, d.draw
    rows = (
        (c.SODIUM, draw.randrange(130, 147), "mmol/L", Decimal(133), Decimal(146)),
        (c.POTASSIUM, Decimal(draw.randrange(32, 56)) / 10, "mmol/L", Decimal("3.5"), Decimal("5.3")),
        (c.CREATININE, draw.randrange(50, 150), "umol/L", Decimal(59), Decimal(104)),
        (c.HAEMOGLOBIN, draw.randrange(95, 160), "g/L", Decimal(115), Decimal(165)),
    )  # fmt: skip
    for what, value, unit, low, high in rows:
        flag = "L" if value < low else "H" if value > high else ""
        d.add(sector, "results", t.result(what, str(value), unit, ago, "08:40", low=low, high=high, flag=flag,
                                          group=f"blood {t.days.day(ago)}", episode=episode))  # fmt: skip


def attendance(d: Draft) -> None:
    """An ordinary A&E visit that ends at home."""
    t, draw = d.teller, d.draw
    ago, hour, why = draw.randrange(5, 720), draw.randrange(7, 20), draw.choice(_VISITS)
    visit = t.fact(
        Attendance, ago, f"{hour:02d}:15", local_id=t.mrn, complaint=why, diagnosis=why,
        arrival=draw.choice(("walk_in", "walk_in", "ambulance")), ended=t.days.ago(ago, f"{hour + 3:02d}:40"),
    )  # fmt: skip
    d.add("acute", "attendances", visit)
    d.add("acute", "diagnoses", t.fact(Diagnosis, ago, f"{hour + 1:02d}:00", what=why, status="resolved",
                                       episode=visit.id))  # fmt: skip
    d.add("acute", "results", *t.obs(ago, f"{hour:02d}:30", pulse=str(draw.randrange(60, 110)),
                                     spo2=str(draw.randrange(93, 100)), rr=str(draw.randrange(13, 23)),
                                     bp=f"{draw.randrange(100, 170)}/{draw.randrange(55, 95)}"))  # fmt: skip


def fall(d: Draft) -> None:
    """One fall: an attendance, a concern at the council, a grab rail at the landlord's, a note at the
    practice.
    """
    t, draw = d.teller, d.draw
    ago = draw.randrange(8, 400)
    broke = draw.random() < 0.35
    found = draw.choice((c.HIP_FRACTURE, c.WRIST_FRACTURE)) if broke else c.FALL
    visit = t.fact(
        Attendance, ago, "06:50", local_id=t.mrn, complaint=c.FALL, diagnosis=found, arrival="ambulance",
        fall=True,
        ended=t.days.ago(ago, "13:20"), outcome="admitted" if found is c.HIP_FRACTURE else "discharged",
        text="Fell at home in the night, on the floor until morning.",
    )  # fmt: skip
    d.add("acute", "attendances", visit)
    if found is c.HIP_FRACTURE:
        stay(d, found, ago, "13:20")
    d.add(
        "gp",
        "consultations",
        t.fact(Consultation, ago - 2, how="telephone", text="A&E letter: fall at home."),
    )
    d.add(
        "social_care", "safeguarding",
        t.fact(Safeguarding, ago, "15:10", types=("neglect",),
               text="Long lie after a fall; nobody came to help.",
               raised_by="ZAC01 emergency department", attendance=visit.id, stage="closed",
               ended=t.days.day(ago - 5), outcome="No further enquiry; support offered",
               sensitive=("safeguarding",)),
    )  # fmt: skip
    d.add("social_care", "alerts", t.fact(Alert, ago - 1, category="RTS", kind="falls", text="Falls risk"))
    if d.knows("housing"):
        d.add("housing", "adaptations", t.fact(
            Adaptation, ago - 3, what="Grab rails", requested_by="ot.green", attendance=visit.id,
            status="fitted" if ago > 60 else "requested", fitted=t.days.day(ago - 40) if ago > 60 else None,
        ))  # fmt: skip
        d.add("housing", "hazards", t.fact(Hazard, ago - 4, number=draw.choice((19, 20, 21)),
                                           name="Falls on level surfaces or stairs", band="D"))  # fmt: skip


def stay(d: Draft, why: Coded, ago: int, at: str = "15:00") -> Admission:
    """A hospital stay with its letter and what it did to the medicines."""
    t, draw = d.teller, d.draw
    nights = min(draw.randrange(2, 25), ago - 1)
    left = ago - nights
    ward = draw.choice(("Ward 3", "Ward 4", "Ward 6", "Acute medical unit"))
    told = f"Admitted with {why.text.lower()}. Treated and improved. Home with usual medicines unless listed."
    spell = t.fact(
        Admission, ago, at, local_id=t.mrn, reason=why, ward=ward, bed=str(draw.randrange(1, 24)),
        moves=(Span(t.days.ago(ago, at), t.days.ago(left, "14:00"), "1", ward),),
        discharged=t.days.ago(left, "14:00"), discharge_method="1", destination="19", summary=told,
        ready_since=t.days.day(left + 1), pathway=draw.choice((0, 0, 1)),
    )  # fmt: skip
    d.add("acute", "admissions", spell)
    d.add(
        "acute", "diagnoses", t.fact(Diagnosis, ago, "18:00", what=why, status="resolved", episode=spell.id)
    )
    blood(d, "acute", ago, spell.id)
    for problem in d.problems[:2]:
        for product in TREATED_WITH.get(problem, ()):
            d.add("acute", "medicines", t.medicine(product, left, change="continued", episode=spell.id))
    d.add("acute", "documents", t.fact(Document, left, "13:30", kind="discharge_summary",
                                       title="Discharge summary",
                                       text=told, episode=spell.id))  # fmt: skip
    return spell


def admitted(d: Draft) -> None:
    """An emergency admission through A&E."""
    t, draw = d.teller, d.draw
    ago = draw.randrange(12, 700)
    why = (
        c.COPD_WORSE
        if c.COPD in d.problems
        else draw.choice((c.PNEUMONIA, c.UTI, c.CELLULITIS, c.DEHYDRATION))
    )
    d.add("acute", "attendances", t.fact(
        Attendance, ago, "10:05", local_id=t.mrn,
        complaint=c.BREATHLESS if why is c.COPD_WORSE else c.COLLAPSE,
        diagnosis=why, arrival="ambulance", ended=t.days.ago(ago, "15:00"), outcome="admitted",
    ))  # fmt: skip
    stay(d, why, ago)


def support(d: Draft) -> None:
    """Care at home: asked for, assessed, given."""
    t, draw = d.teller, d.draw
    ago = draw.randrange(40, 1200)
    d.add("social_care", "contacts", t.fact(Contact, ago, source=draw.choice(("ZGP01", "Family", "Self",
        "ZAC01")),
                                            reason="Struggling at home",
                                            outcome="Progress to assessment, review or reassessment"))  # fmt: skip
    d.add("social_care", "assessments", t.fact(Assessment, ago - 8, kind="care_act", worker="sw.okafor",
                                               completed=t.days.day(ago - 12),
                                               outcome="Progress to support planning or services"))  # fmt: skip
    daily = draw.randrange(1, 5)
    d.add("social_care", "packages", t.fact(
        Package, ago - 15, service_type="Long Term Support: Community", component="Home Support",
        provider="Kindly Home Care", provider_ods="ZHC01", visits_a_day=daily,
        hours_a_week=Decimal(daily) * Decimal("3.5"), weekly_cost=Decimal(daily) * Decimal("80.50"),
        ended=t.days.day(20) if draw.random() < 0.2 else None,
    ))  # fmt: skip
    d.add("social_care", "equipment", t.fact(Equipment, ago - 20, requested_by="ot.green", what=draw.choice(
        ("Walking frame", "Commode", "Bath seat", "Perching stool", "Pendant alarm"))))  # fmt: skip
    d.add("social_care", "reasons", t.fact(SupportReason, ago - 8, reason=(
        "Support with Memory and Cognition" if c.ALZHEIMERS in d.problems
        else "Physical Support: Personal care support")))  # fmt: skip
    d.add("social_care", "accommodation", t.fact(
        Accommodation, ago - 8, lives_alone=draw.random() < 0.5,
        status="Tenant: LA or social" if d.knows("housing") else "Owner occupier or shared ownership",
    ))  # fmt: skip
    d.add("social_care", "workers", t.fact(Worker, ago - 8, name="Grace Okafor", role="Social worker",
                                           team="Older people north", phone=numbers.landline(201),
                                           key_worker=True))  # fmt: skip
    if draw.random() < 0.3:
        d.add("social_care", "about_me", t.fact(AboutMe, ago - 30,
                                                important="My own routine and a clear answer.",
                                                please_do="Call me by my first name."))  # fmt: skip
    d.related.append(Related("a neighbour", "neighbour", ("emergency_contact",), numbers.mobile(t.slot + 1)))


def nursing(d: Draft) -> None:
    """District nurses come to dress a leg."""
    t, draw = d.teller, d.draw
    ago = draw.randrange(30, 200)
    listed = t.fact(Caseload, ago, team="district_nursing", reason="Leg ulcer", key_worker="dn.brown")
    d.add("acute", "caseloads", listed)
    d.add("acute", "diagnoses", t.fact(Diagnosis, ago, what=c.LEG_ULCER))
    for week in range(draw.randrange(2, 7)):
        d.add("acute", "visits", t.fact(Visit, max(0, ago - 3 - 7 * week), "11:00", caseload=listed.id,
                                        what="Dressing", note="Clean, redressed."))  # fmt: skip


def end_of_life(d: Draft) -> None:
    """A recommendation about resuscitation, made at the practice."""
    t = d.teller
    d.add("gp", "resuscitation", t.fact(
        Resuscitation, d.draw.randrange(20, 300), recommendation="do_not_attempt", clinician="gp.morgan",
        form_kept="At home with the person", review_due=t.days.day(-200),
    ))  # fmt: skip
