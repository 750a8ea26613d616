"""A life while it is being made up: lists that storylines add to, then frozen into a `Person` once."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from demo import numbers
from demo.lives import acute, care_home, gp, housing, mental_health, social_care
from demo.lives.facts import Clinical, Coded, Fact
from demo.lives.known import KnownAs
from demo.lives.person import Numbers, Person, Related
from demo.lives.telling import Teller

_CLINICAL = (
    "allergies",
    "diagnoses",
    "medicines",
    "results",
    "procedures",
    "resuscitation",
    "capacity",
    "documents",
)
_FIELDS: dict[str, tuple[str, ...]] = {
    "acute": ("attendances", "admissions", "caseloads", "visits", "wounds", *_CLINICAL),
    "social_care": (
        "contacts", "assessments", "packages", "alerts", "safeguarding", "equipment", "reasons",
        "accommodation",
        "workers", "notes", "about_me",
    ),
    "mental_health": ("referrals", "contacts", "plans", "coordinators", "risks", "ward_stays", "act",
                      *_CLINICAL),
    "housing": ("tenancies", "repairs", "hazards", "adaptations", "homelessness", "alerts"),
    "gp": ("consultations", "immunisations", "frailty", *_CLINICAL),
    "care_home": ("stays", "red_bags", "incidents", "plans", "about_me", *_CLINICAL),
}  # fmt: skip
_ORG = {"acute": "ZAC01", "social_care": "ZSC01", "mental_health": "ZMH01", "housing": "ZHO01", "gp": "ZGP01",
        "care_home": "ZCH01"}  # fmt: skip
_MAKE: dict[str, Any] = {
    "acute": acute.Acute, "social_care": social_care.SocialCare, "mental_health": mental_health.MentalHealth,
    "housing": housing.Housing, "gp": gp.Gp, "care_home": care_home.CareHome,
}  # fmt: skip


@dataclass(slots=True)
class Draft:
    """What storylines write into. `age` is whole years today; `problems` are what the person lives with."""

    teller: Teller
    draw: Random
    age: int
    problems: list[Coded] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    old_number: bool = False
    _facts: dict[str, dict[str, list[Fact]]] = field(default_factory=dict)

    def add(self, sector: str, part: str, *facts: Fact) -> None:
        """Put facts under a sector's part; the sector comes to know the person by it."""
        if part not in _FIELDS[sector]:
            raise KeyError(part)
        self._facts.setdefault(sector, {}).setdefault(part, []).extend(facts)

    def knows(self, sector: str) -> bool:
        """True once a storyline has put anything there."""
        return sector in self._facts

    def person(self, key: str, **more: Any) -> Person:
        """Freeze the life. Facts come out oldest first, as sources list them."""
        sectors: dict[str, Any] = {}
        for sector, parts in self._facts.items():
            ordered = {p: tuple(sorted(f, key=lambda fact: fact.on)) for p, f in parts.items()}
            clinical: dict[str, Any] = {p: f for p, f in ordered.items() if p in _CLINICAL}
            rest: dict[str, Any] = {p: f for p, f in ordered.items() if p not in _CLINICAL}
            if clinical:
                rest["clinical"] = Clinical(**clinical)
            if sector == "gp":
                rest["registered"] = self._label(sector, ordered).since
            known = (self._label(sector, ordered),)
            sectors["gp_record" if sector == "gp" else sector] = _MAKE[sector](known_as=known, **rest)
        t = self.teller
        identity = Numbers(t.nhs, superseded=(numbers.nhs_number(t.slot, 1),) if self.old_number else ())
        return t.person(key, "made up", numbers=identity, related=tuple(self.related), **(sectors | more))

    def _label(self, sector: str, parts: dict[str, tuple[Fact, ...]]) -> KnownAs:
        first = min(f.on for facts in parts.values() for f in facts).date()
        label = replace(self.teller.known(_ORG[sector]), since=first)
        if sector == "housing" and self.draw.random() < 0.25:
            # A rent book knows people by what the neighbours call them.
            name = label.names[0]
            label = replace(label, names=(replace(name, given=(name.given[0][:3],)),))
        if sector == "social_care" and self.old_number:
            label = replace(label, nhs_number=numbers.nhs_number(self.teller.slot, 1))
        return label
