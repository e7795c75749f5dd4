"""Of the worker."""

from prometheus_client import Counter, Gauge, Histogram

from registration.metrics.names.process import QUICK

_BATCHES = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000)

CONSUMED = Counter("registration_consumed_total", "Messages taken from a queue and settled", ["queue"])
STORED = Counter("registration_stored_total", "Messages stored, also those that were already", ["queue"])
RETRIED = Counter("registration_retried_total", "Messages that failed and wait for their next try", ["queue"])
DEAD_LETTERED = Counter("registration_dead_lettered_total", "Messages that failed for good", ["queue"])
BATCH_MESSAGES = Histogram(
    "registration_batch_messages", "Messages taken at once", ["queue"], buckets=_BATCHES
)
STORE_SECONDS = Histogram(
    "registration_store_seconds", "One transaction that stores messages", ["queue"], buckets=QUICK
)
STORE_FAILURES = Counter("registration_store_failures_total", "Transactions that failed", ["queue", "error"])
LAST_STORE = Gauge("registration_last_store_timestamp_seconds", "When messages were stored last", ["queue"])
LANE_HEALTHY = Gauge("registration_lane_healthy", "1 while a queue and the database both work", ["queue"])
