"""A listed code is found however its sender spells the code system."""

from __future__ import annotations

import pytest

from consent.labels import matches
from consent.policy import CodeList

LIST = CodeList(
    system="http://snomed.info/sct", codes=frozenset({"86406008"}), prefixes=(), gives="HIV", exclusion=False
)


@pytest.mark.parametrize(
    "system",
    [
        "http://snomed.info/sct",
        "https://snomed.info/sct",
        "HTTP://SNOMED.INFO/SCT/",
        "http://snomed.info/sct/83821000000107",
        "urn:oid:2.16.840.1.113883.6.96",
        "URN:OID:2.16.840.1.113883.6.96",
        "",
    ],
)
def test_every_spelling_of_the_system_is_the_system(system):
    assert matches(LIST, system, "86406008")


def test_another_system_is_another_system():
    assert not matches(LIST, "http://loinc.org", "86406008")
