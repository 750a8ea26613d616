"""What holds for every policy question, tried on generated people: the promises behind the cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consent import horizon
from schemas.caller import Caller
from schemas.codes import Audience, Category, Heading, Interaction, Purpose, RelationshipKind
from schemas.decision import (
    ChoiceFact,
    ClassFact,
    Decision,
    EmergencyFact,
    Facts,
    PersonFact,
    RelationshipFact,
)
from tests.consent.place import BRIAN, NOW, PERSON, TIES, ask, caller, policy, shown

ORGANISATIONS = ("ZAC01", "ZSC01", "ZMH01", "ZHO01", "ZCH01", "ZGP01", "ZVC01", "ZXX01")
LABELS = sorted(policy().labels)
LIST = settings(max_examples=80, deadline=None)

moments = st.integers(-100 * 24 * 60, 100 * 24 * 60).map(lambda m: NOW + timedelta(minutes=m))
soon = st.integers(-30, 30).map(lambda m: NOW + timedelta(minutes=m))
times = st.one_of(moments, soon, st.just(NOW))
organisations = st.sampled_from(ORGANISATIONS)

classes = st.builds(
    ClassFact,
    subject_id=organisations.map("subject-{}".format),
    class_id=st.uuids().map(str),
    controller=organisations,
    category=st.sampled_from(Category),
    heading=st.sampled_from(Heading),
    labels=st.frozensets(st.sampled_from([*LABELS, "?"]), max_size=2) | st.just(frozenset({"N"})),
    exclusions=st.just(frozenset())
    | st.frozensets(st.sampled_from([*sorted(policy().exclusions), "?"]), max_size=1),
    version=st.integers(1, 3),
)
ties = st.builds(
    RelationshipFact,
    organisation=organisations,
    kind=st.sampled_from(RelationshipKind),
    start=times,
    end=st.none() | times,
    user_id=st.none() | st.sampled_from(["user-doctor", "someone"]),
)
choices = st.builds(
    ChoiceFact,
    choice_id=st.uuids().map(str),
    controller=organisations,
    effect=st.sampled_from(["deny", "permit"]),
    status=st.sampled_from(["active", "active", "active", "draft"]),
    recorded=times,
    start=st.none() | times,
    end=st.none() | times,
    target_organisation=st.none() | organisations,
    target_category=st.none() | st.sampled_from(Category),
    purpose=st.none() | st.just(Purpose.TRANSFER_OF_CARE),
    outcome=st.sampled_from(["", "upheld", "refused"]),
    floor_discussed=st.booleans(),
    target_user=st.none() | st.just("user-doctor"),
)
callers = st.sampled_from(
    [
        "doctor@ZAC01", "nurse@ZAC01", "receptionist@ZAC01", "social_worker@ZSC01", "mh_nurse@ZMH01",
        "housing_officer@ZHO01", "care_home_nurse@ZCH01", "gp@ZGP01", "link_worker@ZVC01", "doctor@ZXX01",
        "system@ZGP01", "person@", "mdt_coordinator@ZSC01", "safeguarding_lead@ZSC01",
    ]
).map(caller)  # fmt: skip
reading = st.sampled_from(
    [Interaction.READ, Interaction.RECORD, Interaction.EVERYTHING, Interaction.PASSPORT, Interaction.PLAN]
)


@st.composite
def worlds(draw: st.DrawFn, who: Caller | None = None) -> tuple[Caller, Facts]:
    asker = who or draw(callers)
    sessions = st.builds(
        EmergencyFact,
        session_id=st.uuids().map(str),
        user_id=st.just(asker.user_id),
        organisation=st.just(asker.organisation),
        reason=st.just("life-at-risk"),
        start=st.integers(0, 70).map(lambda m: NOW - timedelta(minutes=m)),
        until=st.integers(1, 60).map(lambda m: NOW + timedelta(minutes=m)),
    )
    # Half a known, coherent life, or most answers would be empty; then anything at all beside it.
    known = [c for c in BRIAN if draw(st.booleans())]
    cared_for = TIES if draw(st.integers(0, 4)) else ()
    person = PersonFact(
        PERSON, draw(st.booleans()), draw(st.sampled_from([None, date(1940, 1, 1), date(2012, 1, 1)]))
    )
    told = Facts(
        person,
        (*known, *draw(st.lists(classes, min_size=1, max_size=3))),
        (*cared_for, *draw(st.lists(ties, max_size=2))),
        tuple(draw(st.lists(choices, max_size=2))),
        tuple(draw(st.lists(sessions, max_size=1))),
        NOW,
    )
    return asker, told


def same(one: Decision, other: Decision) -> bool:
    """Equal in everything but the moment that each was made at and holds until."""
    blank = {"decision_id": "", "decided_at": NOW, "holds_until": NOW}
    return replace(one, **blank) == replace(other, **blank)  # type: ignore[arg-type]


@LIST
@given(worlds(), reading, st.randoms(use_true_random=False))
def test_the_order_of_facts_means_nothing(
    world: tuple[Caller, Facts], what: Interaction, shuffle: object
) -> None:
    who, about = world
    mixed = {}
    for name in ("classes", "relationships", "choices", "emergencies"):
        values = list(getattr(about, name))
        shuffle.shuffle(values)  # type: ignore[attr-defined]
        mixed[name] = tuple(values)
    assert ask(who, replace(about, **mixed), what) == ask(who, about, what)


@LIST
@given(worlds(), choices)
def test_adding_a_deny_never_adds_a_grant(world: tuple[Caller, Facts], deny: ChoiceFact) -> None:
    who, about = world
    more = replace(about, choices=(*about.choices, replace(deny, effect="deny")))
    assert shown(ask(who, more)) <= shown(ask(who, about))


@LIST
@given(worlds(), st.data())
def test_adding_a_label_or_exclusion_never_adds_a_grant(
    world: tuple[Caller, Facts], data: st.DataObject
) -> None:
    who, about = world
    first, *rest = about.classes
    label = data.draw(st.sampled_from([*LABELS, "?"]))
    exclusion = data.draw(st.sampled_from([None, "?", *sorted(policy().exclusions)]))
    assume(
        first.labels
    )  # an unlabelled class has no label yet: its first may be lower (people-and-safety 5.5)
    raised = replace(
        first,
        labels=first.labels | {label},
        exclusions=first.exclusions | ({exclusion} if exclusion else set()),
    )
    assert shown(ask(who, replace(about, classes=(raised, *rest)))) <= shown(ask(who, about))


@LIST
@given(worlds(), st.data())
def test_an_end_to_a_permit_relationship_clause_or_session_never_adds_a_grant(
    world: tuple[Caller, Facts], data: st.DataObject
) -> None:
    who, about = world
    assume(not any(e.start <= NOW < horizon.emergency.ends(e) for e in about.emergencies))
    before = shown(ask(who, about))
    permits = tuple(replace(c, end=NOW) if c.effect == "permit" else c for c in about.choices)
    assert shown(ask(who, replace(about, choices=permits))) <= before
    assert shown(ask(who, replace(about, relationships=about.relationships[1:]))) <= before
    gone = data.draw(st.sampled_from(policy().clauses))
    fewer = replace(policy(), clauses=tuple(c for c in policy().clauses if c.id != gone.id))
    assert shown(ask(who, about, under=fewer)) <= before


@LIST
@given(worlds(), st.sampled_from(Audience))
def test_location_restricted_and_other_audiences_only_narrow(
    world: tuple[Caller, Facts], audience: Audience
) -> None:
    who, about = world
    before = shown(ask(who, about))
    assert shown(ask(who, about, audience=audience)) <= before or audience is who.audience
    flagged = replace(about, person=replace(about.person, location_restricted=True))
    assert shown(ask(who, flagged)) <= before


@LIST
@given(worlds())
def test_emergency_access_lifts_nothing_beyond_its_stages(world: tuple[Caller, Facts]) -> None:
    who, about = world
    for g in ask(who, about).grants:
        fact = next(c for c in about.classes if (c.subject_id, c.class_id) == (g.subject_id, g.class_id))
        own = fact.controller == who.organisation
        known = [policy().exclusions.get(code) for code in fact.exclusions]
        assert own or all(k is not None and not k.statute for k in known)
        assert all(code in policy().labels for code in fact.labels)
        assert fact.heading in policy().roles[who.role].headings
        assert who.organisation in policy().organisations or not who.organisation


@LIST
@given(worlds(), reading, st.data())
def test_what_is_withheld_does_not_show_in_what_is_granted(
    world: tuple[Caller, Facts], what: Interaction, data: st.DataObject
) -> None:
    """Two worlds that differ in a withheld class give the same decision, but for the yes-or-no notice."""
    who, about = world
    decision = ask(who, about, what)
    granted = {(g.subject_id, g.class_id) for g in decision.grants}
    hidden = [c for c in about.classes if (c.subject_id, c.class_id) not in granted]
    assume(hidden)
    one = data.draw(st.sampled_from(hidden))
    others = tuple(c for c in about.classes if c is not one)
    newer = replace(one, version=one.version + 1)
    for classes_ in ((*others, newer), others):
        other = ask(who, replace(about, classes=classes_), what)
        told = {"withheld": False, "floor_withheld": False, "reasons": ()}
        assert replace(other, **told) == replace(decision, **told)  # type: ignore[arg-type]


@LIST
@given(worlds(), reading, st.data())
def test_a_decision_does_not_change_before_the_moment_until_which_it_holds(
    world: tuple[Caller, Facts], what: Interaction, data: st.DataObject
) -> None:
    who, about = world
    decision = ask(who, about, what)
    assert NOW < decision.holds_until <= min(NOW + horizon.LONGEST, who.expires_at)
    span = int((decision.holds_until - NOW).total_seconds())
    later = NOW + timedelta(seconds=data.draw(st.integers(0, span - 1)))
    assert same(ask(who, replace(about, read_at=later), what), decision)


@LIST
@given(worlds(), st.sampled_from(Interaction), st.sampled_from(Audience), st.sampled_from(["", "ZCH01", "?"]))
def test_every_question_has_an_answer_and_a_refusal_grants_nothing(
    world: tuple[Caller, Facts], what: Interaction, audience: Audience, recipient: str
) -> None:
    who, about = world
    decision = ask(who, about, what, audience=audience, recipient=recipient)
    assert not (decision.permit and decision.refused_function)
    if not decision.permit:
        empty = (decision.grants, decision.controllers, decision.writable, decision.emergency)
        assert empty == ((), frozenset(), frozenset(), None)
        assert (decision.withheld, decision.floor_withheld) == (False, False)


@LIST
@given(worlds())
def test_whoever_is_no_party_or_has_no_clause_gets_nothing(world: tuple[Caller, Facts]) -> None:
    who, about = world
    assert not ask(who, about, under=replace(policy(), clauses=())).permit
    stranger = replace(who, organisation="ZXX01", own_person_id=None)
    assert not ask(stranger, about).permit


@pytest.mark.parametrize("role", sorted(policy().roles))
def test_no_role_gets_anything_without_a_relationship(role: str) -> None:
    organisation = "" if role in ("person", "representative", "carer") else "ZAC01"
    asker = replace(caller(f"{role}@{organisation}"), own_person_id=None)
    told = ask(
        asker, Facts(PersonFact(PERSON, False, date(1940, 1, 1)), (), (), (), (), NOW), recipient=organisation
    )
    assert not told.permit
