"""Two people under the Mental Health Act: one on leave from a ward, one on a community treatment order."""

from datetime import date

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.acute import Acute, Attendance
from demo.lives.facts import Allergy, Clinical, Diagnosis, Span
from demo.lives.gp import Gp
from demo.lives.housing import Asset, Homelessness, Housing, Member, Repair, Tenancy
from demo.lives.known import Name
from demo.lives.mental_health import (
    ActPeriod,
    CommunityOrder,
    Contact,
    Coordinator,
    MentalHealth,
    Plan,
    Referral,
    Risk,
    WardStay,
)
from demo.lives.person import Person, Related
from demo.lives.social_care import Assessment, SocialCare, SupportReason, Worker
from demo.lives.telling import Teller, address


def on_leave(today: date) -> Person:
    """Detained under section 3 and on leave at his parents' since yesterday, until tomorrow evening."""
    home = address("19 Beacon View, Nether Wold, WL4 9BW", 4919)
    t = Teller(40, today, Name("Vance", ("Marcus",), "Mr"), date(1998, 2, 26), "male", home)
    sent = t.fact(Referral, 75, source="H1", reason=c.SCHIZOPHRENIA, reason_code="02", priority="1",
                  team="A02",
                  team_name="Crisis and home treatment")  # fmt: skip
    day = t.days.day
    return t.person(
        "mha-leave", "Section 3, on leave from the ward", ethnic="M",
        related=(
            Related("Denise Vance", "mother", ("nearest_relative", "next_of_kin", "parent"),
                    numbers.mobile(400)),
        ),
        acute=Acute(
            known_as=(t.known("ZAC01", 75),),
            attendances=(
                t.fact(Attendance, 75, "23:50", local_id=t.mrn, complaint=c.CONFUSION,
                       diagnosis=c.SCHIZOPHRENIA,
                       arrival="police", ended=t.days.ago(74, "07:00"), sensitive=("mental_health",)),
            ),
            clinical=Clinical(allergies=(t.fact(Allergy, 75, substance=c.NONE_KNOWN, none_known=True),)),
        ),
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 74),),
            assessments=(t.fact(Assessment, 15, kind="hospital_discharge", worker="sw.okafor"),),
            reasons=(t.fact(SupportReason, 74, reason="Mental Health Support"),),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 400),),
            referrals=(sent,),
            act=(
                t.fact(ActPeriod, 75, "03:00", legal_status="20", ended=t.days.ago(74, "02:00")),
                t.fact(ActPeriod, 74, "02:00", legal_status="02", expires=t.days.ago(46, "23:59"),
                       ended=t.days.ago(50, "15:00")),
                t.fact(ActPeriod, 50, "15:00", legal_status="03", expires=t.days.ago(-132, "23:59"), leave=(
                    Span(t.days.ago(9, "10:00"), t.days.ago(9, "18:00"), "Escorted by staff", "Town"),
                    Span(t.days.ago(1, "10:00"), t.days.ago(-1, "20:00"),
                         "With his mother, takes his tablets",
                         "Parents' home"),
                )),
            ),
            ward_stays=(
                t.fact(WardStay, 74, "02:30", spell="SP000040001", ward="Larch ward", bed_type="10",
                       clinically_ready=day(10), waiting_code="J2"),
            ),
            coordinators=(t.fact(Coordinator, 70, name="Owen Walsh", team="Community mental health team",
                                 phone=numbers.landline(301)),),
            plans=(
                t.fact(Plan, 40, kind="12", updated=day(8), agreed_with="Marcus and his mother",
                       triggers=("Stopping tablets", "Cannabis"), early_signs=("Covers the mirrors",),
                       helps=("Music", "His mother's voice"), does_not_help=("Uniforms close up",),
                       who_to_call=("Larch ward 01632 960310", "Crisis line 01632 960399"), review=day(-20)),
            ),
            risks=(t.fact(Risk, 74, kind="to_self", text="Walks into roads when unwell"),),
            clinical=Clinical(
                allergies=(t.fact(Allergy, 74, substance=c.NONE_KNOWN, none_known=True),),
                diagnoses=(t.fact(Diagnosis, 60, what=c.SCHIZOPHRENIA, episode=sent.id),),
                medicines=(t.medicine(m.OLANZAPINE, 60),),
                results=t.obs(3, "09:00"),
            ),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 30),),
            homelessness=(
                t.fact(Homelessness, 30, duty="relief",
                       reason="Leaving psychiatric hospital, cannot return to flat",
                       referred_by="ZMH01", sensitive=("homelessness", "mental_health")),
            ),
        ),
        gp_record=Gp(known_as=(t.known("ZGP01", 2000),), registered=t.days.day(2000)),
    )  # fmt: skip


def community_order(today: date) -> Person:
    """On a community treatment order with a depot injection; recalled once in the spring."""
    home = address("2 Tower View, Woldham, WL1 7TW", 1702)
    t = Teller(41, today, Name("Ibekwe", ("Sandra",), "Ms"), date(1980, 12, 1), "female", home)
    team = t.fact(Referral, 1400, source="P1", reason=c.SCHIZOPHRENIA, reason_code="02")
    return t.person(
        "community-order", "Community treatment order", ethnic="N",
        social_care=SocialCare(
            known_as=(t.known("ZSC01", 1300),),
            workers=(t.fact(Worker, 400, name="Grace Okafor", role="Social worker",
                            team="Aftercare (s117)"),),
            reasons=(t.fact(SupportReason, 1300, reason="Mental Health Support"),),
        ),
        mental_health=MentalHealth(
            known_as=(t.known("ZMH01", 1500),),
            referrals=(team,),
            contacts=tuple(
                t.fact(Contact, ago, "11:30", referral=team.id, note="Depot given, no side effects.")
                for ago in (98, 70, 42, 14)
            ),
            act=(
                t.fact(ActPeriod, 420, legal_status="03", expires=t.days.ago(238), ended=t.days.ago(330,
                    "12:00")),
            ),
            community_orders=(
                t.fact(CommunityOrder, 330, "12:00", expires=t.days.day(-35),
                       conditions=("See the team every four weeks", "Accept the depot",
                                   "Live at the address agreed"),
                       recalled=(Span(t.days.ago(215, "16:00"), t.days.ago(213, "11:00"), "Missed depot",
                                      "Larch ward"),)),
            ),
            coordinators=(t.fact(Coordinator, 330, name="Owen Walsh", team="Community mental health team"),),
            plans=(t.fact(Plan, 320, kind="12", updated=t.days.day(60), agreed_with="Sandra",
                          early_signs=("Stops answering the door",), who_to_call=("Owen Walsh 01632 960301",
                              )),
                   t.fact(Plan, 320, kind="10", updated=t.days.day(60),
                          text="Depot, volunteering, rent paid direct")),
            clinical=Clinical(
                diagnoses=(t.fact(Diagnosis, 1400, what=c.SCHIZOPHRENIA),),
                medicines=(t.medicine(m.PALIPERIDONE, 330, note="Last given 14 days ago, left deltoid"),),
            ),
        ),
        housing=Housing(
            known_as=(t.known("ZHO01", 1000),),
            tenancies=(t.fact(Tenancy, 1000, asset=Asset("WH-01702", home, kind="Flat", lift=True),
                              members=(Member("Sandra Ibekwe", "self", "tenant", t.birth_date, True),)),),
            repairs=(t.fact(Repair, 50, description="Door frame split", trade="Carpentry", priority=2,
                            status="completed", completed=t.days.day(47)),),
        ),
        gp_record=Gp(
            known_as=(t.known("ZGP01", 3000),), registered=t.days.day(3000),
            clinical=Clinical(diagnoses=(t.fact(Diagnosis, 900, what=c.DIABETES),),
                              medicines=(t.medicine(m.METFORMIN, 890),),
                              allergies=(t.fact(Allergy, 3000, substance=c.PENICILLIN, reaction=c.RASH),)),
        ),
    )  # fmt: skip
