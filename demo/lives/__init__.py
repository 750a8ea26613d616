"""World truth: the people of Wolds and what happened to them, as neutral frozen dataclasses (not FHIR, not
HL7).

    from demo.lives import lives
    for person in lives(seed=7, count=60, today=date(2026, 11, 22)):
        if person.housing:                      # None: this system does not know the person
            for known in person.housing.known_as:   # the person as this system holds them
                known.local_id, known.names, known.address
            for repair in person.housing.repairs: ...

How to read it:

* `person.Person` is one person. Its `numbers`, `names`, `addresses`, `death`, `location_restricted` are the
  truth that the demographics service knows. `related`, `choices`, `meetings` belong to no source system.
* One attribute a sector: `acute`, `social_care`, `mental_health`, `housing`, `gp_record`, `care_home`; each
  is None or a record whose `known_as` holds the demographics *as that system has them* (old numbers, old
  names, no number at all), keyed by (org, local_id), and whose other fields are tuples of facts.
* An outside system sends only what its own sector holds: never `person.numbers` or `person.key`.
* Every fact derives from `facts.Fact`: `id` (the source's own, stable for a seed), `on` (true time, UTC),
  `recorded`, `author`, `sealed`, `sensitive`. Facts of clinical records (`acute`, `mental_health`,
  `gp_record`, `care_home`) are in `.clinical`: allergies, diagnoses, medicines, results, procedures,
  resuscitation, advance_decisions, capacity, documents. Where a source has two records of one person,
  `local_id` on the fact says which ("" = the first).
* The same event across systems is told by shared times and by references: `Safeguarding.attendance`,
  `Adaptation.attendance`, `Incident.attendance`, `RedBag.admission` are hospital visit numbers of the same
  story.
* `sensitive` is why something is delicate; which label a system puts on it is that system's business.
* Housing facts may carry `keysafe` codes: real feeds do send them. They are secrets.

Named people (written by hand, `named`) come first, then plausible others (`random`). Deterministic given
seed and today; birth dates do not move with today except for the newborn and the 15-year-old.
"""

from demo.lives.days import Days
from demo.lives.facts import Coded, Fact
from demo.lives.known import Address, KnownAs, Name, Phone
from demo.lives.person import Person
from demo.lives.random import lives
from demo.lives.walk import facts

__all__ = ["Address", "Coded", "Days", "Fact", "KnownAs", "Name", "Person", "Phone", "facts", "lives"]
