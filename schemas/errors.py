"""The one tree of errors. Each knows its HTTP status and its FHIR OperationOutcome.

::

    CareRecordError
    ├── BadInput            400  what was sent cannot be read; the field is named
    │   ├── Unprocessable   422  readable, but breaks a rule; the field is named
    │   ├── TooLarge        413
    │   ├── NotAcceptable   406
    │   ├── WrongMediaType  415
    │   └── NotSupported    400  a FHIR feature that is refused clearly instead of ignored
    ├── NotSignedIn         401  one text for every cause
    ├── NotAllowed          403  the function is refused, not the person
    ├── NothingToShow       404  one constant text for absent, forbidden, sealed and deleted
    ├── StaleVersion        412  If-Match names an older version
    ├── VersionNeeded       428  an update that needs If-Match came without
    ├── Clash               409  two writes met, or one request id came with two bodies
    ├── TooMany             429  with Retry-After
    ├── Unavailable         503  policy, consent, audit or store cannot answer: fail closed
    └── Fault               500  ours; the check on the way out found what must not leave

A message never holds a value that was sent or kept: it names the field and the reason.
"""

from __future__ import annotations

from typing import Any, ClassVar

NOTHING_TO_SHOW = (
    "No record can be shown to you here. This does not mean that none exists, nor that there are no "
    "allergies, medicines or risks. If you are caring for this person you can state your relationship "
    "or ask for emergency access; otherwise phone the organisation that referred the person to you, or "
    "the shared record help desk of your organisation."
)
"""people-and-safety 5.1: the same bytes for absent and forbidden, on every door."""

ERROR_CODES = "https://fhir.nhs.uk/CodeSystem/NHSD-API-ErrorOrWarningCode"


class CareRecordError(Exception):
    """Root. ``status`` is the HTTP status, ``issue`` the FHIR issue type, ``code`` the NHS error code."""

    status: ClassVar[int] = 500
    issue: ClassVar[str] = "exception"
    code: ClassVar[str] = "INTERNAL_SERVER_ERROR"
    severity: ClassVar[str] = "error"

    def __init__(self, text: str, *, expression: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.expression = expression

    def outcome(self) -> dict[str, Any]:
        """The error as a FHIR R4 OperationOutcome."""
        issue: dict[str, Any] = {
            "severity": self.severity,
            "code": self.issue,
            "details": {"coding": [{"system": ERROR_CODES, "code": self.code}], "text": self.text},
        }
        if self.expression:
            issue["expression"] = [self.expression]
        return {"resourceType": "OperationOutcome", "issue": [issue]}


class BadInput(CareRecordError):
    """What was sent cannot be read. ``field`` says where, ``reason`` why; neither holds a value."""

    status = 400
    issue = "structure"
    code = "INVALID_VALUE"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason, expression=field or None)
        self.field = field
        self.reason = reason


class Unprocessable(BadInput):
    """Readable, but it breaks a rule. ``problems`` may hold more than one (expression, code, reason)."""

    status = 422
    issue = "invalid"
    code = "UNPROCESSABLE_ENTITY"

    def __init__(self, field: str, reason: str, problems: tuple[tuple[str, str, str], ...] = ()) -> None:
        super().__init__(field, reason)
        self.problems = problems

    def outcome(self) -> dict[str, Any]:
        if not self.problems:
            return super().outcome()
        coding = [{"system": ERROR_CODES, "code": self.code}]
        return {
            "resourceType": "OperationOutcome",
            "issue": [
                {
                    "severity": "error",
                    "code": code,
                    "details": {"coding": coding, "text": reason},
                    "expression": [expression],
                }
                for expression, code, reason in self.problems
            ],
        }


class TooLarge(BadInput):
    status = 413
    issue = "too-long"
    code = "CONTENT_TOO_LARGE"


class WrongMediaType(BadInput):
    status = 415
    issue = "not-supported"
    code = "UNSUPPORTED_MEDIA_TYPE"


class NotAcceptable(BadInput):
    status = 406
    issue = "not-supported"
    code = "NOT_ACCEPTABLE"


class NotSupported(BadInput):
    """A FHIR feature that this server refuses clearly instead of ignoring."""

    status = 400
    issue = "not-supported"
    code = "NOT_SUPPORTED"


class NotSignedIn(CareRecordError):
    """No hint which check failed: the cause goes to the log as a rule id."""

    status = 401
    issue = "login"
    code = "ACCESS_DENIED"

    def __init__(self, rule: str = "", *, step_up: bool = False) -> None:
        super().__init__(
            "Sign in again with a second factor." if step_up else "Sign in to continue.", expression=None
        )
        self.rule = rule
        self.step_up = step_up


class NotAllowed(CareRecordError):
    """The function is refused to this caller, whoever the person is."""

    status = 403
    issue = "forbidden"
    code = "ACCESS_DENIED"


class NothingToShow(CareRecordError):
    status = 404
    issue = "not-found"
    code = "RESOURCE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__(NOTHING_TO_SHOW)


class StaleVersion(CareRecordError):
    status = 412
    issue = "conflict"
    code = "PRECONDITION_FAILED"


class VersionNeeded(CareRecordError):
    status = 428
    issue = "required"
    code = "MISSING_HEADER"


class Clash(CareRecordError):
    status = 409
    issue = "conflict"
    code = "CONFLICT"


class TooMany(CareRecordError):
    status = 429
    issue = "throttled"
    code = "TOO_MANY_REQUESTS"


class Unavailable(CareRecordError):
    status = 503
    issue = "transient"
    code = "SERVICE_UNAVAILABLE"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The shared record cannot answer safely now ({what}). Try again shortly; if it is urgent, "
            "phone the organisation that holds the information."
        )
        self.what = what


class Fault(CareRecordError):
    """Ours. The text that leaves is constant; ``what`` goes to the log only."""

    def __init__(self, what: str) -> None:
        super().__init__("Something went wrong on our side and nothing was shown. It has been reported.")
        self.what = what
