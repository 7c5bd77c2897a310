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

test: test-fast test-stack ## run every test but those that have a verb of their own

test-fast: $(STAMP) .replay/.locked ## run the tests that need no Airflow, two files at a time
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --durations 15 -m "not stack and not browser and not compose and not faults"

test-stack: $(STAMP) ## run the tests of the whole: a real store, a real Airflow, a real browser
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --durations 5 -m apart
	@$(BIN)/python -m pytest --durations 15 -m "stack and not apart and not browser and not compose and not faults"
	@$(BIN)/python -m pytest -m browser

DOTENV ?= .env

secrets: ## write .env with a secret of its own for every part of the compose stack
	@$(PYTHON) deploy/dotenv.py --file $(DOTENV)

# VILLAGE=1 adds the sample sites and closes every other way out; BROWSER=1 gives the workers Chromium.
COMPOSE := docker compose --env-file $(DOTENV) $(if $(VILLAGE),--env-file deploy/village/village.env) \
  $(if $(BROWSER),--file docker-compose.yml --file deploy/browser.yml)
WORKERS ?= 1

images: secrets ## build the stack's images
	@$(COMPOSE) build

up: secrets ## start the compose stack and wait until it is healthy (WORKERS=n, VILLAGE=1, BROWSER=1)
	@[ -n "$$($(COMPOSE) ps --quiet)" ] || $(PYTHON) deploy/dotenv.py --file $(DOTENV) --ports
	@$(COMPOSE) build --quiet
	@$(COMPOSE) up --detach --wait --wait-timeout 600 --remove-orphans --scale worker=$(WORKERS) || { $(COMPOSE) ps --all; \
	  echo "not healthy; \`docker compose logs SERVICE\` says why, docs/deploy.md what to do"; exit 1; }
	@echo "Airflow: http://`$(COMPOSE) port api-server 8080`  accounts engineer, analyst, viewer; passwords in $(DOTENV)"

down: ## stop the compose stack; its data stays
	@COMPOSE_PROFILES=village,cli $(COMPOSE) down --remove-orphans

test-compose: $(STAMP) ## run the compose stack for real: harvest, kills, restart, restore (about a quarter of an hour)
	@$(BIN)/python -m pytest -v -m compose tests/compose/test_stack.py

test-chromium: $(STAMP) ## build the image with Chromium and draw a script-made list in its sandbox (under ten minutes)
	@$(BIN)/python -m pytest -v -m compose tests/compose/test_browser.py

.faults/.locked: requirements.txt requirements-dev.txt requirements-image.txt $(STAMP)
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .faults
	@$(BIN)/uv pip sync --quiet --require-hashes --python .faults/bin/python requirements.txt requirements-dev.txt requirements-image.txt
	@touch $@

test-faults: .faults/.locked ## kill Airflow's processes while hosts are crawled (apt: postgresql redis-server; about 8 minutes)
	@.faults/bin/python -m pytest -v --durations 15 -m faults tests/faults

test-writers: $(STAMP) ## four writers of 25 runs each beside a store that is killed four times (about four minutes)
	@CATALOG_WRITER_RUNS=25 $(BIN)/python -m pytest tests/stack/test_writers.py

test-audit: $(STAMP) ## damage of every kind in a bucket of 20,000 objects, found in one pass and mended (about ten minutes)
	@AUDIT_OBJECTS=20000 $(BIN)/python -m pytest tests/stack/test_audit.py

check: $(STAMP) ## lint, types, import contracts, registry, generated docs, file sizes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m scrapers check
	@$(BIN)/python -m docs.build --check
	@$(MAKE) --no-print-directory lint
	@git ls-files '*.py' | xargs wc -l | awk '$$2 != "total" && $$1 > 300 {print $$2 ": " $$1 " lines; split it (300 at most)"; bad = 1} END {exit bad}'

lint: $(STAMP) ## images, compose file, releases with known weaknesses, unsafe calls, secrets in the tree
	@$(BIN)/hadolint --config .hadolint.yaml Dockerfile tests/compose/standins/*/Dockerfile
	@$(BIN)/python -m pytest --quiet --no-header tests/test_floors.py
	@$(BIN)/compose-lint check --no-env --skip-suppressed --quiet docker-compose.yml
	@$(BIN)/bandit --quiet --recursive --severity-level medium --skip B108 scrapers dags plugins deploy stack
	@{ git ls-files -z ':!tests' ':!benchmarks' ':!*.ipynb' | xargs -0 $(BIN)/detect-secrets-hook --baseline .secrets.baseline \
	  && git ls-files -z tests benchmarks | xargs -0 $(BIN)/detect-secrets-hook --disable-plugin KeywordDetector \
	    --disable-plugin BasicAuthDetector --disable-plugin HexHighEntropyString \
	  && git ls-files -z '*.ipynb' | xargs -0 $(BIN)/detect-secrets-hook --disable-plugin Base64HighEntropyString; } || { \
	  echo "a real secret: take it out and change it; a word that looks like one: end its line with 'pragma: allowlist secret'"; exit 1; }

docs: $(STAMP) ## write the generated pages again
	@$(BIN)/python -m docs.build

.bench/.locked: requirements.txt requirements-dev.txt requirements-bench.txt $(STAMP)
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .bench
	@$(BIN)/uv pip sync --quiet --require-hashes --python .bench/bin/python requirements.txt requirements-dev.txt requirements-bench.txt
	@touch $@

.spark/.locked: requirements-spark.txt $(STAMP)
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .spark
	@$(BIN)/uv pip sync --quiet --require-hashes --python .spark/bin/python requirements-spark.txt
	@touch $@

test-spark: .spark/.locked ## read a release with Spark, as the cookbook does (apt: openjdk-17-jre-headless; half a gigabyte)
	@$(BIN)/python -m pytest -m stack tests/stack/test_spark.py

cookbook: $(STAMP) ## run the cookbook's notebook over planted reports, and keep what it prints (about a minute)
	@COOKBOOK_KEEP=1 $(BIN)/python -m pytest -m stack tests/stack/test_cookbook.py

.replay/.locked: requirements-replay.txt $(STAMP)
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .replay
	@$(BIN)/uv pip sync --quiet --require-hashes --python .replay/bin/python requirements-replay.txt
	@touch $@

bench: .bench/.locked ## measure a harvest beside Scrapy with trafilatura (about five minutes)
	@.bench/bin/python -m benchmarks.harvest

lock: $(STAMP) ## resolve requirements*.in into the locks
	@for name in requirements requirements-dev requirements-uv requirements-ocr requirements-bench requirements-replay requirements-image requirements-village requirements-browser requirements-spark; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $$name.in -o $$name.txt || exit 1; done

clean: ## remove the environment and everything the demo kept
	@rm -rf .venv .bench .faults .replay .spark .demo

.PHONY: help env demo test test-fast test-stack test-chromium test-faults test-writers test-audit test-spark cookbook secrets images up down test-compose check lint docs bench lock clean
