"""Our tables say what the R4B models say, for every type that R4B did not change."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from schemas.checks import resource_types
from schemas.checks.bindings import CODES, CONCEPTS
from schemas.checks.mend import choices
from schemas.checks.required import required_elements
from schemas.checks.schema import _published, _types
from schemas.resources import CHANGED
from tests.schemas.checks.valid import TYPES, valid

TABLE = set(required_elements())


def _model(type_name: str) -> Any:
    return getattr(import_module(f"fhir.resources.R4B.{type_name.lower()}"), type_name)


def _unchanged() -> Iterator[str]:
    for type_name in sorted(resource_types() - CHANGED):
        try:
            import_module(f"fhir.resources.R4B.{type_name.lower()}")
        except ModuleNotFoundError:
            continue
        yield type_name


def test_every_name_in_a_table_is_in_the_published_schema() -> None:
    for definition, element in TABLE:
        properties = _published()[definition]["properties"]
        if element.endswith("[x]"):
            assert element[:-3] in choices(definition, _published()[definition], _types()).values()
        else:
            assert element in properties
    for path in (*CODES, *CONCEPTS):
        definition, _, element = path.partition(".")
        assert element in _published()[definition]["properties"]


@pytest.mark.parametrize("type_name", TYPES)
def test_required_elements_of_what_we_hold_are_those_of_the_model(type_name: str) -> None:
    required, choice = set(), set()
    for field in _model(type_name).model_fields.values():
        extra = field.json_schema_extra or {}
        if extra.get("element_required"):
            required.add(field.alias)
        if extra.get("one_of_many_required"):
            choice.add(f"{extra['one_of_many']}[x]")
    assert {element for definition, element in TABLE if definition == type_name} == required | choice


@pytest.mark.parametrize("type_name", list(_unchanged()))
def test_choices_are_those_of_the_model(type_name: str) -> None:
    theirs = {}
    for field in _model(type_name).model_fields.values():
        base = (field.json_schema_extra or {}).get("one_of_many")
        if base:
            theirs[field.alias] = base
    assert choices(type_name, _published()[type_name], _types()) == theirs


@pytest.mark.parametrize("type_name", [t for t in TYPES if t != "Immunization"])
def test_our_valid_examples_are_valid_to_the_models_too(type_name: str) -> None:
    # Immunization: the models refuse an occurrence that only says why it is absent, which R4 allows.
    resource = valid(type_name)
    if type_name == "Patient":  # and a null among the given names
        resource["name"] = [{"text": "Ada Test"}]
    assert _model(type_name).model_validate(resource)
