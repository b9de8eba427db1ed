# Everything a person types. Each command first puts in place what it needs (deploy/prepare.py), which takes no time and no
# network once done. The environment's bin folder leads the PATH, so that a Node.js installed there is found.

PYTHON ?= python3
HERE = env PATH="$(CURDIR)/.venv/bin:$$PATH"
PREPARE = command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: no $(PYTHON) was found."; exit 1; }; \
	$(PYTHON) deploy/prepare.py

.PHONY: help setup demo demo-replicas test lint bench package playground clean

help:
	@echo "make demo        a hub on this machine: prints the address to open; Ctrl-C stops it"
	@echo "make demo-replicas  three bots on one database, one of them killed: ends by itself"
	@echo "make test        every test (PYTEST='-k words' picks some)"
	@echo "make lint        style, types and who may import whom"
	@echo "make bench       presses a second, beside two other bots"
	@echo "make package     the app package for Microsoft Teams, in build/"
	@echo "make playground  the bot in Microsoft 365 Agents Playground"
	@echo "make setup       only puts in place what demo needs"
	@echo "make clean       takes away what these put in place; data/, where cases are, stays"

setup:
	@$(PREPARE) demo
	@echo "All is in place: make demo"

demo:
	@$(PREPARE) demo
	@exec $(HERE) .venv/bin/python -m sandbox --data data --hubs deploy/hubs.cumbria.yaml --port 8700 --login-port 8743 \
		--bot-url http://127.0.0.1:3978/api/messages --with-bot

demo-replicas:
	@$(PREPARE) demo
	@exec $(HERE) .venv/bin/python -m sandbox.replicas

test:
	@$(PREPARE) test
	@exec $(HERE) .venv/bin/python -m pytest $(PYTEST)

lint:
	@$(PREPARE) lint
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@.venv/bin/python -m mypy
	@.venv/bin/lint-imports

bench:
	@$(PREPARE) bench
	@exec .venv/bin/python -m bench.turn $(BENCH)

package:
	@$(PREPARE) package
	@exec .venv/bin/python -m deploy.package $(PACKAGE)

playground:
	@$(PREPARE) playground
	@exec $(HERE) .venv/bin/python -m deploy.playground --hub $(or $(HUB),ALL)

clean:
	rm -rf .venv .setup build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf sandbox/page/node_modules deploy/playground/node_modules tests/*/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
