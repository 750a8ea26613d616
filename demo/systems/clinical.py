"""Clinical facts that more than one outside system writes alike: diagnoses, allergies, medicines, observations."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from demo.lives.facts import Clinical, Coded
from demo.systems.telling import item, plain


def _coded(notion: Coded | None) -> dict[str, Any] | None:
    if notion is None:
        return None
    written: dict[str, Any] = plain({"text": notion.text, "snomed": notion.snomed, "icd10": notion.icd10})
    return written


def sections(held: Clinical, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """The lists of one clinical record."""
    return {
        "diagnoses": [
            item(d, now, what=_coded(d.what), status=d.status, endedOn=d.ended, episode=d.episode)
            for d in held.diagnoses
        ],
        "allergies": [
            item(
                a, now, substance=_coded(a.substance), kind=a.kind, reaction=_coded(a.reaction),
                severity=a.severity, status=a.status, noneKnown=a.none_known or None,
            )
            for a in held.allergies
        ],
        "medicines": [
            item(
                m, now, name=m.name, dmd=m.dmd, dose=m.dose, form=m.form, route=m.route, frequency=m.frequency,
                reason=m.reason, change=m.change, endedOn=m.ended, critical=m.critical or None,
                controlled=m.controlled or None, note=m.note, episode=m.episode,
            )
            for m in held.medicines
        ],
        "observations": [
            item(
                r, now, what=_coded(r.what), number=r.value if isinstance(r.value, Decimal) else None,
                words=r.value if isinstance(r.value, str) else "", unit=r.unit, low=r.low, high=r.high,
                flag=r.flag, group=r.group, status=r.status, loinc=r.loinc, episode=r.episode,
            )
            for r in held.results
        ],
        "resuscitation": [
            item(
                r, now, recommendation=r.recommendation, form=r.form, kept=r.form_kept, clinician=r.clinician,
                reviewDueOn=r.review_due, personTold=r.person_told, withdrawnOn=r.withdrawn, note=r.note,
            )
            for r in held.resuscitation
        ],
        "advanceDecisions": [
            item(
                a, now, refuses=a.refuses, circumstances=a.circumstances, coversLife=a.covers_life, kept=a.kept,
                witnessedBy=a.witnessed_by, withdrawnOn=a.withdrawn,
            )
            for a in held.advance_decisions
        ],
        "capacity": [
            item(
                c, now, decision=c.decision, outcome=c.outcome, assessor=c.assessor, fluctuating=c.fluctuating,
                note=c.note,
            )
            for c in held.capacity
        ],
        "documents": [
            item(d, now, kind=d.kind, title=d.title, text=d.text, episode=d.episode) for d in held.documents
        ],
    }  # fmt: skip
