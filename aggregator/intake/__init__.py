"""The one door in: whatever arrives is kept sealed, translated, checked, matched and appended here."""
