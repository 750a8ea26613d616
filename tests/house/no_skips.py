"""A pytest plugin: a skipped test is a failure in CI and a loud line on a laptop.

Lives here: counting what was skipped and saying so. Does not live here: deciding what to skip; a test
that needs Redis or Chromium does that itself, and names the missing thing in its reason.

Why a plugin: a skip that nobody reads is a promise that nobody keeps. `.ci/run` installs whatever the
tests need, so over there no reason for skipping is left.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

CI_VARIABLES = ("CARERECORD_CI", "CI")
_NO = frozenset({"", "0", "false", "no", "off"})


def in_ci() -> bool:
    """True when any of `CI_VARIABLES` is set to something that does not mean no."""
    return any(os.environ.get(name, "").lower() not in _NO for name in CI_VARIABLES)


class SkipLedger:
    """Collects every skip of the run; with xdist the controlling process sees the workers' reports too."""

    def __init__(self) -> None:
        self.skipped: dict[str, str] = {}

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        # An expected failure also reports as skipped; it is strict in this project and not a skip.
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        self.skipped[report.nodeid] = reason.removeprefix("Skipped: ")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and in_ci() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(wrapper=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None]:
        yield
        if not self.skipped:
            return
        verdict = "and in CI that is a failure" if in_ci() else "so this run proves less than CI will"
        terminalreporter.section(f"{len(self.skipped)} SKIPPED, {verdict}", sep="!", red=True, bold=True)
        for nodeid, reason in sorted(self.skipped.items()):
            terminalreporter.line(f"{nodeid}: {reason}", red=True)
        if not in_ci():
            terminalreporter.line("`.ci/run` names the packages that a Debian machine needs for all tests.")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SkipLedger(), "carerecord-skip-ledger")
