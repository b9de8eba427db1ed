"""What the whole suite shares: a test that a missing program kept from running is told loudly at the end."""

from typing import Any

LOUD = " is absent: "


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reasons = {str(report.longrepr[-1]) for report in terminalreporter.stats.get("skipped", [])}
    absent = sorted(reason for reason in reasons if LOUD in reason)
    if absent:
        terminalreporter.section("WARNING", sep="!", red=True, bold=True)
        for reason in absent:
            terminalreporter.line(reason)
