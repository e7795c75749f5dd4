# Rasa with its trained model and the channels for students.
# Build from the top of the repository: docker build -f deploy/images/rasa.Dockerfile -t registration-rasa .
FROM python:3.10-slim-bookworm AS builder
RUN python -m venv /venv
COPY requirements/rasa.txt /rasa.txt
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r /rasa.txt

FROM python:3.10-slim-bookworm
RUN useradd --uid 10001 --user-group --create-home registration
COPY --from=builder /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app \
    RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=2 MPLCONFIGDIR=/tmp/matplotlib
WORKDIR /app
COPY registration registration
COPY channels channels
COPY nlu nlu
COPY data data
COPY deploy/credentials.yml deploy/endpoints-many.yml deploy/
COPY config.yml domain.yml ./
RUN rasa train --quiet --out models && chmod -R a+rX models
USER 10001:10001
EXPOSE 5005
CMD ["rasa", "run", "-i", "0.0.0.0", "-p", "5005", "--credentials", "deploy/credentials.yml", "--endpoints", "deploy/endpoints-many.yml"]
