"""Everyone in Wolds who can sign in by hand: user name, and what each is there to show.

The password equals the user name: this is a demo of fictional people. Read them through `demo.place`.
"""

from dataclasses import dataclass
from typing import Final

_CARE: Final = ("view", "write", "plan", "refer")
_ACUTE: Final = ("view", "write", "emergency", "plan", "refer")


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who can sign in.

    `org` is an ODS code, or "" for a person or a carer, who act for no organisation. `aal` is the assurance
    level of their usual sign-in. `job` says what a visitor should try with this account. `person` is the
    key in `demo.lives` of the person whom this account is about: oneself, or the one represented or cared
    for.
    """

    user: str
    display_name: str
    org: str
    role: str
    activities: tuple[str, ...]
    job: str
    aal: int = 2
    person: str | None = None


STAFF: Final = {
    s.user: s
    for s in (
        Staff(
            "dr.patel", "Dr Asha Patel", "ZAC01", "doctor", _ACUTE, "hospital doctor: the whole merged record"
        ),
        Staff("nurse.jones", "Megan Jones", "ZAC01", "nurse", _ACUTE, "ward nurse: red bag in, passport out"),
        Staff(
            "rec.hall",
            "Peter Hall",
            "ZAC01",
            "receptionist",
            ("view",),
            "receptionist: who it is and what they need",
        ),
        Staff(
            "dn.brown",
            "Denise Brown",
            "ZAC01",
            "community_nurse",
            _ACUTE,
            "district nurse: caseload and wounds",
        ),
        Staff(
            "ph.khan",
            "Sana Khan",
            "ZAC01",
            "pharmacist",
            ("view", "write", "emergency", "plan"),
            "pharmacist: reconciles medicines",
        ),
        Staff(
            "dc.shah", "Ravi Shah", "ZAC01", "transfer_hub", _CARE, "transfer-of-care hub: who waits for what"
        ),
        Staff(
            "cg.stone",
            "Dr Helen Stone",
            "ZAC01",
            "caldicott_guardian",
            ("view", "privacy"),
            "Caldicott Guardian: second signature on agreements and erasure",
        ),
        Staff(
            "po.ahmed",
            "Nadia Ahmed",
            "ZAC01",
            "privacy_officer",
            ("privacy", "export"),
            "privacy officer: the agreement, who looked, was it right",
        ),
        Staff(
            "ie.novak",
            "Jan Novak",
            "ZAC01",
            "integration_engineer",
            ("review", "identity"),
            "integration engineer: what was refused, why, replay",
        ),
        Staff(
            "adm.cole", "Sam Cole", "ZAC01", "support", (), "support: runs the place, sees nobody's record"
        ),
        Staff(
            "sw.okafor",
            "Grace Okafor",
            "ZSC01",
            "social_worker",
            _CARE,
            "social worker: care, safeguarding, plan",
        ),
        Staff(
            "sg.wren",
            "Judith Wren",
            "ZSC01",
            "safeguarding_lead",
            ("view", "write", "emergency", "plan", "refer"),
            "safeguarding lead: enquiries, what objections cannot stop",
        ),
        Staff(
            "ot.green",
            "Tom Green",
            "ZSC01",
            "occupational_therapist",
            _CARE,
            "occupational therapist: stairs and aids",
        ),
        Staff(
            "mdt.carter",
            "Lucy Carter",
            "ZSC01",
            "mdt_coordinator",
            ("view", "plan", "refer"),
            "MDT coordinator: list, packs, actions",
        ),
        Staff(
            "cpn.walsh",
            "Owen Walsh",
            "ZMH01",
            "mh_nurse",
            _ACUTE,
            "mental health nurse: crisis plans, the Act",
        ),
        Staff(
            "po.lewis",
            "Carys Lewis",
            "ZMH01",
            "privacy_officer",
            ("privacy", "export"),
            "the mental health provider's privacy officer: the other signature",
        ),
        Staff(
            "ho.reid",
            "Callum Reid",
            "ZHO01",
            "housing_officer",
            _CARE,
            "housing officer: home, repairs, plan, no health",
        ),
        Staff(
            "hm.bright",
            "Angela Bright",
            "ZCH01",
            "care_home_manager",
            ("view", "write", "plan", "refer"),
            "manager of Beech House: residents, bags out and back",
        ),
        Staff(
            "chn.silva",
            "Marta Silva",
            "ZCH01",
            "care_home_nurse",
            ("view", "write", "emergency", "plan", "refer"),
            "care-home nurse: packs the red bag, NEWS2",
        ),
        Staff(
            "cw.evans",
            "Bethan Evans",
            "ZCH01",
            "care_worker",
            ("view", "write"),
            "senior care worker: hands over when no nurse is there",
        ),
        Staff("gp.morgan", "Dr Rhys Morgan", "ZGP01", "gp", _ACUTE, "GP: what happened to my patient"),
        Staff(
            "ooh.dean", "Dr Fiona Dean", "ZGP02", "gp", _ACUTE, "out-of-hours GP: end-of-life wishes at night"
        ),
        Staff(
            "am.lowe",
            "Chris Lowe",
            "ZAM01",
            "paramedic",
            ("view", "write", "emergency"),
            "paramedic: what matters on scene",
        ),
        Staff(
            "ff.ross",
            "Jamie Ross",
            "ZFR01",
            "firefighter",
            ("view", "write"),
            "firefighter: hazards in, no health out",
        ),
        Staff(
            "hc.ali",
            "Yasmin Ali",
            "ZHC01",
            "home_care_worker",
            ("view", "write"),
            "home-care worker: today's visit",
        ),
        Staff(
            "lw.ford",
            "Nick Ford",
            "ZVC01",
            "link_worker",
            ("view", "write", "plan"),
            "link worker: groups, loneliness",
        ),
        Staff(
            "dr.outside",
            "Dr Paul Outside",
            "ZXX01",
            "doctor",
            _ACUTE,
            "doctor outside the agreement: nothing at all",
        ),
        Staff(
            "brian",
            "Brian Holloway",
            "",
            "person",
            ("view", "write"),
            "Brian: who looked, my words, my choices",
            person="brian",
        ),
        Staff(
            "anna",
            "Anna Lindqvist",
            "",
            "representative",
            ("view",),
            "Mrs L's registered attorney",
            person="mrs-l",
        ),
        Staff(
            "son",
            "Gary Holloway",
            "",
            "carer",
            ("view",),
            "Brian's carer, who holds no authority",
            person="brian",
        ),
    )
}
