"""Of a process that publishes: turns, Redis, the spool, RabbitMQ."""

from prometheus_client import Counter, Gauge, Histogram

from registration.metrics.names.process import QUICK

TURNS = Counter(
    "registration_turns_total",
    "Turns that were logged, by the question that was waiting for its answer (none: no question was)",
    ["question", "language", "understood"],
)
TURN_SECONDS = Histogram(
    "registration_turn_seconds", "From the student's message to its record", buckets=QUICK
)
ACTION_SECONDS = Histogram(
    "registration_action_seconds",
    "How long our actions took",
    ["action", "result"],
    buckets=QUICK,
)
CACHE_OPERATIONS = Counter(
    "registration_cache_operations_total", "Uses of Redis for a dialogue's state", ["operation", "result"]
)
CACHE_READS = Counter(
    "registration_cache_reads_total", "Whether Redis held the state that was asked for", ["result"]
)
CACHE_SECONDS = Histogram("registration_cache_seconds", "How long Redis took", ["operation"], buckets=QUICK)

# ---- from the spool to RabbitMQ
SPOOLED = Counter("registration_spooled_total", "Messages that the spool took", ["queue"])
SPOOL_REFUSED = Counter(
    "registration_spool_refused_total", "Messages that the spool had no room for", ["queue"]
)
SPOOL_MESSAGES = Gauge("registration_spool_messages", "Messages that wait in the spool, at most", ["queue"])
SPOOL_BYTES = Gauge("registration_spool_bytes", "Size of the spool's folder")
SPOOL_MAX_BYTES = Gauge("registration_spool_max_bytes", "How large the spool may become")
SPOOL_AGE = Gauge("registration_spool_oldest_seconds", "Age of the oldest message in the spool", ["queue"])
PUBLISHED = Counter(
    "registration_published_total", "Messages sent to RabbitMQ, again and again where it must be"
)
CONFIRMED = Counter("registration_confirmed_total", "Messages that RabbitMQ confirmed")
REFUSED = Counter("registration_refused_total", "Messages that RabbitMQ refused because the queue was full")
RETURNED = Counter("registration_returned_total", "Messages for which no queue was bound")
CONNECTED = Gauge("registration_broker_connected", "1 while RabbitMQ takes messages from this process")
