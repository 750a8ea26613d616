"""Who is on the register, by number and by birth date. Nothing of their care is kept here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from demo.lives import Person
from demo.lives.known import Address, Name, Phone
from demo.lives.person import Death


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered person. `names[0]` and the last home address are current, the rest history."""

    number: str
    names: tuple[Name, ...]
    birth_date: date
    gender: str
    addresses: tuple[Address, ...]
    phones: tuple[Phone, ...]
    gp: str
    restricted: bool
    death: Death | None
    birth_order: int | None
    language: str
    interpreter: bool

    @property
    def home(self) -> Address | None:
        """The current home address."""
        return next((a for a in reversed(self.addresses) if a.until is None and a.use == "home"), None)


class Register:
    """The register: numbers lead to entries, superseded ones to the newer; invalidated ones lead nowhere."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._entries: dict[str, Entry] = {}
        self._newer: dict[str, str] = {}
        self._invalid: set[str] = set()
        self._born: defaultdict[date, list[Entry]] = defaultdict(list)
        for person in people:
            self._invalid.update(person.numbers.invalidated)
            if person.numbers.nhs is None:
                continue
            entry = _entry(person, person.numbers.nhs)
            self._entries[entry.number] = entry
            self._newer.update(dict.fromkeys(person.numbers.superseded, entry.number))
            self._born[entry.birth_date].append(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def by_number(self, number: str) -> Entry | None:
        """The entry that `number` leads to, also where it was superseded; None for any other."""
        return self._entries.get(self._newer.get(number, number))

    def is_invalidated(self, number: str) -> bool:
        """True for a number that was taken away and must never lead to anybody."""
        return number in self._invalid

    def born(self, earliest: date, latest: date) -> Iterator[Entry]:
        """Everyone born from `earliest` to `latest`, both included."""
        if earliest == latest:
            yield from self._born.get(earliest, ())
            return
        for day, entries in self._born.items():
            if earliest <= day <= latest:
                yield from entries


def _entry(person: Person, number: str) -> Entry:
    return Entry(
        number=number,
        names=person.names,
        birth_date=person.birth_date,
        gender=person.gender,
        addresses=person.addresses,
        phones=person.phones,
        gp=person.gp,
        restricted=person.location_restricted,
        death=person.death,
        birth_order=person.birth_order,
        language=person.language,
        interpreter=bool(person.interpreter),
    )
