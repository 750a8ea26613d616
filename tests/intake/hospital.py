"""Lives as a hospital tells them: a seeded feed of HL7 v2 messages with cancellations, clears and merges."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.adapters.acute.messages import header, segment
from tests.places import number

ORGANISATION = "ZAC01"
_STREETS = ("1 MILL ROW", "2 KILN LANE", "3 FORGE HILL", "4 WHARF STREET")
_WARDS = ("W1", "W2", "W3", "AMU")


@dataclass(slots=True)
class Life:
    """One person. ``second`` is a local id under which a clerk registered them again."""

    index: int
    chance: random.Random
    clock: datetime
    told: list[bytes] = field(default_factory=list)

    @property
    def local(self) -> str:
        return f"H{self.index}"

    @property
    def second(self) -> str:
        return f"D{self.index}"

    @property
    def family(self) -> str:
        return f"LIFE{'ABCDEFGHIJ'[self.index % 10]}{'KLMNOPQRST'[self.index // 10 % 10]}"

    @property
    def birth(self) -> str:
        return f"19{40 + self.index % 50}0615"

    def live(self) -> None:
        """Registered; some visits, the last of them still open; sometimes registered twice and merged."""
        self._tell("ADT^A28", street=_STREETS[0], phone="01632960001")
        for visit in range(self.chance.randint(1, 3)):
            self._visit(f"V{self.index}-{visit}", last=False)
        if self.chance.random() < 0.3:
            self._tell("ADT^A28", local=self.second, numbered=False)
            self._tell("ADT^A08", f"V{self.index}-D", local=self.second, numbered=False, ward="W9")
            self._merge()
        self._visit(f"V{self.index}-last", last=True)

    def _visit(self, visit: str, *, last: bool) -> None:
        if self.chance.random() < 0.3:
            self._tell("ADT^A05", visit, kind="P")
        self._tell("ADT^A01", visit, ward=self.chance.choice(_WARDS), start=True)
        for _ in range(self.chance.randint(0, 4)):
            step = self.chance.random()
            if step < 0.3:
                self._tell("ADT^A02", visit, ward=self.chance.choice(_WARDS))
                if self.chance.random() < 0.4:
                    self._tell("ADT^A12", visit, ward=self.chance.choice(_WARDS))
            elif step < 0.6:
                self._tell(
                    "ADT^A08", visit, ward=self.chance.choice(_WARDS), allergy=self.chance.random() < 0.5
                )
            elif step < 0.8:
                self._tell(
                    "ADT^A31",
                    street=self.chance.choice(_STREETS),
                    phone=self.chance.choice(["", '""', "01632960002"]),
                )
            else:
                self._result(visit)
        if last:
            return
        if self.chance.random() < 0.15:
            self._tell("ADT^A11", visit)
            return
        self._tell("ADT^A03", visit, end=True)
        if self.chance.random() < 0.3:
            self._tell("ADT^A13", visit)
            self._tell("ADT^A03", visit, end=True)

    def _tell(
        self,
        event: str,
        visit: str = "",
        *,
        local: str = "",
        numbered: bool = True,
        kind: str = "I",
        ward: str = "",
        street: str = "",
        phone: str = "",
        start: bool = False,
        end: bool = False,
        allergy: bool = False,
    ) -> None:
        at = self._next()
        who = f"{local or self.local}^^^{ORGANISATION}^MR"
        if numbered:
            who = f"{number(self.index).digits}^^^NHS~{who}"
        told = {
            "f1": "1",
            "f3": who,
            "f5": f"{self.family}^ANN^^^MRS^^L",
            "f7": self.birth,
            "f8": "2",
            "f11": f"{street}^^BARTON^WOLDSHIRE^ZZ1 4AA^^H" if street else "",
            "f13": f"{phone}^PRN^PH" if phone not in ("", '""') else phone,
        }
        segments = [header(event, at=at, id=f"M{self.index}-{len(self.told)}"), segment("EVN", f2=at, f6=at)]
        segments.append(segment("PID", **told))
        if visit:
            given = {
                "f1": "1",
                "f2": kind,
                "f3": f"{ward}^BAY 1^2^{ORGANISATION}" if ward else "",
                "f19": visit,
            }
            segments.append(segment("PV1", **given, f44=at if start else "", f45=at if end else ""))
        if allergy:
            segments.append("AL1|1|DA|91936005^Allergy to penicillin^SCT|SV|Rash")
        self._send(segments)

    def _merge(self) -> None:
        at = self._next()
        who = f"{number(self.index).digits}^^^NHS~{self.local}^^^{ORGANISATION}^MR"
        self._send(
            [
                header("ADT^A40", at=at, id=f"M{self.index}-{len(self.told)}"),
                segment("EVN", f2=at, f6=at),
                segment("PID", f1="1", f3=who, f5=f"{self.family}^ANN^^^MRS^^L", f7=self.birth, f8="2"),
                segment("MRG", f1=f"{self.second}^^^{ORGANISATION}^MR"),
            ]
        )

    def _result(self, visit: str) -> None:
        at = self._next()
        who = f"{number(self.index).digits}^^^NHS~{self.local}^^^{ORGANISATION}^MR"
        self._send(
            [
                header("ORU^R01", at=at, id=f"M{self.index}-{len(self.told)}"),
                segment("PID", f1="1", f3=who, f5=f"{self.family}^ANN^^^MRS^^L", f7=self.birth, f8="2"),
                segment(
                    "OBR",
                    **{
                        "f1": "1",
                        "f3": f"L{self.index}-{len(self.told)}",
                        "f4": "UE^Urea and electrolytes^L",
                    },
                    **{"f7": at[:12], "f22": at, "f24": "LAB", "f25": "F"},
                ),
                f"OBX|1|NM|1000651000000109^Potassium^SCT||4.{self.chance.randint(0, 9)}|mmol/L|3.5-5.3|N|||F",
            ]
        )

    def _next(self) -> str:
        self.clock += timedelta(minutes=self.chance.randint(1, 90))
        return self.clock.strftime("%Y%m%d%H%M%S")

    def _send(self, segments: list[str]) -> None:
        self.told.append("".join(f"{one}\r" for one in segments).encode())


def lives(count: int, seed: int) -> list[Life]:
    """People whose last visit is still open now."""
    made = []
    for index in range(count):
        chance = random.Random(f"{seed}/{index}")
        life = Life(index, chance, datetime.now(UTC).replace(microsecond=0) - timedelta(days=60))
        life.live()
        made.append(life)
    return made
