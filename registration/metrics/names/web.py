"""Of the web process."""

from prometheus_client import Histogram

from registration.metrics.names.process import QUICK

REQUEST_SECONDS = Histogram(
    "registration_http_request_seconds", "Requests of the web process", ["page", "status"], buckets=QUICK
)
