"""Which value stands, and that nothing is invented and nothing lost on the way into an entry."""

from __future__ import annotations

from typing import Any

from schemas.identifiers import CONTROLLER_TAG, SOURCE_TAG
from tests.merge.tellings import PERSON, allergy, concept, dosage, entries, medicine, person, record, told

HOSPITAL = {"system": "https://place.example/a", "value": "A1"}
SURGERY = {"system": "https://place.example/g", "value": "G1"}


def test_each_element_of_the_person_is_the_latest_that_a_source_told() -> None:
    older = person("Marsh", birthDate="1951-03-04", telecom=[{"value": "1"}], identifier=[HOSPITAL])
    newer = person("Hill", telecom=[{"value": "2"}], identifier=[SURGERY])
    (entry,) = record([told(older, id="a", on=1), told(newer, "gp", id="b", on=2)]).entries
    resource = entry.resource
    assert (entry.entry_id, resource["id"]) == (PERSON, PERSON)
    assert resource["name"][0]["family"] == "Hill"
    assert resource["birthDate"] == "1951-03-04"
    assert resource["telecom"] == [{"value": "2"}]
    assert resource["identifier"] == [SURGERY, HOSPITAL]
    assert "gender" not in resource


def test_a_later_word_on_death_replaces_both_forms_of_the_element() -> None:
    pairs = [
        told(person(deceasedDateTime="2026-10-01"), id="a", on=1),
        told(person(deceasedBoolean=False), "gp", id="b", on=2),
    ]
    (entry,) = record(pairs).entries
    assert entry.resource["deceasedBoolean"] is False
    assert "deceasedDateTime" not in entry.resource


def test_extensions_of_the_person_are_chosen_by_their_url() -> None:
    def said(**values: str) -> dict[str, Any]:
        return person(
            extension=[{"url": f"https://place.example/{k}", "valueString": v} for k, v in values.items()]
        )

    pairs = [told(said(x="old", y="only"), id="a", on=1), told(said(x="new"), "gp", id="b", on=2)]
    (entry,) = record(pairs).entries
    assert [e["valueString"] for e in entry.resource["extension"]] == ["new", "only"]


def test_a_link_to_another_patient_is_never_carried() -> None:
    linked = person(link=[{"other": {"reference": "Patient/9"}, "type": "seealso"}])
    assert "link" not in record([told(linked)]).entries[0].resource


def test_no_patient_statement_makes_no_patient_entry() -> None:
    assert entries(record([told(allergy())]), "Patient") == ()


def test_reactions_and_identifiers_of_all_tellings_stand_side_by_side() -> None:
    rash, wheeze = ({"manifestation": [{"text": words}]} for words in ("rash", "wheeze"))
    one = allergy(reaction=[rash], identifier=[HOSPITAL])
    other = allergy(reaction=[wheeze, rash], identifier=[SURGERY])
    (entry,) = record([told(one, id="a", on=1), told(other, "gp", id="b", on=2)]).entries
    assert entry.resource["reaction"] == [wheeze, rash]
    assert entry.resource["identifier"] == [SURGERY, HOSPITAL]


def test_a_code_that_only_the_older_telling_gives_is_kept() -> None:
    coded, uncoded = allergy("764146007", "penicillin"), allergy("", "Penicillin")
    (entry,) = record([told(coded, id="a", on=1), told(uncoded, "gp", id="b", on=2)]).entries
    assert entry.resource["code"] == concept("764146007", "Penicillin")


def test_a_dose_is_never_filled_from_another_telling() -> None:
    found = record([told(medicine(dosage=dosage(5)), id="a"), told(medicine(), "gp", id="b", on=2)])
    assert [("dosage" in e.resource) for e in found.entries] == [False, True]


def test_the_entry_says_where_it_comes_from() -> None:
    pairs = [told(allergy(), id="a", on=1), told(allergy(), "gp", id="b", on=2)]
    (entry,) = record(pairs).entries
    assert entry.resource["meta"]["tag"] == [
        {"system": SOURCE_TAG, "code": "acute"},
        {"system": SOURCE_TAG, "code": "gp"},
        {"system": CONTROLLER_TAG, "code": "ZAC01"},
        {"system": CONTROLLER_TAG, "code": "ZGP01"},
    ]
    assert entry.resource["patient"] == {"reference": f"Patient/{PERSON}"}


def test_what_came_in_is_left_as_it_was() -> None:
    resource = allergy(patient={"reference": "Patient/local"})
    record([told(resource)])
    assert resource["patient"] == {"reference": "Patient/local"}
    assert "id" not in resource
