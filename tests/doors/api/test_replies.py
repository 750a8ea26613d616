"""What the FHIR door reads of headers, the same for every route."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from aggregator.doors.api.replies import if_match, media_type, request_id
from schemas.errors import BadInput, NotAcceptable, VersionNeeded


def asked(**headers: str) -> Request:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": sent})


def test_a_change_names_the_version_that_it_was_made_on() -> None:
    assert if_match(asked(if_match='W/"3"')) == 3
    with pytest.raises(VersionNeeded):
        if_match(asked())


@pytest.mark.parametrize("given", ["3", '"3"', "*", 'W/"3', 'W/"three"', 'W/"3", W/"4"', 'W/"٣"'])
def test_a_version_in_another_form_is_refused_and_never_taken_for_one(given: str) -> None:
    request = Request({"type": "http", "headers": [(b"if-match", given.encode("utf-8"))]})
    with pytest.raises(BadInput):
        if_match(request)


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", "application/fhir+json"),
        ("application/json", "application/json"),
        ("application/json, application/fhir+json;q=0.9", "application/fhir+json"),
        ("text/html, */*;q=0.1", "application/fhir+json"),
    ],
)
def test_the_answer_is_json_under_the_name_that_was_asked_for(accept: str, answered: str) -> None:
    assert media_type(asked(accept=accept)) == answered


@pytest.mark.parametrize("accept", ["application/fhir+xml", "application/xml", "text/html"])
def test_what_is_not_json_is_not_answered(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        media_type(asked(accept=accept))


def test_one_request_id_has_one_form() -> None:
    canonical = "3f2b8a9e-6a2c-4f0e-9d59-0c6f1f0a7b11"
    for written in (canonical, canonical.upper(), canonical.replace("-", ""), f"{{{canonical}}}"):
        assert request_id(asked(x_request_id=written)) == canonical
    assert request_id(asked()) == ""
    for wrong in ("1", "not-a-uuid"):
        with pytest.raises(BadInput):
            request_id(asked(x_request_id=wrong))
