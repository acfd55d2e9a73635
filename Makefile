# Every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
# The tests that concern rights, and enough of the others to take every branch.
POLICY_TESTS := tests/rights tests/rooms tests/broadcasts/test_policy.py tests/broadcasts/audiences tests/broadcasts/cascade tests/broadcasts/correcting tests/broadcasts/drafts tests/broadcasts/ladder tests/broadcasts/ledger tests/broadcasts/questions tests/evidence tests/files tests/letters tests/people tests/registry_api tests/registry_rest/test_staleness.py
.PHONY: help run code dev setup app check fmt test check-server check-app test-sqlite prove policy-branches bench chaos types clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## from a bare clone to a working server on 127.0.0.1:8000 with the demo province (PORT=, DATA_DIR=)
	@exec bash tools/run.sh

code: ## the 6 digits that a demo account signs in and sends with (NAME=hung, DATA_DIR=)
	@DEMO=1 DATA_DIR="$${DATA_DIR:-$$PWD/var}" $(PY) manage.py demo_code "$(NAME)"

test: setup needs check ## everything that must hold before a change lands
	BROWSED=$${BROWSED:-40} $(PY) -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder $(TESTS)

check: setup ## the fast part: lint, types, import contract, generated files current, the app's own tests
	@$(MAKE) --no-print-directory -j2 --output-sync=target check-server check-app

check-server:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py export_protocol --check
	$(PY) manage.py spectacular --validate --fail-on-warn > /dev/null

check-app:
	cd frontend && bash ../tools/node.sh npm run --silent check
	cd frontend && bash ../tools/node.sh npm run --silent test

prove: setup needs ## the long proofs that `make test` runs a slice of
	PROVE=1 $(PY) -m pytest -q -m prove tests
	@$(MAKE) --no-print-directory policy-branches

policy-branches: setup needs ## every branch of the files that decide who may do what is taken by a test
	$(PY) -m coverage run -m pytest -q $(POLICY_TESTS)
	$(PY) -m coverage report
	@echo "PROVE policy_branches_percent=100"

bench: setup needs ## side-by-side measurements (ONLY=live|registry|notices or one scenario, QUICK=1, WRITE=1)
	$(PY) -m bench $(ONLY) $(if $(QUICK),--quick) $(if $(WRITE),--write)

chaos: setup needs ## kill -9 and network cuts while people write, then the judge; seeded bugs that it must catch (CHAOS=--smoke: small)
	$(PY) -m tests.chaos $(CHAOS)

setup: ## Python libraries, the app's packages, the built app, compiled texts
	@bash tools/python.sh dev
	@bash tools/packages.sh
	@bash tools/app.sh
	@$(PY) manage.py compile_texts

needs:
	@bash tools/test_needs.sh

dev: setup ## the server on :8000 and the app with live reload on :5173
	@exec bash tools/dev.sh

fmt: setup ## format Python and the app
	.venv/bin/ruff check --fix . ; .venv/bin/ruff format . ; cd frontend && bash ../tools/node.sh npx biome check --write src

clean: ## remove what was built and installed here; var/ (your data) stays
	rm -rf .venv .cache frontend/node_modules frontend/dist static-collected
