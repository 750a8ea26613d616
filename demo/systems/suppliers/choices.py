"""What people chose about sharing, and the plan agreed at a meeting, entered by staff through the product's own
doors, as they would from its pages.

Staff have no keys of their own here: their tokens come from the issuer's local door, for which a program must be
able to read a secret of this place.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import httpx

from demo.lives import Person
from demo.lives.person import Choice
from demo.systems.suppliers.client import complain, issues, send
from demo.systems.suppliers.elements import NHS_NUMBER
from demo.systems.suppliers.plan import plan_of

ENTERED_BY: Final[Mapping[str, str]] = {
    "ZAC01": "dr.patel", "ZSC01": "sw.okafor", "ZMH01": "cpn.walsh", "ZHO01": "ho.reid", "ZGP01": "gp.morgan",
    "ZCH01": "chn.silva",
}  # fmt: skip
COORDINATOR: Final = "mdt.carter"
_FHIR_JSON: Final = "application/fhir+json"
_LATER: Final = frozenset({403, 404})


@dataclass(slots=True)
class Desk:
    """Where staff sit. `patience` is how many seconds a door may say no because something has not arrived yet."""

    http: httpx.Client
    fhir: str
    issuer: str
    secret: str = field(repr=False)
    patience: float = 60.0
    pause: float = 2.0
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def token(self, user: str) -> str:
        """A token of this member of staff; raises httpx.HTTPStatusError when the issuer gives none."""
        if user not in self._tokens:
            answer = self.http.post(
                f"{self.issuer}/local/token",
                data={"user": user},
                headers={"Authorization": f"Bearer {self.secret}"},
            )
            answer.raise_for_status()
            self._tokens[user] = str(answer.json()["access_token"])
        return self._tokens[user]

    def enter(self, people: Iterable[Person], entered: set[str], keep: Callable[[set[str]], None]) -> None:
        """Enter every choice that is not among `entered` (ids of choices), then the plans."""
        several = list(people)
        for person in several:
            for choice in person.choices:
                if choice.id not in entered and self.choose(person, choice):
                    entered.add(choice.id)
                    keep(entered)
        for person in several:
            if person.meetings:
                self.plan(person)

    def choose(self, person: Person, choice: Choice) -> bool:
        """Record one choice of the person; True when it is kept."""
        user = entered_by(choice)
        body = parameters(choice)
        answer = self._about(
            user,
            person,
            lambda person_id: self._request("POST", f"Patient/{person_id}/$participate", user, body),
        )
        return self._told(answer, httpx.codes.CREATED, f"choice {choice.id}")

    def plan(self, person: Person) -> bool:
        """Write the first version of the plan that the last meeting agreed; one that is there already stays."""
        answer = self._about(
            COORDINATOR,
            person,
            lambda person_id: self._request(
                "PUT", f"Patient/{person_id}/$plan", COORDINATOR, plan_of(person, person_id),
                {"If-None-Match": "*"},
            ),
        )  # fmt: skip
        if answer is not None and answer.status_code == httpx.codes.PRECONDITION_FAILED:
            return True
        return self._told(answer, httpx.codes.CREATED, f"plan {person.meetings[-1].id}")

    def _about(
        self, user: str, person: Person, make: Callable[[str], httpx.Request]
    ) -> httpx.Response | None:
        """Find the person and do it; wait while the relationship of this member of staff has not arrived."""
        end = time.monotonic() + self.patience
        while True:
            person_id = self._find(user, person)
            answer = None if person_id is None else send(self.http, partial(make, person_id))
            if (answer is not None and answer.status_code not in _LATER) or time.monotonic() >= end:
                return answer
            time.sleep(self.pause)

    def _find(self, user: str, person: Person) -> str | None:
        form = {"identifier": f"{NHS_NUMBER}|{person.numbers.nhs}"}
        headers = {"Authorization": f"Bearer {self.token(user)}"}
        url = f"{self.fhir}/Patient/_search"
        answer = send(self.http, lambda: self.http.build_request("POST", url, data=form, headers=headers))
        if answer.status_code != httpx.codes.OK:
            return None
        # An empty searchset carries an OperationOutcome that says why, so the matches are looked for.
        told = (e["resource"] for e in answer.json().get("entry") or [])
        found = [r for r in told if r["resourceType"] == "Patient"]
        return str(found[0]["id"]) if len(found) == 1 else None

    def _request(
        self,
        method: str,
        path: str,
        user: str,
        body: Mapping[str, Any],
        more: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        headers = {"Authorization": f"Bearer {self.token(user)}", "Content-Type": _FHIR_JSON, **(more or {})}
        return self.http.build_request(method, f"{self.fhir}/{path}", json=body, headers=headers)

    def _told(self, answer: httpx.Response | None, good: int, what: str) -> bool:
        if answer is not None and answer.status_code == good:
            return True
        said = "nobody found" if answer is None else f"answered {answer.status_code} {issues(answer)}"
        complain(f"{what}: {said}")
        return False


def entered_by(choice: Choice) -> str:
    """Who records it: for a permission those who asked for it, for an objection those whose information it is."""
    first, second = (
        (choice.recipient, choice.provider)
        if choice.kind == "permission"
        else (choice.provider, choice.recipient)
    )
    return next((ENTERED_BY[o] for o in (first, second) if o in ENTERED_BY), ENTERED_BY["ZGP01"])


def parameters(choice: Choice) -> dict[str, Any]:
    """The choice as FHIR Parameters for `$participate`."""
    wish = {
        "effect": "permit" if choice.kind == "permission" else "deny",
        "organisation": choice.recipient,
        "category": choice.category.replace("_", "-"),
        "end": f"{choice.until.isoformat()}T23:59:59+00:00" if choice.until else "",
    }
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": name, "valueString": said} for name, said in wish.items() if said],
    }
