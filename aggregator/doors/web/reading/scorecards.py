"""A scorecard in words: how a source does, its terms, and shares as text and as the width of a bar.

Here are no names of people and no values that a source sent; a scorecard is made of counts.
"""

from __future__ import annotations

from aggregator.care.sources import Scorecard
from aggregator.doors.web.reading import dates
from aggregator.doors.web.reading.words import Tag, sentence


def state(card: Scorecard) -> Tag:
    """The card's own words, with a colour that repeats what they say."""
    said = sentence(card.state)
    if card.down_since:
        return Tag(said, "red")
    if card.silent_since:
        return Tag(said, "orange")
    return Tag(said, "green" if card.last_good else "grey")


def waiting(card: Scorecard) -> int:
    return sum(r.count for r in card.refusals)


def terms(card: Scorecard) -> tuple[str, ...]:
    """What the source has agreed to, a sentence each."""
    said = [
        f"Speaks every {dates.length(card.every)} when all is well."
        if card.every
        else "Speaks when something happens.",
        f"Counts as silent after {dates.length(card.silent_after)}.",
        f"Goes back {dates.length(card.history)}: what is older was never told."
        if card.history
        else "Goes back as far as it ever held something.",
    ]
    said.append(_silence(card))
    if card.statistical:
        said.append("A return for statistics: shown with its “as at” date, and never as live.")
    return tuple(said)


def _silence(card: Scorecard) -> str:
    """What no rows mean: for all headings alike, or for those that are named on the page."""
    meant = {row.no_rows for row in card.rows}
    if meant == {"none"}:
        return "No rows mean that there is none."
    if "none" in meant:
        return "No rows mean “not known”, but for the headings that say otherwise below."
    return "No rows mean “not known”, never that there is none."


def share(value: float | None) -> str:
    """A share in whole per cent; never 0 % of something or 100 % of not quite all."""
    if value is None:
        return "Not applicable"
    percent = value * 100
    if 0 < percent < 1:
        return "under 1 %"
    if 99 < percent < 100:
        return "over 99 %"
    return f"{percent:.0f} %"


def width(value: float | None) -> str:
    """The length of a bar of 100; what is more than nothing can be seen."""
    if not value:
        return "0"
    return f"{max(1.0, min(100.0, value * 100)):.1f}"
