# The commands of this project. `make run` and `make test` work on a fresh machine that has Python 3.

SHELL := /bin/sh
UV := .tools/bin/uv
RASA := .venv/bin/python
SERVICES := .venv-services/bin/python
QUIET := RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=2

.PHONY: run shell status test soak bench install install-test docs lint audit format lock validate widget screenshots clean

run: install
	@$(RASA) -m deploy.local

shell: install
	@$(RASA) -m deploy.local.shell

# What the operator's command says of the bot that `make run` has started.
status: install
	@test -f .env || export MODE=embedded REDIS_PORT=6390; $(RASA) -m registration status

install: .venv/.installed

install-test: .venv/.installed-test .venv-services/.installed

test: install-test
	@sh tests/run.sh

# A long run with faults: make soak MINUTES=20 SEED=1 QUEUE_TYPE=quorum
soak: install-test
	@$(SERVICES) -m tests.faults.soak --minutes $(or $(MINUTES),20) --seed $(or $(SEED),1) --queue-type $(or $(QUEUE_TYPE),classic)

# Everything side by side with peers, about a quarter of an hour: make bench BENCH="--quick --only drain,kills"
bench: install-test .venv-services/.installed-bench
	@$(SERVICES) -m benchmarks $(BENCH)

# The documentation, as pages in var/site.
docs: .venv-services/.installed-docs
	@NO_MKDOCS_2_WARNING=1 $(SERVICES) -m mkdocs build --quiet --strict

lint: .venv-services/.installed
	@$(SERVICES) -m ruff check . && $(SERVICES) -m ruff format --check . && $(SERVICES) -m mypy

# Known vulnerabilities of what is locked; fails where the registry does not tell of one of the packages.
audit: .venv-services/.installed
	@$(SERVICES) -m pip_audit --strict --disable-pip --progress-spinner off -r requirements/services.txt
	@$(SERVICES) -m pip_audit --strict --disable-pip --progress-spinner off -r requirements/rasa.txt

format: .venv-services/.installed
	@$(SERVICES) -m ruff check --fix . && $(SERVICES) -m ruff format .

validate: install
	@$(QUIET) .venv/bin/rasa data validate --max-history 5

# The chat widget, after a change under web/widget/src; needs Node. What it writes is committed.
widget:
	@cd web/widget && npm ci --silent && npm run --silent build

# The pictures in docs/; those of the chat while `make run` runs in another terminal.
screenshots: install-test
	@$(SERVICES) -m benchmarks.chat.screenshots
	@$(SERVICES) -m tests.browser.screenshots

# ---- environments -------------------------------------------------------------------------------

.tools/bin/uv: requirements/tools.txt
	@python3 -m venv .tools || { echo "Python 3 with venv is needed (on Debian and Ubuntu: apt-get install python3-venv)"; exit 1; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/tools.txt
	@touch $@

.venv/.installed: requirements/rasa.txt | .tools/bin/uv
	@sh deploy/local/check_space.sh 4
	@echo "Installing Rasa's environment (2.5 GB) …"
	@test -x $(RASA) || $(UV) venv --quiet --python 3.10 .venv || { echo "Python 3.10 is needed, for Rasa 3.6 runs on no later one; install it (pyenv install 3.10, or your system's package) and start again"; exit 1; }
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements/rasa.txt
	@touch $@

.venv/.installed-test: requirements/rasa-test.txt .venv/.installed
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --require-hashes --no-deps -r requirements/rasa-test.txt
	@touch $@

.venv-services/.installed: requirements/services.txt requirements/services-test.txt requirements/lint.txt requirements/deploy.txt | .tools/bin/uv
	@echo "Installing the services' environment …"
	@test -x $(SERVICES) || $(UV) venv --quiet --python ">=3.11" .venv-services
	@VIRTUAL_ENV=.venv-services $(UV) pip sync --quiet --require-hashes $^
	@touch $@

.venv-services/.installed-bench: requirements/bench.txt .venv-services/.installed
	@VIRTUAL_ENV=.venv-services $(UV) pip install --quiet --require-hashes --no-deps -r requirements/bench.txt
	@touch $@

.venv-services/.installed-docs: requirements/docs.txt .venv-services/.installed
	@VIRTUAL_ENV=.venv-services $(UV) pip install --quiet --require-hashes --no-deps -r requirements/docs.txt
	@touch $@

# ---- locked requirements ------------------------------------------------------------------------

COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml

lock: .tools/bin/uv
	@$(COMPILE) --python-version 3.10 --group rasa -o requirements/rasa.txt
	@$(COMPILE) --python-version 3.11 --group services -o requirements/services.txt
	@$(COMPILE) --python-version 3.10 --group test -c requirements/rasa.txt -o requirements/rasa-test.txt
	@$(COMPILE) --python-version 3.11 --group test -c requirements/services.txt -o requirements/services-test.txt
	@$(COMPILE) --python-version 3.11 --group lint -c requirements/services.txt -o requirements/lint.txt
	@$(COMPILE) --python-version 3.11 --group deploy -c requirements/services.txt -c requirements/services-test.txt -c requirements/lint.txt -o requirements/deploy.txt
	@$(COMPILE) --python-version 3.11 --group docs -c requirements/services.txt -c requirements/services-test.txt -c requirements/lint.txt -o requirements/docs.txt
	@$(COMPILE) --python-version 3.11 --group bench -c requirements/services.txt -c requirements/services-test.txt -c requirements/lint.txt -o requirements/bench.txt

clean:
	rm -rf var models .venv .venv-services .tools
