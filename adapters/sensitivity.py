"""What a source says of the delicacy of a thing, in the label codes that decisions know.

The codes mean what ``consent/tables`` says they mean; here is only which word of a source leads to which.
A word that is not on the table refuses its item: a restriction that we do not understand must not be lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from adapters.fields import BadField, Fields


@dataclass(frozen=True, slots=True)
class Delicacy:
    """Label codes that the source gave, and exclusion codes (withheld whoever asks, or unless agreed)."""

    labels: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()


_WORDS: Final = {
    "safeguarding": Delicacy(frozenset({"SAFEGUARDING"})),
    "domestic-abuse": Delicacy(frozenset({"SDV"})),
    "third-party": Delicacy(frozenset({"THIRD_PARTY"})),
    "risk-source": Delicacy(frozenset({"RISK_SOURCE"})),
    "serious-harm": Delicacy(frozenset({"SERIOUS_HARM"})),
    "mental-health": Delicacy(frozenset({"PSY"})),
    "therapy": Delicacy(frozenset({"PSYTHPN"})),
    "substance-misuse": Delicacy(frozenset({"ETH"})),
    "child-protection": Delicacy(frozenset({"CHILD_PROTECTION"})),
    "police": Delicacy(frozenset({"POLICE"})),
    "homelessness": Delicacy(frozenset({"HOMELESS"})),
    "refuge": Delicacy(frozenset({"REFUGE"})),
    "prison": Delicacy(frozenset({"PRISON"})),
    "marac": Delicacy(frozenset({"MARAC"})),
    "mappa": Delicacy(frozenset({"MAPPA"})),
    "staff-patient": Delicacy(frozenset({"EMP"})),
    "gender": Delicacy(frozenset({"OLD_IDENTITY"}), frozenset({"gender-recognition"})),
    "adoption": Delicacy(frozenset(), frozenset({"adoption"})),
    "fertility": Delicacy(frozenset(), frozenset({"fertility-treatment"})),
    "withheld-at-source": Delicacy(frozenset(), frozenset({"withheld-at-source"})),
    "sexual-health": Delicacy(frozenset({"SEX"}), frozenset({"sexual-health"})),
    "hiv": Delicacy(frozenset({"HIV"}), frozenset({"hiv"})),
    "termination": Delicacy(frozenset({"SEX"}), frozenset({"termination"})),
}

SEALED: Final = "SEAL"


def read_delicacy(item: Fields) -> Delicacy:
    """From ``sensitivity`` (a list of words) and ``restricted`` (true: at the person's wish)."""
    labels: set[str] = {SEALED} if item.flag("restricted") else set()
    exclusions: set[str] = set()
    for word in item.texts("sensitivity"):
        if word not in _WORDS:
            raise BadField(f"{item.path}.sensitivity", "is not on the list of values")
        labels |= _WORDS[word].labels
        exclusions |= _WORDS[word].exclusions
    return Delicacy(frozenset(labels), frozenset(exclusions))


_TOLD: Final = (
    (re.compile(r"\bMARAC\b", re.IGNORECASE), "MARAC"),
    (re.compile(r"\bMAPPA\b", re.IGNORECASE), "MAPPA"),
    (re.compile(r"\bdomestic[\s-](?:abuse|violence)\b|\bDVA?\b|\bIDVA\b", re.IGNORECASE), "SDV"),
    (re.compile(r"\bsafeguarding\b", re.IGNORECASE), "SAFEGUARDING"),
)


def told_by(*texts: str) -> frozenset[str]:
    """Label codes that free words of an alert or a duty give on arrival, whatever list it came under."""
    return frozenset(label for text in texts for pattern, label in _TOLD if pattern.search(text))
