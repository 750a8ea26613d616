"""What a source says of the delicacy of a thing, in the label codes that decisions know.

The codes mean what ``consent/tables`` says they mean; here is only which word of a source leads to which.
A word that is not on the table refuses its item: a restriction that we do not understand must not be lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from adapters.fields import BadField, Fields


@dataclass(frozen=True, slots=True)
class Delicacy:
    """Label codes that the source gave, and exclusion codes (withheld whoever asks, or unless agreed)."""

    labels: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()


LABELS: Final = {
    "safeguarding": "safeguarding",
    "domestic-abuse": "domestic-abuse",
    "third-party": "third-party",
    "risk-source": "risk-source",
    "mental-health": "mental-health",
    "substance-misuse": "substance-misuse",
    "child-protection": "child-protection",
    "homelessness": "homelessness",
    "refuge": "refuge",
    "prison": "prison",
    "marac": "marac",
    "mappa": "mappa",
    "staff-patient": "staff-patient",
}

EXCLUSIONS: Final = {
    "gender": "gender-recognition",
    "adoption": "adoption",
    "fertility": "fertility-treatment",
    "withheld-at-source": "withheld-at-source",
    "sexual-health": "sexual-health",
    "hiv": "hiv",
    "termination": "termination",
}

SEALED: Final = "sealed"


def read_delicacy(item: Fields) -> Delicacy:
    """From ``sensitivity`` (a list of words) and ``restricted`` (true: at the person's wish)."""
    words = item.texts("sensitivity")
    for word in words:
        if word not in LABELS and word not in EXCLUSIONS:
            raise BadField(f"{item.path}.sensitivity", "is not on the list of values")
    labels = {LABELS[w] for w in words if w in LABELS}
    if item.flag("restricted"):
        labels.add(SEALED)
    return Delicacy(frozenset(labels), frozenset(EXCLUSIONS[w] for w in words if w in EXCLUSIONS))
