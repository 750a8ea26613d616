"""carerecord tests."""
