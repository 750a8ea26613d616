"""Liveness, readiness, and where clients learn how to sign in (SMART App Launch 2.2, conformance)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregator.doors.api.services import services


async def live(request: Request) -> Response:
    """GET /health/live: this process answers."""
    return JSONResponse({"status": "live"})


async def ready(request: Request) -> Response:
    """GET /health/ready: 200 only when policy, store, keys and audit answer."""
    parts = await services(request).ready()
    good = all(parts.values())
    return JSONResponse({"status": "ready" if good else "not ready", "parts": parts}, 200 if good else 503)


async def smart_configuration(request: Request) -> Response:
    """GET /.well-known/smart-configuration."""
    s = services(request)
    return JSONResponse(
        {
            "issuer": s.issuer,
            "authorization_endpoint": f"{s.issuer}/authorize",
            "token_endpoint": f"{s.issuer}/token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        }
    )
