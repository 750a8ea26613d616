"""Everybody whom the design names can sign in, and works somewhere that exists."""

from demo.lives.named import NAMED
from demo.place import ORGANISATIONS, STAFF, SYSTEMS

USERS = (
    "dr.patel nurse.jones rec.hall sw.okafor cpn.walsh ho.reid chn.silva gp.morgan mdt.carter po.ahmed dr.outside "
    "brian ie.novak hm.bright ff.ross adm.cole ph.khan am.lowe dn.brown ot.green dc.shah hc.ali cw.evans lw.ford "
    "sg.wren cg.stone po.lewis ooh.dean anna son"
)
ROLES = (
    "doctor nurse receptionist social_worker mh_nurse housing_officer care_home_nurse care_worker gp mdt_coordinator "
    "privacy_officer integration_engineer care_home_manager firefighter support pharmacist paramedic community_nurse "
    "occupational_therapist transfer_hub home_care_worker link_worker safeguarding_lead caldicott_guardian person "
    "representative carer"
)
ACTIVITIES = {"view", "write", "emergency", "review", "identity", "privacy", "plan", "refer", "export"}
OWN_KIND = {"person", "representative", "carer"}


def test_everyone_named_can_sign_in() -> None:
    assert set(STAFF) == set(USERS.split())


def test_every_role_is_played_by_somebody() -> None:
    assert {s.role for s in STAFF.values()} == set(ROLES.split())


def test_staff_work_for_an_organisation_and_people_for_none() -> None:
    for who in STAFF.values():
        assert (who.org == "") is (who.role in OWN_KIND), who.user
        assert who.org == "" or who.org in ORGANISATIONS
        assert (who.person is not None) is (who.role in OWN_KIND)


def test_activities_are_known_ones() -> None:
    for holder in (*STAFF.values(), *SYSTEMS.values()):
        assert set(holder.activities) <= ACTIVITIES
        assert len(set(holder.activities)) == len(holder.activities)


def test_those_who_keep_the_place_running_see_no_care() -> None:
    assert STAFF["adm.cole"].activities == ()
    assert set(STAFF["ie.novak"].activities) == {"review", "identity"}


def test_people_who_sign_in_for_somebody_are_about_named_people() -> None:
    names = {tell.__name__.replace("_", "-") for tell in NAMED}
    assert {s.person for s in STAFF.values() if s.person} <= names


def test_the_systems_are_those_of_the_place() -> None:
    assert set(SYSTEMS) == {
        "sys.acute", "sys.social", "sys.mental", "sys.housing", "sys.carehome", "sys.gp", "sys.ambulance",
    }  # fmt: skip
    assert {s.role for s in SYSTEMS.values()} == {"system"}
    assert all(s.org in ORGANISATIONS for s in SYSTEMS.values())


def test_organisations_are_filed_under_their_own_codes() -> None:
    assert all(code == org.ods for code, org in ORGANISATIONS.items())
    assert {"ZAC01", "ZSC01", "ZMH01", "ZHO01", "ZCH01", "ZGP01", "ZXX01"} <= set(ORGANISATIONS)
