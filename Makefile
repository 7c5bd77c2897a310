# The handful of verbs. Each prints what it does, can be run again, and cleans up after Ctrl-C.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.locked

help: ## list the verbs
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

$(STAMP): requirements.txt requirements-dev.txt requirements-uv.txt
	@echo "building .venv from the lock"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is `$(PYTHON) --version 2>&1`. Try: make PYTHON=python3.12 ..."; exit 2; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.txt
	@$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.txt requirements-dev.txt
	@touch $@

env: $(STAMP) ## build the environment from the lock

demo: $(STAMP) ## harvest the village with real Airflow into a real S3 store, and stay up (STAY=0 exits)
	@PYTHONPATH=. $(BIN)/python -m stack.demo

test: $(STAMP) .replay/.locked ## run every test, the real-stack ones included
	@$(BIN)/python -m pytest

check: $(STAMP) ## lint, types, import contracts, registry, generated docs, file sizes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m scrapers check
	@$(BIN)/python -m docs.build --check
	@git ls-files '*.py' | xargs wc -l | awk '$$2 != "total" && $$1 > 300 {print $$2 ": " $$1 " lines; split it (300 at most)"; bad = 1} END {exit bad}'

docs: $(STAMP) ## write the generated pages again
	@$(BIN)/python -m docs.build

.bench/.locked: requirements.txt requirements-dev.txt requirements-bench.txt $(STAMP)
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .bench
	@$(BIN)/uv pip sync --quiet --require-hashes --python .bench/bin/python requirements.txt requirements-dev.txt requirements-bench.txt
	@touch $@

.replay/.locked: requirements-replay.txt $(STAMP)
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .replay
	@$(BIN)/uv pip sync --quiet --require-hashes --python .replay/bin/python requirements-replay.txt
	@touch $@

bench: .bench/.locked ## measure a harvest beside Scrapy with trafilatura (about five minutes)
	@.bench/bin/python -m benchmarks.harvest

lock: $(STAMP) ## resolve requirements*.in into the locks
	@for name in requirements requirements-dev requirements-uv requirements-ocr requirements-bench requirements-replay; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $$name.in -o $$name.txt || exit 1; done

clean: ## remove the environment and everything the demo kept
	@rm -rf .venv .bench .replay .demo

.PHONY: help env demo test check docs bench lock clean
