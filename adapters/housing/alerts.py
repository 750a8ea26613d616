"""Alerts about a person, of the sector's list: as a list of its own, and inside works orders."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.dossier import Item, Teller, Told
from adapters.elements import period
from adapters.fields import Fields
from adapters.housing.codes import PERSON_ALERTS, housing_concept, listed
from adapters.sensitivity import told_by


def alert(teller: Teller, item: Item, it: Fields) -> Iterator[Told]:
    """A person alert: Flag."""
    yield person_alert(teller, item, it)


def person_alert(teller: Teller, item: Item, it: Fields) -> Told:
    """The Flag of one alert; words such as MARAC label it whatever its code says."""
    code, text, ended = listed(it, "Type", PERSON_ALERTS), it.text("Comments"), it.day("endedOn")
    words, heading, labels = PERSON_ALERTS[code]
    said = f"{words}: {text}" if text and text.casefold() != words.casefold() else words
    return teller.say(
        item,
        "alert",
        {
            "resourceType": "Flag",
            "status": "inactive" if ended else "active",
            "code": housing_concept("person-alert", code, said),
            "period": period(item.on, ended),
        },
        heading,
        labels={*labels, *told_by(text)},
    )
