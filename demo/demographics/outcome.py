"""Every way in which the service says no, as the national one words it. Messages never repeat what was
asked.
"""

from typing import Any, Final

from demo.serving import Reply, json_reply

FHIR_JSON: Final = "application/fhir+json"
_CODES: Final[dict[str, tuple[int, str, str]]] = {
    # our code: HTTP status, FHIR issue type, what a person reads
    "INVALID_RESOURCE_ID": (400, "value", "Resource Id is invalid"),
    "UNSUPPORTED_SERVICE": (400, "processing", "Unsupported Service"),
    "MISSING_VALUE": (400, "required", "Required value is missing"),
    "INVALID_VALUE": (400, "value", "Provided value is invalid"),
    "INVALID_SEARCH_DATA": (400, "invalid", "Search data is invalid"),
    "ADDITIONAL_PROPERTIES": (
        400,
        "invalid",
        "Invalid update with error - Additional properties are not allowed",
    ),
    "ACCESS_DENIED": (401, "forbidden", "Access Denied"),
    "RESOURCE_NOT_FOUND": (404, "not-found", "Resource not found"),
    "INVALIDATED_RESOURCE": (
        404,
        "not-found",
        "Resource that has been marked as invalid was requested - invalid resources cannot be retrieved",
    ),
    "TOO_MANY_MATCHES": (200, "multiple-matches", "Too Many Matches"),
}


class Refusal(Exception):
    """Raised where a request is refused: `code` from the table above and a remark that names fields, not
    values.
    """

    def __init__(self, code: str, diagnostics: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.diagnostics = diagnostics


def outcome(refusal: Refusal) -> Reply:
    """The OperationOutcome with its HTTP status."""
    status, issue, display = _CODES[refusal.code]
    coding = {
        "system": "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode",
        "version": "1",
        "code": refusal.code,
        "display": display,
    }
    told: dict[str, Any] = {"severity": "error", "code": issue, "details": {"coding": [coding]}}
    if refusal.diagnostics:
        told["diagnostics"] = refusal.diagnostics
    return json_reply(status, {"resourceType": "OperationOutcome", "issue": [told]}, kind=FHIR_JSON)
