# Everything a developer does here, one word each. `make` lists them.

PYTHON  ?= python3
JOBS    ?= 3
ARGS    ?=
RELEASE ?= trixie
VENV    := .venv
BIN     := $(VENV)/bin

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-container test-sr3 test-on lint servers clients bench definitions screenshots clean

help: ## List what can be made
	@awk -F ' *:.*## ' '/^[a-z-]+:.*##/ { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/installed ## Show it at work: store, collector, status page and a simulated fleet (ARGS=--once ends by itself)
	@$(BIN)/blinkenlights up --demo $(ARGS)

test: $(VENV)/tested servers clients ## Run linters and tests against real servers (ARGS are pytest's)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

test-container: $(VENV)/tested ## Build the image of the Containerfile and run it: as root, with podman and runc
	$(BIN)/python -m pytest -m container tests/test_container.py $(ARGS)

test-sr3: $(VENV)/tested servers ## Try the callback for Sarracenia in a real sr3, which is installed for it
	$(BIN)/python -m pytest -m sr3 tests/collector/test_sr3.py $(ARGS)

test-on: export ARGS := $(ARGS)
test-on: ## Run `make test` in a root of another Debian, as root: RELEASE=trixie (ARGS are pytest's)
	@tests/on_release $(RELEASE) JOBS=$(JOBS) "ARGS=$$ARGS"

lint: $(VENV)/tested ## Run the linters alone
	$(BIN)/python -m pytest -q tests/test_style.py

servers: ## Install the programs the tests want: RabbitMQ, InfluxDB, Nagios, Icinga, Redis, Chromium
	@tests/install_servers

clients: | $(BIN)/python ## Install the clients in JavaScript that the tests run
	@tests/install_clients $(VENV)

bench: $(VENV)/tested ## Measure speed and size, as a table
	$(BIN)/python bench/run.py $(ARGS)

definitions: $(VENV)/installed ## Write icinga/ and the generated parts of docs/ anew
	$(BIN)/blinkenlights icinga --output icinga
	$(BIN)/python -m blinkenlights.definitions.pages docs
	$(BIN)/blinkenlights config reference > docs/configuration.md

screenshots: $(VENV)/tested servers ## Take the pictures of the status page in docs/ anew
	PYTHONPATH=tests $(BIN)/python tests/web/screenshots.py docs

clean: ## Remove what was made
	rm -rf $(VENV) build dist lib/*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is older than 3.11: name a newer one with  make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "$(PYTHON) has no venv module: on Debian and Ubuntu  apt install python3-venv"; exit 1; }

# A check that has no program yet wants an installation, in which it gets one.
NEW_CHECKS := $(filter-out $(wildcard $(BIN)/check_*),$(patsubst checks/%.py,$(BIN)/%,$(wildcard checks/check_*.py)))

$(NEW_CHECKS):

$(VENV)/installed: pyproject.toml setup.py $(NEW_CHECKS) | $(BIN)/python
	@echo "Installing Blinkenlights with all that it may use into $(VENV) ..."
	$(BIN)/python -m pip install --disable-pip-version-check --editable '.[embedded,apprise]'
	@touch $@

# Dependency groups want pip 25.1.
$(VENV)/tested: $(VENV)/installed
	@echo "Installing what the tests need into $(VENV) ..."
	$(BIN)/python -m pip install --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --group test
	@touch $@
