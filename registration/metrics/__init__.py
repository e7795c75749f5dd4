"""Metrics for Prometheus and health, at the seams between the parts, which know nothing of them."""
