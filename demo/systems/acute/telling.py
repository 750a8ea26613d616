"""Everything that the hospital says of one person, in the order in which it was typed in."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Final

from demo.lives import Fact, KnownAs, Person
from demo.lives.acute import Acute, Wound
from demo.lives.facts import Document, Medicine, Result
from demo.systems.acute import clinical, visits
from demo.systems.acute.person import number, person_segments, sharing
from demo.systems.acute.visits import Event, Spell
from demo.systems.acute.writing import Message, message, parts, segment

_BEDSIDE: Final = frozenset({
    "86290005", "431314004", "271649006", "271650006", "364075005", "386725007", "1104441000000107", "27113001",
})  # fmt: skip
# Whose letter it is: the originating service says more than the codes in it.
_SERVICES: Final = {
    "safeguarding": "SAFEGUARDING TEAM", "domestic_abuse": "DOMESTIC ABUSE", "sexual_health": "SEXUAL HEALTH",
    "hiv": "HIV CLINIC", "mental_health": "MENTAL HEALTH LIAISON", "prison": "PRISON HEALTHCARE",
    "substance_misuse": "SUBSTANCE MISUSE", "gender": "GENDER IDENTITY CLINIC",
}  # fmt: skip


def messages(person: Person, now: datetime) -> list[Message]:
    """Every message about `person` up to `now`, oldest first; none for whom the hospital does not know."""
    if person.acute is None:
        return []
    told = [m for m in _Telling(person, person.acute).all() if m.at <= now]
    # A registration is typed in before anything else that happens at the same minute.
    return sorted(
        told, key=lambda m: (m.at, m.event not in ("A28", "A01", "A04"), m.event == "A03", m.control_id)
    )


@dataclass(slots=True)
class _Telling:
    person: Person
    held: Acute
    known: dict[str, KnownAs] = field(init=False)
    spells: dict[str, Spell] = field(init=False)
    died: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        self.known = {k.local_id: k for k in self.held.known_as}
        self.spells = {a.id: visits.attendance_spell(a) for a in self.held.attendances}
        self.spells |= {a.id: visits.admission_spell(a) for a in self.held.admissions}
        ends = [a.discharged for a in self.held.admissions if a.discharge_method == "4"]
        self.died = ends[0] if ends else None

    def all(self) -> Iterator[Message]:
        events = list(self._events())
        yield from (self._event(e) for e in events)
        yield from self._clinical()
        yield from self._reports()
        first = min((e.occurred for e in events), default=None)
        for known in self.held.known_as:
            yield self._registered(known, self._begin(known, first))
            if known.merged_into and known.merged_on:
                yield self._merged(known)

    @property
    def first(self) -> str:
        """The local id of facts that name none."""
        return self.held.known_as[0].local_id

    def _begin(self, known: KnownAs, first: datetime | None) -> datetime:
        """When the person was registered: never later than the first thing told of that number."""
        mine = [f.on for f in self._facts() if (getattr(f, "local_id", "") or self.first) == known.local_id]
        moments = [*mine, *([first] if first and len(self.known) == 1 else [])]
        if known.since:
            moments.append(datetime.combine(known.since, time(8), UTC))
        return min(moments)

    def _facts(self) -> Iterator[Fact]:
        c = self.held.clinical
        for facts in (self.held.attendances, self.held.admissions, self.held.caseloads, self.held.visits,
                      self.held.wounds, c.allergies, c.diagnoses, c.medicines, c.results, c.procedures,
                      c.resuscitation, c.capacity, c.documents):  # fmt: skip
            yield from facts

    def _message(
        self, event: str, about: str, local_id: str, recorded: datetime, occurred: datetime,
        after: Sequence[str], last: Sequence[str] = (), *, died: bool = False, relatives: bool = False,
    ) -> Message:  # fmt: skip
        known = self.known[local_id or self.first]
        dead = self.died if self.died and (died or occurred > self.died) else None
        who = person_segments(self.person, known, dead, relatives=relatives)
        segments = [*who, *after, *last, *sharing(known)]
        return message(event, f"{known.local_id} {about}", recorded, occurred, segments)

    def _registered(self, known: KnownAs, at: datetime) -> Message:
        return self._message("A28", "", known.local_id, at, at, (), relatives=True)

    def _merged(self, losing: KnownAs) -> Message:
        assert losing.merged_on is not None
        at = datetime.combine(losing.merged_on, time(10, 15), UTC)
        mrg = segment("MRG", {1: number(losing)})
        return self._message("A40", losing.local_id, losing.merged_into, at, at, (mrg,))

    def _events(self) -> Iterator[Event]:
        for attended in self.held.attendances:
            yield from visits.attendance(attended)
        for stayed in self.held.admissions:
            yield from visits.admission(stayed)
        lists = {one.id: one for one in self.held.caseloads}
        for listed in lists.values():
            yield from visits.caseload(listed, self.first)
        for visited in self.held.visits:
            yield from visits.contact(visited, lists[visited.caseload], self.first)

    def _event(self, e: Event) -> Message:
        return self._message(
            e.event, e.about, e.local_id, e.recorded, e.occurred, (e.visit, *e.after), e.last, died=e.died
        )

    def _clinical(self) -> Iterator[Message]:
        """Allergies as updates of the person, diagnoses and procedures within their visit where there is one."""
        c = self.held.clinical
        for one in c.allergies:
            if one.status == "active":
                yield self._update(one, "", one.local_id, clinical.allergy(one))
        for found in c.diagnoses:
            if found.status != "refuted":
                yield self._update(found, found.episode, found.local_id, clinical.diagnosis(found))
        for done in c.procedures:
            yield self._update(done, done.episode, done.local_id, clinical.procedure(done))
        told = {(d.episode, d.what) for d in c.diagnoses}
        for visit in self.held.attendances:
            if visit.diagnosis and visit.ended and (visit.id, visit.diagnosis) not in told:
                dg1 = segment("DG1", {1: "1", 3: clinical.coded(visit.diagnosis, national=True), 6: "F"})
                pv1 = self.spells[visit.id].pv1(end=visit.ended)
                about = f"{visit.id} diagnosis"
                yield self._message("A08", about, visit.local_id, visit.ended, visit.ended, (pv1, dg1))

    def _update(self, fact: Fact, episode: str, local_id: str, row: str) -> Message:
        spell = self.spells.get(episode)
        if spell is None:
            return self._message("A31", fact.id, local_id, fact.recorded, fact.on, (row,))
        # The story may know what ails somebody before the ward does; no update comes before its visit.
        on, told = max(fact.on, spell.began), max(fact.recorded, spell.began)
        return self._message("A08", fact.id, local_id, told, on, (spell.pv1(), row))

    def _reports(self) -> Iterator[Message]:
        c = self.held.clinical
        groups: dict[tuple[str, str, datetime, str], list[Result]] = defaultdict(list)
        for result in c.results:
            group = result.group or result.id
            groups[group, result.local_id, result.on, result.episode].append(result)
        for rows in groups.values():
            yield self._results(rows)
        for resus in c.resuscitation:
            yield self._resuscitation(resus.id, resus.on, resus.recorded, clinical.resuscitation(resus))
            if resus.withdrawn:
                at = datetime.combine(resus.withdrawn, time(12), UTC)
                yield self._resuscitation(
                    resus.id, resus.on, at, clinical.resuscitation(resus, withdrawn=True)
                )
        for assessed in c.capacity:
            test = parts("CAPACITY", "Mental capacity assessment", "L")
            obr = clinical.report(assessed.id, test, assessed.on, assessed.recorded)
            rows_ = (obr, clinical.capacity(assessed))
            yield self._message("R01", assessed.id, "", assessed.recorded, assessed.on, rows_)
        for wound in self.held.wounds:
            yield from self._wound(wound)
        yield from self._letters()

    def _results(self, rows: Sequence[Result]) -> Message:
        first = rows[0]
        bedside = any(r.what.snomed in _BEDSIDE for r in rows)
        test = (
            parts("OBS", "Bedside observations", "L")
            if bedside
            else parts("LAB", first.group or first.what.text, "L")
        )
        told = max(r.recorded for r in rows)
        obr = clinical.report(first.id, test, first.on, told, "NRS" if bedside else "LAB")
        obxs = [clinical.result(n, r) for n, r in enumerate(rows, 1)]
        return self._message(
            "R01", first.id, first.local_id, told, first.on, (*self._pv1(first.episode), obr, *obxs)
        )

    def _wound(self, wound: Wound) -> Iterator[Message]:
        """Its assessment as results of the nurses' list, and their plan for it."""
        lists = {one.id: one for one in self.held.caseloads}
        listed = [visits.caseload_spell(lists[wound.caseload]).pv1()] if wound.caseload else []
        test = parts("WOUND", "Wound assessment", "L")
        obr = clinical.report(wound.id, test, wound.on, wound.recorded, "NRS")
        rows = [obr, *clinical.wound(wound)]
        yield self._message("R01", wound.id, wound.local_id, wound.recorded, wound.on, (*listed, *rows))
        if wound.plan:
            plan = clinical.plan(wound)
            yield self._message(
                "PCB", f"{wound.id} plan", wound.local_id, wound.recorded, wound.on, (*listed, *plan)
            )

    def _resuscitation(self, about: str, on: datetime, told: datetime, rows: Sequence[str]) -> Message:
        test = parts("RESUS", "Cardiopulmonary resuscitation recommendation", "L")
        obr = clinical.report(about, test, on, told)
        return self._message("R01", f"{about} {told.isoformat()}", "", told, on, (obr, *rows))

    def _letters(self) -> Iterator[Message]:
        c = self.held.clinical
        by_stay: dict[str, list[Medicine]] = defaultdict(list)
        for medicine in c.medicines:
            if not medicine.sensitive and not medicine.sealed:
                by_stay[medicine.episode].append(medicine)
        for letter in c.documents:
            drugs = by_stay.get(letter.episode, []) if letter.kind == "discharge_summary" else []
            text = "\n\n".join(filter(None, (letter.text, clinical.medicines(drugs))))
            yield self._letter(letter, letter.title, text, letter.episode, letter.local_id)
        for visit in self.held.attendances:
            if visit.text:
                yield self._letter(visit, "Emergency department letter", visit.text, visit.id, visit.local_id)
        written = {d.episode for d in c.documents if d.kind == "discharge_summary"}
        for stay in self.held.admissions:
            if stay.id in written or not stay.discharged:
                continue
            text = "\n\n".join(filter(None, (stay.summary, clinical.medicines(by_stay.get(stay.id, [])))))
            if text:
                summary = Document(
                    id=f"{stay.id}-DS", on=stay.discharged, kind="discharge_summary", title="", text=text,
                    sensitive=stay.sensitive,
                )  # fmt: skip
                yield self._letter(summary, "Discharge summary", text, stay.id, stay.local_id)

    def _letter(self, fact: Fact, title: str, text: str, episode: str, local_id: str) -> Message:
        """A document. Of somebody whose place is hidden it goes as words, so that the place can be found in it."""
        on = fact.on
        if fact.id in self.spells:
            on = next(a.ended or a.on for a in self.held.attendances if a.id == fact.id)
        known = self.known[local_id or self.first]
        obr = clinical.report(f"{fact.id}-L", parts("LETTER", title, "L"), on, on)
        if known.location_hidden:
            obx = clinical.observation(1, ("LETTER", title), text, on)
        else:
            obx = clinical.document(1, title, text, on)
        service = next((_SERVICES[s] for s in fact.sensitive if s in _SERVICES), "")
        pv1 = self._pv1(episode, service)
        return self._message("R01", f"{fact.id} letter", local_id, on, on, (*pv1, obr, obx))

    def _pv1(self, episode: str, service: str = "") -> list[str]:
        """The visit of a report, as far as reports tell it: its number and the service that writes."""
        spell = self.spells.get(episode)
        if spell is None and not service:
            return []
        number_ = parts(spell.number, "", "", "ZAC01", "VISIT") if spell else ""
        kind = spell.kind if spell else "O"
        return [
            segment(
                "PV1", {1: "1", 2: kind, 10: parts(service) or (spell.service if spell else ""), 19: number_}
            )
        ]
