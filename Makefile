.DEFAULT_GOAL := help
.PHONY: help setup demo test serve lint bench

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-6s  %s\n", $$1, $$2}' Makefile

setup: ## Make the environment: .venv, system libraries and fonts; done once, again when the pins change
	@bash deployments/setup.sh develop

demo: ## Play a season of an invented agency and serve its pages until Ctrl-C (ARGS=--once ends after the season)
	@bash deployments/setup.sh run
	@.venv/bin/steward demo $(ARGS)

serve: ## Serve the real thing: Prefect, schedules, desk and documents, on this machine alone
	@bash deployments/setup.sh run
	@.venv/bin/steward serve $(ARGS)

test: lint ## Run every check: style, types, import contracts, migrations, tests
	.venv/bin/steward migrate --check
	.venv/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup ## Check style, types and import contracts only
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

bench: setup ## Measure how long the work takes on this machine
	@.venv/bin/steward bench $(ARGS)
