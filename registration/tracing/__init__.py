"""Traces from the chat turn to its row (OpenTelemetry), where TRACING asks for them."""
