"""How a life is told: a `Teller` gives facts their identifiers and times, and writes labels for each
organisation.

Both the hand-written people and the made-up ones are told through it, so that all are told alike.
"""

import uuid
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from demo import numbers
from demo.lives import acute, care_home, codes, facts, gp, housing, mental_health, person, social_care
from demo.lives.days import Days
from demo.lives.facts import Coded, Fact, Medicine, Result
from demo.lives.known import Address, KnownAs, Name, Phone
from demo.lives.medicines import Product

F = TypeVar("F", bound=Fact)

_WORLD: Final = uuid.UUID("6f1b3c7e-2d0a-5f7c-9b1e-000000000999")
_PREFIX: Final[dict[type[Fact], str]] = {
    acute.Attendance: "V", acute.Admission: "V", acute.Caseload: "CL", acute.Visit: "CV", acute.Wound: "W",
    facts.Allergy: "AL", facts.Diagnosis: "DX", facts.Medicine: "MD", facts.Result: "OB",
    facts.Procedure: "PR",
    facts.Resuscitation: "RS", facts.AdvanceDecision: "AD", facts.Capacity: "CP", facts.Document: "DO",
    facts.AboutMe: "AM", social_care.Contact: "REQ", social_care.Assessment: "ASM",
    social_care.Package: "SVC",
    social_care.Alert: "ALR", social_care.Safeguarding: "SAF", social_care.Equipment: "EQ",
    social_care.Carer: "CAR", social_care.SupportReason: "PSR", social_care.Accommodation: "ACC",
    social_care.Worker: "WKR", social_care.Note: "NOTE", mental_health.Referral: "SR",
    mental_health.Contact: "CC", mental_health.ActPeriod: "MHA", mental_health.CommunityOrder: "CTO",
    mental_health.WardStay: "WS", mental_health.Plan: "PL", mental_health.Risk: "RK",
    mental_health.Coordinator: "CO", housing.Tenancy: "TEN", housing.Repair: "REP", housing.Hazard: "HAZ",
    housing.Adaptation: "ADP", housing.Homelessness: "HL", housing.PersonAlert: "PA", gp.Consultation: "GC",
    gp.Immunisation: "IM", gp.Frailty: "FR", care_home.Stay: "ST", care_home.RedBag: "RB",
    care_home.Incident: "IN", care_home.HomePlan: "HP", person.Choice: "CH", person.Action: "AC",
    person.Meeting: "MT",
}  # fmt: skip


def address(text: str, dwelling: int = 0, **more: Any) -> Address:
    """An address from "line, line, postcode"; `dwelling` (1 or more) gives it a UPRN."""
    *lines, postcode = text.split(", ")
    return Address(tuple(lines), postcode, numbers.uprn(dwelling) if dwelling else "", **more)


class Teller:
    """Tells one person's life. `slot` (see `demo.numbers`) makes all identifiers; a telling is repeatable."""

    def __init__(
        self, slot: int, today: date, name: Name, birth_date: date, gender: str, *homes: Address, **more: Any
    ) -> None:
        self.slot = slot
        self.days = Days(today)
        self.names: tuple[Name, ...] = (name, *more.get("other_names", ()))
        self.birth_date = birth_date
        self.gender = gender
        self.homes = homes
        self.phones: tuple[Phone, ...] = more.get("phones", (Phone(numbers.mobile(slot)),))
        self.gp: str = more.get("gp", "ZGP01")
        self.nhs: str | None = numbers.nhs_number(slot)
        self._told: Counter[str] = Counter()
        self.mrn = self.local_id("ZAC01")

    def person(self, key: str, story: str, **more: Any) -> person.Person:
        """The person told of, by the identity given at the start; `more` sets or overrides `Person` fields."""
        own: dict[str, Any] = {
            "numbers": person.Numbers(self.nhs),
            "names": self.names,
            "birth_date": self.birth_date,
            "gender": self.gender,
            "addresses": self.homes,
            "phones": self.phones,
            "gp": self.gp,
        }
        return person.Person(key=key, story=story, **(own | more))

    def local_id(self, org: str, nth: int = 0) -> str:
        """The person's local identifier at `org`; `nth` 1 is that of a duplicate registration."""
        n = 1_000_000 + self.slot * 2 + nth
        if org == "ZHO01":
            return str(uuid.uuid5(_WORLD, f"person {n}"))
        return {"ZAC01": "H", "ZSC01": "", "ZMH01": "M", "ZGP01": "G", "ZCH01": "BH", "ZCH02": "EC"}[
            org
        ] + str(n)

    def known(self, org: str, since_days: int = 2000, nth: int = 0, **changes: Any) -> KnownAs:
        """The person as `org` holds them: the truth, but for `changes`. Housing never holds an NHS number."""
        home = next((a for a in reversed(self.homes) if a.until is None), None)
        number = None if org == "ZHO01" else self.nhs
        label = KnownAs(
            org=org,
            local_id=self.local_id(org, nth),
            names=self.names,
            birth_date=self.birth_date,
            gender=self.gender,
            nhs_number=number,
            nhs_status="verified" if number else "not_known",
            address=home,
            phones=self.phones,
            gp="" if org == "ZHO01" else self.gp,
            since=self.days.day(since_days),
        )
        return replace(label, **changes)

    def fact(self, cls: type[F], /, ago: int, at: str = "09:00", **more: Any) -> F:
        """A fact of class `cls`, `ago` days before today at `at`, with the next identifier of that kind."""
        prefix = _PREFIX[cls]
        self._told[prefix] += 1
        return cls(id=f"{prefix}{self.slot:06d}{self._told[prefix]:03d}", on=self.days.ago(ago, at), **more)

    def medicine(self, product: Product, ago: int, **more: Any) -> Medicine:
        """A medicine begun `ago` days ago at the product's usual dose, unless `more` says otherwise."""
        usual: dict[str, Any] = {
            "name": product.name, "dmd": product.dmd, "dose": product.dose, "form": product.form,
            "route": product.route, "frequency": product.frequency, "critical": product.critical,
            "controlled": product.controlled, "reason": product.what_for,
        }  # fmt: skip
        return self.fact(Medicine, ago, **(usual | more))

    def result(self, what: Coded, value: str, unit: str, ago: int, at: str = "07:00", **more: Any) -> Result:
        """A result; a `value` that reads as a number keeps its precision."""
        number = value.replace(".", "", 1).replace("-", "", 1).isdigit()
        return self.fact(
            Result, ago, at, what=what, value=Decimal(value) if number else value, unit=unit, **more
        )

    def obs(
        self, ago: int, at: str = "08:00", *, rr: str = "16", spo2: str = "97", air: str = "air",
        bp: str = "128/76", pulse: str = "78", temp: str = "36.6", acvpu: str = "Alert", **more: Any,
    ) -> tuple[Result, ...]:  # fmt: skip
        """A set of bedside observations taken together; "" leaves one out, as happens."""
        systolic, _, diastolic = bp.partition("/")
        rows = (
            (codes.RESPIRATION, rr, "/min"), (codes.SATURATION, spo2, "%"), (codes.OXYGEN, air, ""),
            (codes.SYSTOLIC, systolic, "mmHg"), (codes.DIASTOLIC, diastolic, "mmHg"), (codes.PULSE, pulse,
                "/min"),
            (codes.TEMPERATURE, temp, "Cel"), (codes.ALERTNESS, acvpu, ""),
        )  # fmt: skip
        group = f"obs {self.days.day(ago)} {at}"
        return tuple(self.result(c, v, u, ago, at, group=group, **more) for c, v, u in rows if v)
