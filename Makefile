# The portal's commands. `make run` and `make test` need Python 3.11 or later and nothing else: what is missing
# they install, or name with the command that installs it.

PYTHON ?= python3
PORT ?= 8000
STAGES ?=

# Container images often forbid Python to keep what it compiled; then each process here compiles 500 modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo-code test check fix setup lock

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 18

run: ## start the whole portal on this machine with an invented partnership (PORT=8000)
	@$(PYTHON) scripts/bootstrap.py run
	@PORT=$(PORT) exec .venv/bin/python manage.py run_portal

demo-code: ## print the code with which an invented person signs in (make demo-code EMAIL)
	@.venv/bin/python manage.py demo_code $(EMAIL)

# The word after demo-code is an address, not a thing to make.
ifeq (demo-code,$(firstword $(MAKECMDGOALS)))
EMAIL ?= $(word 2,$(MAKECMDGOALS))
ifneq (,$(word 2,$(MAKECMDGOALS)))
$(word 2,$(MAKECMDGOALS)):
	@:
endif
endif

test: ## run every test (STAGES="core sqlite postgresql browser" to choose)
	@$(PYTHON) scripts/bootstrap.py test
	@exec .venv/bin/python scripts/run_tests.py $(STAGES)

check: ## lint, types, import rules, settings, migrations, editions, generated pages
	@$(PYTHON) scripts/bootstrap.py check
	@exec .venv/bin/python scripts/run_checks.py

fix: ## mend what can be mended: format, imports, generated pages
	@$(PYTHON) scripts/bootstrap.py check
	@exec .venv/bin/python scripts/run_checks.py --fix

setup: ## make the virtual environment with everything for building
	@$(PYTHON) scripts/bootstrap.py check

lock: ## compile requirements*.txt from requirements*.in
	@$(PYTHON) scripts/bootstrap.py check
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements.in -o requirements.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt
