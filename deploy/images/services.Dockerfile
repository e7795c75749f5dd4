# The action server, the worker, the web process and the operator's command: no TensorFlow.
# Build from the top of the repository: docker build -f deploy/images/services.Dockerfile -t registration-services .
FROM python:3.11-slim-bookworm AS builder
RUN python -m venv /venv
COPY requirements/services.txt /services.txt
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r /services.txt

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home registration \
    && install -d -o registration -g registration /var/lib/registration/spool
COPY --from=builder /venv /venv
WORKDIR /app
COPY registration registration
COPY worker worker
COPY web web
COPY actions actions
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SPOOL_DIR=/var/lib/registration/spool LOG_FORMAT=json METRICS_HOST=0.0.0.0 METRICS_PORT=9100
# The spool outlives the container: whoever runs the action server mounts a volume here.
VOLUME /var/lib/registration/spool
USER 10001:10001
CMD ["python", "-m", "worker", "--type", "all"]
