"""Scopes that a system may ask for (SMART v2, system level)."""

import re
from typing import Final

from demo.signin.oauth import OAuthError

EVERYTHING: Final = "system/*.cruds"
_SCOPE: Final = re.compile(r"system/(\*|[A-Z][A-Za-z]{1,40})\.c?r?u?d?s?")


def narrowed(asked: str) -> str:
    """The scopes asked for, or all where none were; raises OAuthError for one that is not a system scope."""
    scopes = asked.split()
    if any(not _SCOPE.fullmatch(s) or s.endswith(".") for s in scopes):
        raise OAuthError("invalid_scope")
    return " ".join(dict.fromkeys(scopes)) or EVERYTHING
