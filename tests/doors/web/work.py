"""What comes in, made up: a review pile, pairs that may be one person, scorecards. All fictional.

``Work`` answers the three ports behind those pages in memory, and refuses whom they refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aggregator.care.identifying import Candidate, LinkEvent, Side
from aggregator.care.reviewing import Entry, Group, Pile, Run
from aggregator.care.sources import Refused, Row, Scorecard
from schemas.caller import Caller
from schemas.codes import Heading
from schemas.errors import Clash, NotAllowed, NothingToShow
from tests.doors.web import lives

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REFUSED = "Your role, sign-in or stated purpose does not allow this function."
OPERATORS = frozenset({"integration_engineer", "support"})
MATCH, EVENT, RUN = "a" * 32, "e" * 32, "f" * 32
LIST = "is not on the list of values"
GONE = "6 facts told before no longer told; still shown until somebody accepts that"
SENT = "Nothing was refused: this is about what was not sent."
OTHER = "the number belongs to somebody with another birth date"


def a_group(count: int = 1204, **changes: Any) -> Group:
    made = Group("client-level-data", "refusal", "Event_Type", LIST, count, NOW - timedelta(days=3))
    return replace(made, **changes)


def an_entry(number: int = 1, **changes: Any) -> Entry:
    made = Entry(
        review_id=f"{number:032x}",
        source="client-level-data",
        kind="refusal",
        field="Event_Type",
        reason=LIST,
        part=f"row {number + 16:,}",
        state="open",
        received_at=NOW - timedelta(days=3),
        excerpt="NHS_Number: 9999999999\nEvent_Type: Reablment\nEvent_Start_Date: 9999-99-99",
    )
    return replace(made, **changes)


GROUPS = (
    a_group(),
    a_group(37, source="case-system", field="package.period.start", reason="is not a date"),
    a_group(1, kind="vanished", field="services", reason=GONE),
    a_group(1, source="case-system", kind="wrong-person", field="nhsNumber", reason=OTHER),
)
ENTRIES = (
    an_entry(1),
    an_entry(2, kind="vanished", field="services", reason=GONE, part="", excerpt="", why_not=SENT),
    an_entry(3, source="case-system", kind="wrong-person", field="nhsNumber", reason=OTHER, part="person",
             excerpt="", why_not="It may be about somebody else than it says, so it is read by a replay only."),
)  # fmt: skip


def a_run(done: int = 3120, **changes: Any) -> Run:
    made = Run(RUN, 5000, done, done - 20, 20, 5000, 5000 - done + 20, NOW, done == 5000)
    return replace(made, **changes)


def a_side(**changes: Any) -> Side:
    made = Side(
        organisation="ZSC01",
        own=True,
        family="Holloway",
        given=("Brian", "Edward"),
        birth_date=date(1947, 3, 14),
        sex="male",
        address=("12 Canal Row", "Woldham", "WL2 3DR"),
        traced="our trace found number, name and birth date together",
        location_restricted=False,
        multiple_birth=False,
        person_id=lives.PERSON,
    )
    return replace(made, **changes)


def a_pair(**changes: Any) -> Candidate:
    other = a_side(
        organisation="ZHO01",
        own=False,
        person_id="",
        family="Hollaway",
        given=("Brian",),
        address=("12, Canal Row", "Woldham"),
        traced="our trace found nobody",
    )
    made = Candidate(
        match_id=MATCH,
        score=86,
        for_it=(
            "the same birth date",
            "a given name in common",
            "family names that sound alike",
        ),
        against=("different postcodes, as after a move",),
        sides=(a_side(), other),
        state="open",
        found_at=NOW - timedelta(hours=5),
    )
    return replace(made, **changes)


def an_event(**changes: Any) -> LinkEvent:
    why = "Phoned the tenancy team"
    made = LinkEvent(
        EVENT,
        NOW - timedelta(days=9),
        "joined",
        "ZHO01",
        "somebody decided that they are one person",
        "ie.novak",
        why,
        True,
    )
    return replace(made, **changes)


EVENTS = (
    an_event(),
    an_event(event_id="d" * 32, organisation="ZSC01", rule="known for the first time", made_by="",
             because="", undoable=False),
)  # fmt: skip


def a_row(heading: Heading, covered: int, statements: int, uncoded: float | None, **changes: Any) -> Row:
    made = Row(
        heading,
        covered,
        6412,
        covered / 6412,
        statements,
        uncoded,
        timedelta(hours=30),
        timedelta(days=210),
        0,
        0,
    )
    return replace(made, **changes)


def a_card(**changes: Any) -> Scorecard:
    made = Scorecard(
        source="client-level-data",
        title="Client Level Data return",
        organisation="ZSC01",
        state="silent for longer than its terms say",
        last_good=NOW - timedelta(days=40),
        silent_since=NOW - timedelta(days=5),
        down_since=None,
        as_at=date(2026, 9, 30),
        every=timedelta(days=30),
        silent_after=timedelta(days=35),
        history=timedelta(days=365),
        statistical=True,
        known=6412,
        rows=(
            a_row(Heading.DEMOGRAPHICS, 6412, 6412, None),
            a_row(Heading.SERVICES, 5130, 14873, 0.004, vanished=6),
            a_row(Heading.ASSESSMENTS, 2210, 3015, 0.42),
            a_row(Heading.SAFEGUARDING, 31, 33, 0.0, alarms=2, no_rows="none"),
            a_row(Heading.CONTACTS, 0, 0, None, coverage=0.0, newest=None, median=None),
        ),
        refusals=(
            Refused("Event_Type", LIST, 1204),
            Refused("services", GONE, 1),
        ),
        alarms=2,
        made_at=NOW,
    )
    return replace(made, **changes)


CARDS = (
    a_card(source="equipment", title="Equipment store", state="speaking", silent_since=None,
           last_good=NOW - timedelta(minutes=2), as_at=None, statistical=False, every=timedelta(minutes=5),
           history=None, refusals=(), alarms=0),
    a_card(),
    a_card(source="case-system", title="Case system", state="down: not asked again just now", silent_since=None,
           as_at=None, statistical=False, down_since=NOW - timedelta(hours=3), last_good=NOW - timedelta(hours=4),
           refusals=(), alarms=0),
    a_card(source="carers", title="Carers’ register", state="not heard of yet", silent_since=None, last_good=None,
           as_at=None, statistical=False, rows=(), known=0, refusals=(), alarms=0),
)  # fmt: skip


@dataclass
class Work:
    """What the pages are given, and what they asked for in ``done``."""

    groups: tuple[Group, ...] = GROUPS
    entries: tuple[Entry, ...] = ENTRIES
    more: str = ""
    going: Run = field(default_factory=a_run)
    pairs: tuple[Candidate, ...] = field(default_factory=lambda: (a_pair(),))
    events: tuple[LinkEvent, ...] = EVENTS
    cards: tuple[Scorecard, ...] = CARDS
    clash: str = ""
    done: list[tuple[str, Any]] = field(default_factory=list)

    # reviewing
    async def pile(self, caller: Caller, **asked: Any) -> Pile:
        self._operates(caller)
        fitting = [
            e for e in self.entries if asked["source"] in ("", e.source) and asked["kind"] in ("", e.kind)
        ]
        return Pile(self.groups, tuple(replace(e, excerpt="") for e in fitting), self.more)

    async def entry(self, caller: Caller, review_id: str) -> Entry:
        self._operates(caller)
        found = next((e for e in self.entries if e.review_id == review_id), None)
        if found is None:
            raise NothingToShow()
        if "review" not in caller.activities:
            return replace(found, excerpt="", why_not="Your role does not show what was sent")
        return found

    async def replay(self, caller: Caller, **asked: str) -> str:
        self._insist(caller, "review")
        self.done.append(("replay", asked))
        return RUN

    async def run(self, caller: Caller, run_id: str) -> Run:
        self._insist(caller, "review")
        if run_id != RUN:
            raise NothingToShow()
        return self.going

    async def close(self, caller: Caller, review_id: str, because: str) -> None:
        self._insist(caller, "review")
        self.done.append(("close", (review_id, because)))

    async def accept(self, caller: Caller, review_id: str) -> None:
        self._insist(caller, "review")
        self.done.append(("accept", review_id))

    # identifying
    async def matches(self, caller: Caller, after: str = "", limit: int = 50) -> tuple[Candidate, ...]:
        self._insist(caller, "identity")
        return () if after else self.pairs[:limit]

    async def match(self, caller: Caller, match_id: str) -> Candidate:
        self._insist(caller, "identity")
        found = next((p for p in self.pairs if p.match_id == match_id), None)
        if found is None:
            raise NothingToShow()
        return found

    async def decide(self, caller: Caller, match_id: str, verdict: str, because: str) -> None:
        self._insist(caller, "identity")
        if self.clash:
            raise Clash(self.clash)
        self.done.append(("decide", (match_id, verdict, because)))
        state = "linked" if verdict == "link" else "apart"
        self.pairs = (
            replace(self.pairs[0], state=state, because=because, decided_by=caller.user_id, decided_at=NOW),
        )

    async def history(self, caller: Caller, person_id: str) -> tuple[LinkEvent, ...]:
        self._insist(caller, "identity")
        return self.events

    async def undo(self, caller: Caller, match_or_event_id: str, because: str) -> None:
        self._insist(caller, "identity")
        self.done.append(("undo", (match_or_event_id, because)))

    # sources
    async def scorecards(self, caller: Caller) -> tuple[Scorecard, ...]:
        self._operates(caller)
        return self.cards

    async def scorecard(self, caller: Caller, source: str) -> Scorecard:
        self._operates(caller)
        found = next((c for c in self.cards if c.source == source), None)
        if found is None:
            raise NothingToShow()
        return found

    def _insist(self, caller: Caller, activity: str) -> None:
        if activity not in caller.activities:
            raise NotAllowed(REFUSED)

    def _operates(self, caller: Caller) -> None:
        if caller.role not in OPERATORS:
            raise NotAllowed(REFUSED)
