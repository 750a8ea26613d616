"""People whom it is easy to mistake: two hospital records, old and invalid numbers, none, and a Scottish
one.
"""

from dataclasses import replace
from datetime import date

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Admission, Attendance
from demo.lives.facts import Allergy, Clinical, Diagnosis
from demo.lives.gp import Gp
from demo.lives.housing import Asset, Housing, Member, Tenancy
from demo.lives.known import Name
from demo.lives.mental_health import Contact, MentalHealth, Referral
from demo.lives.person import Numbers, Person
from demo.lives.social_care import Assessment, SocialCare, SupportReason
from demo.lives.telling import Teller, address


def two_records(today: date) -> Person:
    """The hospital holds her twice: one record says penicillin allergy, the other that none is known."""
    home = address("40 Mill Yard, Woldham, WL2 1NY", 2140)
    t = Teller(10, today, Name("Castellano", ("Teresa",), "Ms"), date(1962, 6, 21), "female", home)
    # Registered anew at night with the name misheard, but with her own number: that is what ties the two.
    second = t.known(
        "ZAC01", 200, nth=1, names=(Name("Castelano", ("Teresa",), "Ms"),), nhs_status="not_traced"
    )
    other = second.local_id
    return t.person(
        "two-records", "Two hospital records that disagree on an allergy",
        acute=Acute(
            known_as=(t.known("ZAC01", 4100), second),
            attendances=(
                t.fact(Attendance, 900, "16:00", local_id=t.mrn, complaint=c.CELLULITIS,
                       diagnosis=c.CELLULITIS,
                       ended=t.days.ago(900, "19:10")),
                t.fact(Attendance, 200, "21:00", local_id=other, complaint=c.CHEST_PAIN,
                       diagnosis=c.CHEST_PAIN,
                       arrival="ambulance", ended=t.days.ago(199, "03:00")),
            ),
            clinical=Clinical(
                allergies=(
                    t.fact(Allergy, 900, "16:20", substance=c.PENICILLIN, reaction=c.ANAPHYLAXIS,
                           severity="severe",
                           local_id=t.mrn),
                    t.fact(Allergy, 200, "21:10", substance=c.NONE_KNOWN, none_known=True, local_id=other),
                ),
                diagnoses=(
                    t.fact(Diagnosis, 900, "17:00", what=c.CELLULITIS, status="resolved", local_id=t.mrn),
                    t.fact(Diagnosis, 200, "22:00", what=c.CHEST_PAIN, status="resolved", local_id=other),
                ),
                results=t.obs(200, "21:20", bp="142/84", pulse="92", local_id=other),
            ),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 3000),), registered=t.days.day(3000),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 5000, substance=c.PENICILLIN, reaction=c.ANAPHYLAXIS,
                                  severity="severe"),),
                diagnoses=(t.fact(Diagnosis, 3000, what=c.ASTHMA),),
                medicines=(t.medicine(m.SALBUTAMOL, 3000),),
            ),
        ),
    )  # fmt: skip


def superseded(today: date) -> Person:
    """Known to the council and the mental health team by a number that a newer one has replaced."""
    home = address("17 Sheepfold Lane, Over Wold, WL5 3SL", 5317)
    t = Teller(11, today, Name("Okonjo", ("Patience",), "Mrs"), date(1958, 10, 5), "female", home,
               other_names=(Name("Adeyemi", ("Patience",), use="previous", until=date(2011, 4, 2)),
                            ))  # fmt: skip
    old = numbers.nhs_number(t.slot, 1)
    seen = t.fact(Referral, 420, source="A1", reason=c.ANXIETY, reason_code="07", ended=t.days.day(300))
    return t.person(
        "superseded", "Known by an old, superseded NHS number",
        numbers=Numbers(t.nhs, superseded=(old,)),
        ethnic="N",
        acute=Acute(
            known_as=(t.known("ZAC01", 300),),
            attendances=(
                t.fact(Attendance, 120, "13:30", local_id=t.mrn, complaint=c.ABDO_PAIN, diagnosis=c.UTI,
                       ended=t.days.ago(120, "18:00")),
            ),
            clinical=Clinical(allergies=(t.fact(Allergy, 120, substance=c.NONE_KNOWN, none_known=True),)),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 2500, nhs_number=old),),
            assessments=(t.fact(Assessment, 330, kind="care_act", completed=t.days.day(320),
                                worker="sw.okafor"),),
            reasons=(t.fact(SupportReason, 330, reason="Mental Health Support"),),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 420, nhs_number=old),),
            referrals=(seen,),
            contacts=(t.fact(Contact, 380, "11:00", referral=seen.id, mechanism="11"),),
        ),
    )  # fmt: skip


def invalidated(today: date) -> Person:
    """Has a new number and a new name; the old number is invalid and must never lead from one to the other.

    The hospital still holds the old registration. Nothing sent by any system says that the two are one.
    """
    home = address("6 Quarry Bank, Woldham, WL3 6QB", 3606)
    born = date(1989, 4, 30)
    t = Teller(12, today, Name("Marsh", ("Rowan",), "Mx"), born, "female", home)
    before = replace(
        t.known("ZAC01", 3600, nth=1), names=(Name("Marsh", ("Daniel",), "Mr"),), gender="male",
        nhs_number=numbers.nhs_number(t.slot, 2), address=address("88 Station Road, Woldham, WL1 5SR", 1588),
    )  # fmt: skip
    return t.person(
        "invalidated", "A number that was invalidated and keys nothing",
        numbers=Numbers(t.nhs, invalidated=(numbers.nhs_number(t.slot, 2),)),
        acute=Acute(
            known_as=(t.known("ZAC01", 700), before),
            attendances=(
                t.fact(Attendance, 3600, "15:00", local_id=before.local_id, complaint=c.LACERATION,
                       diagnosis=c.LACERATION, ended=t.days.ago(3600, "17:00"), sensitive=("gender",)),
                t.fact(Attendance, 260, "10:00", local_id=t.mrn, complaint=c.CHEST_INFECTION,
                       diagnosis=c.CHEST_INFECTION, ended=t.days.ago(260, "12:30")),
            ),
            clinical=Clinical(allergies=(t.fact(Allergy, 260, substance=c.LATEX, kind="environment",
                                                reaction=c.RASH, local_id=t.mrn),)),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 800),), registered=t.days.day(800),
            clinical=Clinical(medicines=(t.medicine(m.SERTRALINE, 500),)),
        ),
    )  # fmt: skip


def no_number(today: date) -> Person:
    """A visitor from abroad without an NHS number, admitted after a fall; found only by hospital number."""
    away = address("12 Rua das Flores, Porto, 4050-262", kind="abroad")
    t = Teller(13, today, Name("Carvalho", ("Duarte",), "Mr"), date(1979, 12, 11), "male", away, gp="")
    t.nhs = None
    stay = t.fact(
        Admission, 6, "18:00", local_id=t.mrn, reason=c.HEAD_INJURY, ward="Ward 2", bed="1",
        discharged=t.days.ago(4, "12:00"), discharge_method="1", destination="19",
    )  # fmt: skip
    return t.person(
        "no-number", "No NHS number: a visitor from abroad", language="pt", interpreter="Portuguese",
        needs=("Portuguese interpreter",),
        acute=Acute(
            known_as=(t.known("ZAC01", 6, nhs_status="overseas"),),
            attendances=(
                t.fact(Attendance, 6, "15:30", local_id=t.mrn, complaint=c.FALL, diagnosis=c.HEAD_INJURY,
                       arrival="ambulance", ended=t.days.ago(6, "18:00"), outcome="admitted", fall=True),
            ),
            admissions=(stay,),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 6, "19:00", substance=c.NUTS, kind="food", reaction=c.ANAPHYLAXIS,
                                  severity="severe"),),
                diagnoses=(t.fact(Diagnosis, 6, "18:30", what=c.HEAD_INJURY, episode=stay.id),),
                results=t.obs(5, pulse="64"),
            ),
        ),
    )  # fmt: skip


def scot(today: date) -> Person:
    """Came to Wolds from Scotland: has a CHI, whose sum fits, and no NHS number yet."""
    home = address("2 Beacon View, Nether Wold, WL4 9BW", 4902)
    t = Teller(
        14, today, Name("Sutherland", ("Morag", "Isla"), "Miss"), date(1971, 8, 24), "female", home, gp=""
    )
    t.nhs = None
    number = numbers.chi(t.birth_date, female=True, serial=37)
    return t.person(
        "scot", "A Scottish CHI number and no NHS number",
        numbers=Numbers(None, chi=number),
        acute=Acute(
            # The clerk typed what she gave as her "NHS number": it passes the sum and is not one.
            known_as=(t.known("ZAC01", 45, nhs_number=number, nhs_status="trace_required"),),
            attendances=(
                t.fact(Attendance, 45, "09:40", local_id=t.mrn, complaint=c.BREATHLESS, diagnosis=c.ASTHMA,
                       ended=t.days.ago(45, "13:00")),
            ),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 45, substance=c.PENICILLIN, reaction=c.RASH, severity="mild"),),
                medicines=(t.medicine(m.SALBUTAMOL, 45),),
            ),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 90),),
            tenancies=(
                t.fact(Tenancy, 90, kind="INT", asset=Asset("WH-04902", home, kind="Bungalow", step_free=True,
                                                            stairs=False),
                       members=(Member("Morag Sutherland", "self", "tenant", t.birth_date, True, "scot"),)),
            ),
        ),
    )  # fmt: skip
