"""What may happen in a made-up life where the person lives: as a tenant, in a care home, with a troubled
mind.
"""

from typing import Final

from demo import numbers
from demo.lives import codes as c
from demo.lives import medicines as m
from demo.lives.care_home import HomePlan, Incident, Stay
from demo.lives.draft import Draft
from demo.lives.facts import Diagnosis
from demo.lives.housing import Asset, Hazard, Member, PersonAlert, Repair, Tenancy
from demo.lives.known import Address
from demo.lives.mental_health import Contact, Coordinator, Plan, Referral, Risk
from demo.lives.social_care import Package

_REPAIRS: Final = (
    ("Boiler does not fire", "Heating", 1, True), ("Tap drips", "Plumbing", 4, False),
    ("Mould on bedroom wall", "Damp", 3, True), ("Socket sparks", "Electrical", 1, True),
    ("Gutter blocked", "Roofing", 5, False), ("Front door will not lock", "Carpentry", 2, True),
    ("Lift out of order", "Lifts", 1, True), ("Kitchen light broken", "Electrical", 3, False),
)  # fmt: skip


def tenant(d: Draft, home: Address, members: tuple[Member, ...]) -> None:
    """A tenancy with its repairs and, now and then, a hazard."""
    t, draw = d.teller, d.draw
    flat = draw.random() < 0.5
    floor = draw.randrange(0, 6) if flat else 0
    asset = Asset(
        f"WH-{home.uprn[-6:]}", home, kind="Flat" if flat else "House", bedrooms=draw.randrange(1, 4),
        floor=floor,
        stairs=not flat or floor > 0, step_free=flat and floor == 0, lift=floor > 2,
        keysafe=f"{draw.randrange(1000, 9999)}" if draw.random() < 0.2 else "", keysafe_place="by the door",
    )  # fmt: skip
    d.add("housing", "tenancies", t.fact(Tenancy, draw.randrange(300, 8000), asset=asset, members=members))
    for _ in range(draw.randrange(1, 5)):
        what, trade, priority, health = draw.choice(_REPAIRS)
        ago = draw.randrange(2, 600)
        done = ago > 40
        d.add("housing", "repairs", t.fact(
            Repair, ago, description=what, trade=trade, priority=priority, affects_health=health,
            required_by=t.days.day(ago - 7 * priority), status="completed" if done else "scheduled",
            completed=t.days.day(ago - 6) if done else None, keysafe=asset.keysafe,
            keysafe_place=asset.keysafe_place,
        ))  # fmt: skip
    if draw.random() < 0.3:
        number, name = draw.choice(
            ((1, "Damp and mould growth"), (2, "Excess cold"), (15, "Hygiene and pests"))
        )
        d.add("housing", "hazards", t.fact(Hazard, draw.randrange(10, 500), number=number, name=name,
                                           band=draw.choice("BCDEF")))  # fmt: skip
    if draw.random() < 0.2:
        code, words = draw.choice((("20-40", "Needs time to reach the door"), ("20-50", "Wheelchair"),
                                   ("40", "Needs an interpreter"), ("10", "Do not visit alone")))  # fmt: skip
        d.add("housing", "alerts", t.fact(PersonAlert, draw.randrange(20, 900), code=code, text=words))


def resident(d: Draft) -> None:
    """Lives at Beech House."""
    t, draw = d.teller, d.draw
    ago = draw.randrange(60, 1500)
    d.add("care_home", "stays", t.fact(Stay, ago, "14:00", org="ZCH01", kind="permanent",
                                       room=str(draw.randrange(1, 40)), funded_by="ZSC01"))  # fmt: skip
    d.add("social_care", "packages", t.fact(
        Package, ago, service_type="Long Term Support: Residential Care",
        component="Long Term Residential Care",
        provider="Beech House", provider_ods="ZCH01",
    ))  # fmt: skip
    for heading, words in (("Moving", "One person and a frame"), ("Eating", "Normal diet, cut up"),
                           ("Skin", "Cream twice a day")):  # fmt: skip
        d.add("care_home", "plans", t.fact(HomePlan, draw.randrange(5, 60), org="ZCH01", heading=heading,
                                           text=words,
                                           risk=draw.choice(("low", "medium", "high"))))  # fmt: skip
    for when in (draw.randrange(1, 8), draw.randrange(8, 40)):
        d.add("care_home", "results", *t.obs(when, "09:30", pulse=str(draw.randrange(60, 96))))
    d.add("care_home", "medicines", t.medicine(m.PARACETAMOL, ago - 10), t.medicine(m.OMEPRAZOLE, ago - 10))
    if draw.random() < 0.4:
        d.add("care_home", "incidents", t.fact(Incident, draw.randrange(5, 300), "21:15", org="ZCH01",
                                               kind="fall",
                                               text="Found on the floor, no injury"))  # fmt: skip


def troubled(d: Draft) -> None:
    """Under the mental health team, with a plan and somebody to call."""
    t, draw = d.teller, d.draw
    ago = draw.randrange(60, 900)
    what, code = draw.choice(
        ((c.DEPRESSION, "05"), (c.ANXIETY, "07"), (c.BIPOLAR, "03"), (c.SCHIZOPHRENIA, "02"))
    )
    over = draw.random() < 0.3
    sent = t.fact(Referral, ago, source=draw.choice(("A1", "B1", "H1")), reason=what, reason_code=code,
                  priority=draw.choice(("2", "3", "3")),
                  ended=t.days.day(ago - 50) if over else None)  # fmt: skip
    d.add("mental_health", "referrals", sent)
    for n in range(draw.randrange(2, 6)):
        d.add("mental_health", "contacts", t.fact(
            Contact, ago - 10 - 7 * n, "14:00", referral=sent.id, status=draw.choice(("5", "5", "5", "7",
                "4")),
            mechanism=draw.choice(("01", "01", "02", "11")),
        ))  # fmt: skip
    d.add("mental_health", "diagnoses", t.fact(Diagnosis, ago - 10, what=what, episode=sent.id))
    d.add("gp", "diagnoses", t.fact(Diagnosis, ago + 5, what=what))
    d.add("mental_health", "plans", t.fact(
        Plan, ago - 15, kind=draw.choice(("10", "12")), updated=t.days.day(ago - 20),
        agreed_with="the person",
        early_signs=("Stops going out",), who_to_call=("Crisis line 01632 960399",),
    ))  # fmt: skip
    if not over:
        d.add("mental_health", "coordinators", t.fact(Coordinator, ago - 12, name="Owen Walsh",
                                                      team="Community mental health team",
                                                      phone=numbers.landline(301)))  # fmt: skip
    if draw.random() < 0.3:
        d.add(
            "mental_health", "risks", t.fact(Risk, ago - 14, kind="to_self", text="Thoughts of not waking up")
        )
