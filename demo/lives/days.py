"""Telling a story relative to today: "twelve days ago at 09:30" as a UTC moment. Birth dates are not
relative.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Days:
    """A calendar that counts back from `today`. Negative counts lie ahead."""

    today: date

    def ago(self, days: int, at: str = "09:00") -> datetime:
        """The moment `days` before today at `at` (HH:MM, UTC)."""
        return datetime.combine(self.day(days), time.fromisoformat(at), UTC)

    def day(self, days: int) -> date:
        """The date `days` before today."""
        return self.today - timedelta(days=days)

    def age(self, birth_date: date) -> int:
        """Whole years lived today."""
        had = (self.today.month, self.today.day) >= (birth_date.month, birth_date.day)
        return self.today.year - birth_date.year - (not had)
