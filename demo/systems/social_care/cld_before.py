"""The same period as the council sent it first: in the words of Release 1, and with two mistakes that its second
sending (`cld`) corrects. One row was typed for the wrong person and is gone from the second; what came of one
event was not known yet.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from demo.lives import Person
from demo.systems.social_care import cld

_WORDS: Final = {
    "Unpaid carer": "Carer",
    "Unpaid carer assessment": "Carer assessment",
    "Home support or domiciliary care": "Home Support",
    "Undeclared / Not known": "Undeclared / Not Known",
}
_NAMES: Final = {
    "LA_Person_Unique_Identifier": "LA Person Unique ID",
    "Cost_Frequency_Unit_Type": "Cost Frequency (Unit Type)",
    "Request_Route_of_Access": "Request: Route of Access",
}


def name(today: date) -> str:
    return cld.name(today).replace("_2.csv", "_1.csv")


def content(people: Iterable[Person], today: date) -> bytes:
    rows = mistaken(list(cld.rows(people, today)), today)
    renamed = [{_name(column): _word(value) for column, value in row.items()} for row in rows]
    return cld.written(renamed, map(_name, cld.COLUMNS))


def mistaken(rows: list[dict[str, str]], today: date) -> list[dict[str, str]]:
    """The rows of the second sending with the mistakes of the first."""
    first = rows[:1]
    day = (cld.quarter_end(today) - timedelta(days=40)).isoformat()
    strange = [
        {
            column: value
            for column, value in row.items()
            if not column.startswith(("Service", "Provider", "Unit"))
        }
        | {
            "Event_Type": "Request",
            "Event_Reference": "typed-for-the-wrong-person",
            "Event_Start_Date": day,
            "Event_End_Date": day,
            "Event_Outcome": "NFA: Information and advice or signposting",
            "Request_Route_of_Access": "Community / Other route",
        }
        for row in first
    ]
    known = next((r for r in rows if r["Event_Outcome"]), None)
    return [r | {"Event_Outcome": ""} if r is known else r for r in rows] + strange


def _name(column: str) -> str:
    return _NAMES.get(column, column.replace("_", " "))


def _word(value: str) -> str:
    return _WORDS.get(value, re.sub(r"^NFA: ", "NFA - ", value))
