"""What is measured of a running process, for Prometheus; each has a registry of its own.

No label holds anything that people wrote or that leads to a person: labels are our own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import active_count
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    Summary,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

MEDIA_TYPE = CONTENT_TYPE_LATEST
ACKNOWLEDGED_WITHIN = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)
"""Slack tells the person after 3 seconds that the app did not respond."""
ANSWERED_WITHIN = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Measures:
    """All that one process measures; every method may be called from any thread."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        threads = Gauge("carekpi_threads", "Threads of this process.", registry=registry)
        threads.set_function(active_count)
        self._build = Info("carekpi_build", "The version that runs.", registry=registry)
        self._requests = Counter(
            "carekpi_requests",
            "Requests from Slack, by surface and by the status they were acknowledged with.",
            ["surface", "status"],
            registry=registry,
        )
        self._acknowledged = Histogram(
            "carekpi_acknowledgement_seconds",
            "Seconds until a request from Slack was acknowledged.",
            ["surface"],
            registry=registry,
            buckets=ACKNOWLEDGED_WITHIN,
        )
        self._answered = Histogram(
            "carekpi_answer_seconds",
            "Seconds that it took to work out an answer, by metric and kind of answer.",
            ["metric", "kind"],
            registry=registry,
            buckets=ANSWERED_WITHIN,
        )
        self._rate_limited, self._log_records = _of_trouble(registry)
        self._lag, self._jobs, self._job_failures = _of_jobs(registry)

    def acknowledged(self, surface: str, status: int, seconds: float) -> None:
        """Adds a request from Slack, and how long it waited for its acknowledgement."""
        self._requests.labels(surface, str(status)).inc()
        self._acknowledged.labels(surface).observe(seconds)

    @contextmanager
    def answering(self, metric_key: str, kind: str) -> Iterator[None]:
        """Measures the block, unless it raises: a refusal is no answer."""
        begun = perf_counter()
        yield
        self._answered.labels(metric_key, kind).observe(perf_counter() - begun)

    def rate_limited(self, method: str) -> None:
        """Adds a call that Slack answered with 429; ``method`` is such as ``chat.postMessage``."""
        self._rate_limited.labels(method).inc()

    def logged(self, level: str) -> None:
        self._log_records.labels(level.lower()).inc()

    def job_ended(self, job: str, seconds: float, *, lag_seconds: float, failed: bool) -> None:
        """Adds a job's turn: how long it took, and how late it was begun."""
        self._lag.labels(job).set(max(lag_seconds, 0.0))
        self._jobs.labels(job).observe(seconds)
        self._job_failures.labels(job).inc(1 if failed else 0)

    def name_build(self, version: str) -> None:
        self._build.info({"version": version})

    def watch(self, is_up: Callable[[], Mapping[str, bool]]) -> None:
        """Tells from now on which parts are up, as they are when somebody reads."""
        self.registry.register(_Parts(is_up))

    def expose(self) -> bytes:
        """All of it, in the text form of ``MEDIA_TYPE``."""
        return generate_latest(self.registry)


def _of_trouble(registry: CollectorRegistry) -> tuple[Counter, Counter]:
    rate_limited = Counter(
        "carekpi_slack_rate_limited",
        "Calls to Slack that were answered with 429, by method.",
        ["method"],
        registry=registry,
    )
    log_records = Counter(
        "carekpi_log_records",
        "Lines in the log from a warning on, by level.",
        ["level"],
        registry=registry,
    )
    return rate_limited, log_records


def _of_jobs(registry: CollectorRegistry) -> tuple[Gauge, Summary, Counter]:
    lag = Gauge(
        "carekpi_scheduler_lag_seconds",
        "How late a job was begun when it was begun last.",
        ["job"],
        registry=registry,
    )
    jobs = Summary(
        "carekpi_job_seconds", "Seconds that a job's turn took.", ["job"], registry=registry
    )
    failures = Counter(
        "carekpi_job_failures",
        "Turns of a job that ended with an error.",
        ["job"],
        registry=registry,
    )
    return lag, jobs, failures


class _Parts(Collector):
    def __init__(self, is_up: Callable[[], Mapping[str, bool]]) -> None:
        self._is_up = is_up

    def describe(self) -> list[Metric]:
        """Nothing is asked when it is registered, only when it is read."""
        return []

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(
            "carekpi_up", "Whether a part that answers depend on is there.", labels=["part"]
        )
        for part, is_up in self._is_up().items():
            up.add_metric([part], float(is_up))
        yield up
