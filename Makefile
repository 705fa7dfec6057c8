.DEFAULT_GOAL := help
.PHONY: help setup demo test serve lint compiled-tests bench
# Where this is set, every command compiles our code anew.
export PYTHONDONTWRITEBYTECODE =

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

test: setup ## Run every check: style, types, import contracts, migrations, tests
	@$(MAKE) --no-print-directory -j 2 lint compiled-tests
	.venv/bin/pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup ## Check style, types and import contracts only
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-logo
	.venv/bin/mypy

# Once, before each process that tests would compile every file of ours and rewrite every assert for itself.
compiled-tests: setup
	@.venv/bin/python -m compileall -q models tasks flows deployments
	.venv/bin/steward migrate --check
	@.venv/bin/pytest --collect-only -qq $(ARGS) >/dev/null 2>&1 || :

bench: setup ## Measure how long the work takes on this machine
	@.venv/bin/steward bench $(ARGS)
