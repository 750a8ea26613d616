"""GET /metadata: the CapabilityStatement, made from the tables that serve, so that it cannot lie."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from aggregator.doors.api import reading
from aggregator.doors.api.replies import resource_reply
from aggregator.doors.api.services import services

_OPERATIONS = ("record", "everything", "summary", "passport", "plan", "emergency-access", "participate")
_WRITES = ("create", "update", "patch", "delete")


async def metadata(request: Request) -> Response:
    """GET /metadata: open to everybody."""
    return resource_reply(request, statement(services(request).base_url))


def statement(base_url: str) -> dict[str, Any]:
    """FHIR R4 CapabilityStatement of this server."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-21",
        "kind": "instance",
        "software": {"name": "carerecord", "version": version("carerecord")},
        "implementation": {"description": "Shared care record of a place", "url": base_url},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "People are found with POST Patient/_search; identifiers never go in a URL.",
                "security": {
                    "cors": False,
                    "service": [{"text": "OAuth2 with SMART backend services (private_key_jwt)"}],
                },
                "resource": [_resource(type_) for type_ in sorted(reading.TYPES | {"AuditEvent"})],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(type_: str) -> dict[str, Any]:
    if type_ == "AuditEvent":
        return {"type": type_, "interaction": [{"code": "search-type"}], "searchParam": [_PATIENT]}
    made: dict[str, Any] = {
        "type": type_,
        "interaction": [{"code": c} for c in ("read", "search-type", *_WRITES)],
        "versioning": "versioned",
        "updateCreate": False,
        "conditionalCreate": False,
    }
    if type_ == "Patient":
        made["interaction"] = [{"code": "read"}, {"code": "search-type"}]
        made["searchParam"] = [
            {"name": "identifier", "type": "token", "documentation": "by POST only"},
            {"name": "family", "type": "string", "documentation": "by POST only, with birthdate"},
            {"name": "birthdate", "type": "date", "documentation": "by POST only, with family"},
        ]
        made["operation"] = [
            {"name": name, "definition": f"https://carerecord.example/fhir/OperationDefinition/{name}"}
            for name in _OPERATIONS
        ]
    else:
        made["searchParam"] = [_PATIENT]
    return made


_PATIENT = {"name": "patient", "type": "reference", "documentation": "required"}
