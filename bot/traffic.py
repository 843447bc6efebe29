"""What came over HTTP, counted in the text form that Prometheus and its like read."""

from __future__ import annotations

from collections import Counter

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Traffic:
    """Slack's requests since the start. Only the server's own thread counts and reads."""

    def __init__(self) -> None:
        self._answered: Counter[int] = Counter()
        self._seconds = 0.0

    def count(self, status: int, seconds: float) -> None:
        """Adds a request: the HTTP status of its answer, and how long that took."""
        self._answered[status] += 1
        self._seconds += seconds

    def expose(self) -> str:
        """Example: ``carekpi_requests_total{status="200"} 3``."""
        answered = sorted(self._answered.items())
        lines = [
            "# HELP carekpi_requests_total Requests from Slack, by the status they were answered.",
            "# TYPE carekpi_requests_total counter",
            *(f'carekpi_requests_total{{status="{status}"}} {n}' for status, n in answered),
            "# HELP carekpi_request_seconds Seconds until a request from Slack was answered.",
            "# TYPE carekpi_request_seconds summary",
            f"carekpi_request_seconds_sum {self._seconds:.6f}",
            f"carekpi_request_seconds_count {self._answered.total()}",
        ]
        return "".join(f"{line}\n" for line in lines)
