#!/bin/sh
# All tests in both environments; `make test` installs them first.
set -e
export RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=2
began=$(date +%s)
echo "== style and types"
.venv-services/bin/python -m ruff check .
.venv-services/bin/python -m ruff format --check .
.venv-services/bin/python -m mypy
echo "== the services' environment: rasa-sdk 3.21, SQLAlchemy 2.1"
.venv-services/bin/python -m pytest -q
echo "== Rasa's environment: rasa 3.6, rasa-sdk 3.6, SQLAlchemy 1.4"
.venv/bin/python -m pytest -q tests/live tests/nlu tests/actions tests/web tests/worker tests/storage tests/review
echo "all tests took $(($(date +%s) - began)) s"
