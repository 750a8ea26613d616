"""Children: twins, a newborn with her mother, and a young person of fifteen."""

from datetime import date, timedelta

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Admission, Attendance
from demo.lives.facts import Allergy, Clinical, Diagnosis
from demo.lives.gp import Gp, Immunisation
from demo.lives.known import Name
from demo.lives.mental_health import Contact, MentalHealth, Referral
from demo.lives.person import Person, Related
from demo.lives.telling import Teller, address

_TWINS_HOME = address("7 Lark Rise, Woldham, WL3 2LR", 3207)
_TWINS_BORN = date(2019, 6, 11)


def twin_one(today: date) -> Person:
    """Amelia: same family name, birth date, address and practice as her sister; allergic to penicillin."""
    return _twin(today, 30, 1, "Amelia", "twin-two", allergic=True)


def twin_two(today: date) -> Person:
    """Amelie: nothing of Amelia's may ever be shown as hers."""
    return _twin(today, 31, 2, "Amelie", "twin-one", allergic=False)


def _twin(today: date, slot: int, order: int, given: str, other: str, *, allergic: bool) -> Person:
    t = Teller(slot, today, Name("Brightwell", (given,), "Miss"), _TWINS_BORN, "female", _TWINS_HOME,
               phones=())  # fmt: skip
    allergy = (
        t.fact(Allergy, 300, substance=c.PENICILLIN, reaction=c.RASH, severity="moderate")
        if allergic
        else t.fact(Allergy, 300, substance=c.NONE_KNOWN, none_known=True)
    )
    visit = t.fact(
        Attendance, 300, "17:00", local_id=t.mrn, complaint=c.CHEST_INFECTION, diagnosis=c.CHEST_INFECTION,
        ended=t.days.ago(300, "19:00"), place="Children's ED",
    )  # fmt: skip
    return t.person(
        f"twin-{'one' if order == 1 else 'two'}", "One of twins with near-equal names", birth_order=order,
        related=(
            Related("Joanna Brightwell", "mother", ("parental_responsibility", "parent"),
                    numbers.mobile(300), True),
            Related("the other twin", "sister", ("twin", "sibling"), same_household=True, person=other),
        ),
        acute=Acute(
            known_as=(t.known("ZAC01", 2400),), attendances=(visit,), clinical=Clinical(allergies=(allergy,)),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 2400),), registered=t.days.day(2400),
                     clinical=Clinical(allergies=(allergy,))),
    )  # fmt: skip


def mother(today: date) -> Person:
    """Gave birth six days ago; a number of hers on the baby's record would be a mistake."""
    home = address("25 Lark Rise, Woldham, WL3 2LR", 3225)
    t = Teller(32, today, Name("Smith", ("Hannah",), "Mrs"), date(1995, 11, 2), "female", home)
    stay = t.fact(
        Admission, 6, "03:00", local_id=t.mrn, reason=c.BIRTH, method="31", ward="Maternity", bed="5",
        specialty="501", discharged=t.days.ago(4, "14:00"), discharge_method="1", destination="19",
    )  # fmt: skip
    return t.person(
        "mother", "Mother of the newborn",
        related=(Related("Baby Smith", "daughter", ("child",), same_household=True, person="newborn"),),
        acute=Acute(
            known_as=(t.known("ZAC01", 230),), admissions=(stay,),
            clinical=Clinical(allergies=(t.fact(Allergy, 230, substance=c.NONE_KNOWN, none_known=True),)),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 1000),), registered=t.days.day(1000)),
    )  # fmt: skip


def newborn(today: date) -> Person:
    """Born six days ago as "Baby Smith", named Iris two days later: no mismatch."""
    home = address("25 Lark Rise, Woldham, WL3 2LR", 3225)
    born = today - timedelta(days=6)
    t = Teller(33, today, Name("Smith", ("Iris",)), born, "female", home, phones=(),
               other_names=(Name("Smith", ("Baby",), use="previous", until=today - timedelta(days=4)),
                            ))  # fmt: skip
    stay = t.fact(
        Admission, 6, "09:12", local_id=t.mrn, reason=c.BIRTH, method="82", source="79", ward="Maternity",
        bed="5C",
        specialty="501", discharged=t.days.ago(4, "14:00"), discharge_method="1", destination="19",
    )  # fmt: skip
    return t.person(
        "newborn", "Six days old", birth_order=None,
        related=(Related("Hannah Smith", "mother", ("parental_responsibility", "parent"),
                         numbers.mobile(32), True,
                         "mother"),),
        acute=Acute(
            known_as=(t.known("ZAC01", 6, names=(Name("Smith", ("Baby",)),), nhs_status="newborn"),),
            admissions=(stay,),
            clinical=Clinical(diagnoses=(t.fact(Diagnosis, 6, "09:30", what=c.BIRTH, episode=stay.id),)),
        ),
    )  # fmt: skip


def fifteen(today: date) -> Person:
    """Fifteen whatever the day: her own contacts with services are not her parents' to read."""
    home = address("61 Sheepfold Lane, Over Wold, WL5 3SL", 5361)
    # The birth date moves with the year, for she must stay fifteen: the sixteenth birthday is always ahead.
    born = date(today.year - 15, 1, 1) if today.month > 6 else date(today.year - 16, 12, 31)
    t = Teller(34, today, Name("Rahman", ("Zara",), "Miss"), born, "female", home)
    seen = t.fact(Referral, 80, source="A1", reason=c.ANXIETY, reason_code="07", team="C02",
                  team_name="Young people's team")  # fmt: skip
    return t.person(
        "fifteen", "A fifteen-year-old", ethnic="K",
        related=(
            Related("Farida Rahman", "mother", ("parental_responsibility", "parent"), numbers.mobile(340),
                    True),
            Related("Imran Rahman", "father", ("parental_responsibility", "parent"), numbers.mobile(341),
                    note="Lives elsewhere; court order limits contact"),
        ),
        acute=Acute(
            known_as=(t.known("ZAC01", 5000),),
            attendances=(
                t.fact(Attendance, 85, "21:00", local_id=t.mrn, complaint=c.SELF_HARM, diagnosis=c.SELF_HARM,
                       ended=t.days.ago(84, "11:00"), place="Children's ED", sensitive=("mental_health",)),
                t.fact(Attendance, 30, "16:00", kind="outpatient", local_id=t.mrn, complaint=c.ASTHMA,
                       arrival="booked", ended=t.days.ago(30, "16:30"), place="Children's clinic"),
            ),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 1000, substance=c.NUTS, kind="food", reaction=c.ANAPHYLAXIS,
                                  severity="severe"),),
                medicines=(t.medicine(m.SALBUTAMOL, 900),),
            ),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 80),), referrals=(seen,),
            contacts=(t.fact(Contact, 60, "16:30", referral=seen.id,
                             note="Came alone, wants it kept to herself."),),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 5400),), registered=t.days.day(5400),
            clinical=Clinical(diagnoses=(t.fact(Diagnosis, 3000, what=c.ASTHMA),),
                              medicines=(t.medicine(m.SALBUTAMOL, 2900),)),
            immunisations=(t.fact(Immunisation, 40, what=c.FLU_VACCINE),),
        ),
    )  # fmt: skip
