"""The hospital's messages are ITK ones, whole and in order, and say the same each time they are sent."""

import base64
from collections import Counter
from datetime import date

import pytest

from adapters.acute.translate import Sender, translate
from demo.lives.named import named
from demo.systems.acute.telling import messages
from demo.systems.acute.writing import Message
from demo.systems.telling import end_of

TODAY = date(2026, 11, 22)
PEOPLE = {p.key: p for p in named(TODAY)}


def told(key: str) -> list[Message]:
    return messages(PEOPLE[key], end_of(TODAY))


def rows(message: Message, name: str) -> list[list[str]]:
    lines = message.octets.decode().rstrip("\r").split("\r")
    return [line.split("|") for line in lines if line.startswith(name)]


@pytest.mark.parametrize("key", sorted(PEOPLE))
def test_the_feed_reads_every_message_of_everybody_without_a_refusal(key: str) -> None:
    for message in told(key):
        found = translate(message.octets, Sender("ZAC01"))
        refused = [r.reason for r in found.refusals]
        # Their address is a protected place, so a document that cannot be searched for it is held back.
        held_back = "cannot be searched for a place" if key in ("refuge", "released-prisoner") else "\n"
        assert [reason for reason in refused if held_back not in reason] == []
        assert found.subjects


@pytest.mark.parametrize("key", sorted(PEOPLE))
def test_a_person_is_registered_first_and_told_of_in_the_order_of_typing(key: str) -> None:
    many = told(key)
    assert [m.at for m in many] == sorted(m.at for m in many)
    seen: set[str] = set()
    for message in many:
        local = rows(message, "PID")[0][3].partition("^")[0]
        assert message.event == "A28" or local in seen
        seen.add(local)


@pytest.mark.parametrize("key", sorted(PEOPLE))
def test_a_second_run_says_the_same_in_the_same_octets(key: str) -> None:
    again = next(p for p in named(TODAY) if p.key == key)
    assert [m.octets for m in messages(again, end_of(TODAY))] == [m.octets for m in told(key)]


def test_control_ids_are_short_and_nobody_shares_one() -> None:
    ids = [m.control_id for key in PEOPLE for m in told(key)]
    assert len(ids) == len(set(ids))
    assert all(len(i) <= 20 for i in ids)


def test_nothing_is_told_before_it_happened() -> None:
    early = messages(PEOPLE["brian"], end_of(date(2026, 11, 1)))
    assert {m.at.date() <= date(2026, 11, 1) for m in early} == {True}


def test_a_stay_is_an_admission_its_moves_an_update_and_a_discharge() -> None:
    stay = PEOPLE["brian"].acute and PEOPLE["brian"].acute.admissions[1]
    assert stay
    about = [m for m in told("brian") if any(stay.id in r[19] for r in rows(m, "PV1") if len(r) > 19)]
    events = Counter(m.event for m in about)
    assert (events["A01"], events["A02"], events["A03"]) == (1, 1, 1)
    ready = [r for m in about for r in rows(m, "ZU1") if len(r) > 24]
    assert {r[22] for r in ready} == {"Y"}
    assert rows(about[-1], "EVN")[0][6] >= rows(about[0], "EVN")[0][6]


def test_all_33_nights_of_mrs_p_are_there_and_her_second_number_is_merged() -> None:
    many = told("mrs-p")
    nights = [m for m in many if m.event == "A04" and rows(m, "PV1")[0][2] == "E"]
    assert len(nights) == 33
    (merge,) = [m for m in many if m.event == "A40"]
    assert rows(merge, "MRG")[0][1] != rows(merge, "PID")[0][3].partition("~")[0]


def test_two_records_of_one_person_stay_two_and_disagree() -> None:
    allergies = {
        rows(m, "PID")[0][3].partition("^")[0]: rows(m, "AL1")[0][3]
        for m in told("two-records")
        if rows(m, "AL1")
    }
    assert len(allergies) == 2
    assert len(set(allergies.values())) == 2
    assert "A40" not in {m.event for m in told("two-records")}


def test_where_a_hidden_person_lives_is_marked_in_every_message_and_in_no_document() -> None:
    many = told("restricted-address")
    assert {rows(m, "ZU8")[0][4] for m in many} == {"2"}
    assert "|ED|" not in "".join(m.octets.decode() for m in many)


def test_bedside_observations_carry_their_digits_units_and_one_report() -> None:
    reports = [m for m in told("mrs-x") if rows(m, "OBR") and rows(m, "OBR")[0][24] == "NRS"]
    assert len(reports) == 1
    values = {r[3].partition("^")[0]: (r[5], r[6]) for r in rows(reports[0], "OBX")}
    assert values["271649006"] == ("104", "mm[Hg]^mmHg^UCUM")


def test_a_failed_visit_of_the_nurse_ends_nothing() -> None:
    (failed,) = [m for m in told("brian") if b"NOT-SEEN" in m.octets]
    assert failed.event == "A08"


def test_a_letter_about_a_concern_names_the_service_that_wrote_it() -> None:
    letters = [m for m in told("brian") if m.event == "R01" and b"SAFEGUARDING" in m.octets]
    assert len(letters) == 1


def test_delicate_medicines_are_on_no_letter() -> None:
    for key in ("sealed-items", "released-prisoner"):
        documents = [r[5].rpartition("^")[2] for m in told(key) for r in rows(m, "OBX") if r[2] == "ED"]
        text = b"".join(base64.b64decode(d) for d in documents)
        assert b"Bictegravir" not in text
        assert b"Methadone" not in text


def test_a_death_on_the_ward_is_told_with_the_discharge_and_not_before() -> None:
    many = told("formal-death")
    dead = [m.event for m in many if len(rows(m, "PID")[0]) > 30 and rows(m, "PID")[0][30] == "Y"]
    assert dead == ["A03"]


def test_whom_the_hospital_does_not_know_it_says_nothing_of() -> None:
    stranger = PEOPLE["gary"]
    assert stranger.acute is None
    assert messages(stranger, end_of(TODAY)) == []


def test_the_nurses_lists_contacts_wounds_and_plans_are_community_health() -> None:
    """Mr A's nurse comes for a patch, Brian's for his heel."""
    lists = [m for m in told("mr-a") if any(r[18:19] == ["CASELOAD"] for r in rows(m, "PV1"))]
    contacts = [m for m in told("mr-a") if any(r[18:19] == ["CONTACT"] for r in rows(m, "PV1"))]
    listed = rows(lists[0], "PV1")[0][19].partition("^")[0]
    assert contacts
    assert {rows(m, "PV1")[0][50] for m in contacts} == {listed}
    (assessed,) = [m for m in told("brian") if any("WOUND^" in r[4] for r in rows(m, "OBR"))]
    assert [r[5] for r in rows(assessed, "OBX")][-2:] == ["22", "15"]
    (plan,) = [m for m in told("brian") if m.event == "PCB"]
    found = translate(plan.octets, Sender("ZAC01"))
    assert [s.type for s in found.statements] == ["Patient", "CarePlan"]
