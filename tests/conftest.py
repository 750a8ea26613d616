"""What every test run shares. Fixtures of one room live in that room's own conftest."""

from __future__ import annotations

pytest_plugins = ["tests.house.no_skips"]
