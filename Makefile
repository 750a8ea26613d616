# The project's verbs. `make help` lists them.
SHELL := /bin/bash
PORT ?= 8080
MLLP_PORT ?= 2575
PEOPLE ?= 60
PY := .venv/bin/python
UV_COMPILE := .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint fmt bench prove lock clean ready-run ready-dev

help: ## list the verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 10

demo: ready-run ## run the demo place on http://127.0.0.1:8080 (PORT=, MLLP_PORT=, PEOPLE= change it)
	@exec .venv/bin/carerecord demo --port $(PORT) --mllp-port $(MLLP_PORT) --people $(PEOPLE)

test: lint ## every check that CI runs
	$(PY) -m pytest -n 2 --dist worksteal -m "not prove"

lint: ready-dev ## style, types, layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

fmt: ready-dev ## format the code
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: ready-dev ## measure; one JSON line for each figure
	$(PY) -m benchmarks

prove: ready-dev ## the long proofs that CI has no time for
	$(PY) -m pytest -n 2 -m prove

lock: ready-dev ## write the lock files anew from pyproject.toml
	$(PY) -m pip install --quiet uv==0.13.9
	$(UV_COMPILE) requirements/build.in -o requirements/build.txt
	$(UV_COMPILE) pyproject.toml -o requirements/run.txt
	$(UV_COMPILE) pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt

clean: ## remove what the build made (never the data in .carerecord)
	rm -rf .venv node_modules tests/node_modules schemas/r4 aggregator/doors/web/static/vendor aggregator/care/passport/fonts

ready-run: .venv/ready-run schemas/r4/fhir.schema.json
ready-dev: .venv/ready-dev schemas/r4/fhir.schema.json tests/node_modules/.package-lock.json

$(PY):
	@python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer with venv is needed"; exit 1; }
	python3 -m venv .venv

# hatchling comes from the lock too: nothing is fetched that has no hash.
.venv/ready-run: requirements/run.txt requirements/build.txt pyproject.toml | $(PY)
	$(PY) -m pip install --quiet --require-hashes -r requirements/build.txt -r requirements/run.txt
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: requirements/dev.txt .venv/ready-run
	$(PY) -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@command -v npm >/dev/null || { echo "Node 20 or newer with npm is needed"; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error

tests/node_modules/.package-lock.json: tests/package.json tests/package-lock.json
	cd tests && npm ci --no-audit --no-fund --loglevel=error

schemas/r4/fhir.schema.json: assets/build.py node_modules/.package-lock.json .venv/ready-run
	$(PY) assets/build.py
