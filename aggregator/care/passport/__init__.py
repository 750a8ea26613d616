"""The discharge and transfer record (passport): made, frozen, sealed, shown again, checked.

``Passports`` is what doors use; ``verify`` is for whoever holds a file or a code and nothing else. The parts:
``sheet`` says it in plain words, ``document`` in FHIR, ``pdf`` on paper; ``seal`` and ``token`` close it.
"""

from __future__ import annotations

from aggregator.care.passport.passports import Form, Passports, Shown
from aggregator.care.passport.verify import Trust, verify
from schemas.passport import Finding, Verdict

__all__ = ["Finding", "Form", "Passports", "Shown", "Trust", "Verdict", "verify"]
