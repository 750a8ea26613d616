"""Two feeds of one source set side by side before a switch: which facts only one tells, and which differ.

Pure: it compares what two sets of raw inputs were translated to, each folded into what stands. People are
brought together by NHS number where either feed tells one, else by local id; facts by type and identifier, and
those that are left over by saying exactly the same. The outcome has element names and counts, never a value;
a person is an id that means nothing outside this comparison.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from adapters.kit.state import Standing, canonical, standing
from adapters.kit.trial import plain
from schemas.codes import Heading
from schemas.contribution import Translated
from schemas.identifiers import SubjectKey, keyed_id

SAME: Final = "same"
RENAMED: Final = "same, under another identifier"
ONLY_OLD: Final = "only in the old feed"
ONLY_NEW: Final = "only in the new feed"
_MATCHES: Final = (SAME, RENAMED)
_Facts: TypeAlias = dict[tuple[str, str, str], Standing]


@dataclass(frozen=True, slots=True)
class Parity:
    """``counts``: facts by (person's opaque id, heading, reason). ``refused``: by (feed, field, reason)."""

    counts: Mapping[tuple[str, Heading, str], int] = field(default_factory=dict)
    refused: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def facts(self) -> int:
        return sum(self.counts.values())

    @property
    def differing(self) -> int:
        return sum(n for (_, _, reason), n in self.counts.items() if reason not in _MATCHES)

    @property
    def share(self) -> float:
        """Facts that are not the same in both, in percent of all; 0 when there are none."""
        return 100 * self.differing / self.facts if self.facts else 0.0

    def lines(self, people: int = 20) -> Iterator[str]:
        """The outcome for a reader: sums, headings, reasons, and the ``people`` that differ the most."""
        told = len({person for person, _, _ in self.counts})
        yield f"{self.facts} facts about {told} people; {self.differing} not the same ({self.share:.2f} %)"
        by_heading: defaultdict[Heading, Counter[str]] = defaultdict(Counter)
        by_person: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (person, heading, reason), n in self.counts.items():
            by_heading[heading][reason] += n
            if reason not in _MATCHES:
                by_person[person][f"{heading}: {reason}"] += n
        for heading in (h for h in Heading if h in by_heading):
            yield f"{heading}: {_told(by_heading[heading])}"
        for (feed, name, reason), n in sorted(self.refused.items()):
            yield f"refused in the {feed} feed: {name} {reason} ({n})"
        worst = sorted(by_person.items(), key=lambda row: (-row[1].total(), row[0]))
        for person, reasons in worst[:people]:
            yield f"person {person}: {_told(reasons)}"
        if len(worst) > people:
            yield f"and {len(worst) - people} people more"


def compare(old: Sequence[Translated], new: Sequence[Translated]) -> Parity:
    """Set what two feeds tell side by side."""
    number = {c.key: c.nhs_number.digits for t in (*old, *new) for c in t.subjects if c.nhs_number}
    secret = secrets.token_bytes(16)

    def people(told: Iterable[Translated]) -> dict[str, _Facts]:
        found: defaultdict[str, _Facts] = defaultdict(dict)
        for (subject, *fact), stands in standing(told).items():
            found[_who(subject, number, secret)][_fact(fact)] = stands
        return found

    before, after = people(old), people(new)
    counts: Counter[tuple[str, Heading, str]] = Counter()
    for person in before.keys() | after.keys():
        for heading, reason in _facts(before.get(person, {}), after.get(person, {})):
            counts[person, heading, reason] += 1
    return Parity(dict(counts), dict(_refused("old", old) + _refused("new", new)))


def _who(subject: SubjectKey, number: Mapping[SubjectKey, str], secret: bytes) -> str:
    parts = (number[subject],) if subject in number else (subject.organisation, subject.local_id)
    return keyed_id(secret, *parts)[:8]


def _fact(parts: Sequence[str]) -> tuple[str, str, str]:
    kind, system, value = parts
    return kind, system, value


def _facts(old: _Facts, new: _Facts) -> Iterator[tuple[Heading, str]]:
    """(heading, reason) of each fact of one person."""
    for fact in old.keys() & new.keys():
        yield new[fact].heading, _difference(old[fact], new[fact])
    unmatched: defaultdict[str, list[Standing]] = defaultdict(list)
    for fact, stands in new.items():
        if fact not in old:
            unmatched[_said(stands)].append(stands)
    for fact, stands in old.items():
        if fact not in new:
            twins = unmatched[_said(stands)]
            yield stands.heading, RENAMED if twins else ONLY_OLD
            del twins[-1:]
    for twins in unmatched.values():
        for stands in twins:
            yield stands.heading, ONLY_NEW


def _difference(old: Standing, new: Standing) -> str:
    if old == new:
        return SAME
    if old.gone != new.gone:
        return f"taken back in the {'old' if old.gone else 'new'} feed only"
    if old.heading != new.heading:
        return "differs: heading"
    names = sorted(
        name
        for name in old.resource.keys() | new.resource.keys()
        if canonical(old.resource.get(name)) != canonical(new.resource.get(name))
    )
    return f"differs: {', '.join(names) or 'labels'}"


def _said(stands: Standing) -> str:
    """All that a fact says, but for what it is called."""
    said = {name: value for name, value in stands.resource.items() if name != "identifier"}
    return canonical([said, stands.heading, sorted(stands.labels), stands.gone])


def _refused(feed: str, told: Iterable[Translated]) -> Counter[tuple[str, str, str]]:
    return Counter((feed, plain(r.field), r.reason) for one in told for r in one.refusals)


def _told(reasons: Counter[str]) -> str:
    return "; ".join(f"{n} {reason}" for reason, n in reasons.most_common())
