"""The council's case file on one screen: list -> the function that says what it means in FHIR."""

from __future__ import annotations

from typing import Final

from adapters.capacity import capacity
from adapters.dossier import Section
from adapters.social_care import care, people, safety

SECTIONS: Final[dict[str, Section]] = {
    "packages": care.package,
    "requests": care.request,
    "assessments": care.assessment,
    "supportReasons": care.support_reason,
    "equipment": care.equipment,
    "alerts": safety.alert,
    "safeguarding": safety.safeguarding,
    "accommodation": safety.accommodation,
    "capacity": capacity,
    "carers": people.carer,
    "contacts": people.contact,
    "workers": people.worker,
    "notes": people.note,
    "aboutMe": people.about_me,
}
