# Two commands do everything: `make run` and `make test`. The rest is for people who work on the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help run test check bench soak fuzz client screenshots
.DEFAULT_GOAL := help

help:
	@echo "make run          a living ceremony: server, hub and eight simulated sites; prints the operator's link"
	@echo "make test         every test, real browsers included (CI=true: nothing may be left out)"
	@echo "make check        ruff, mypy, tsc, house tests, generated files: before each commit"
	@echo "make bench        measurements as JSON and the tables of tests/bench/README.md"
	@echo "make soak         full counts: long runs, many kills, many random plays"
	@echo "make fuzz         every parser, 200000 examples each"
	@echo "make client       types and pages (WATCH=1: keep building)"
	@echo "make screenshots  every screen in Vietnamese and English into screenshots/"

NEEDS := pyproject.toml server/deploy/constraints.txt server/deploy/setup.sh $(wildcard server/media/fastpath/*)

$(VENV)/.run: $(NEEDS)
	@PYTHON=$(PYTHON) sh server/deploy/setup.sh run

$(VENV)/.dev: $(NEEDS)
	@PYTHON=$(PYTHON) sh server/deploy/setup.sh dev

run: $(VENV)/.run
	@$(BIN)/python client/build.py
	@exec $(BIN)/diemcau run $(ARGS)

test: $(VENV)/.dev
	@$(BIN)/python client/build.py
	@PYTHON=$(PYTHON) sh server/deploy/setup.sh browser
	@sh server/deploy/setup.sh left-out
	@cd client && ../$(BIN)/python build.py --tests
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-2000} MACHINE_RUNS=$${MACHINE_RUNS:-200} PYTEST="$(BIN)/python -m pytest" sh tests/run.sh $(T)

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python client/build.py --check
	@FUZZ_EXAMPLES=50 MACHINE_RUNS=20 $(BIN)/python -m pytest -q tests/signaling tests/recordings tests/server \
	  tests/test_house.py -m "not browser and not slow"

bench: $(VENV)/.dev
	@$(BIN)/python client/build.py
	@PYTHONPATH=tests:. $(BIN)/python tests/bench/all.py $(T)

soak: $(VENV)/.dev
	@$(BIN)/python client/build.py
	@FUZZ_EXAMPLES=200000 MACHINE_RUNS=1000 KILLS=200 MUTATIONS=10000 HOURS=3 E2E_PAGES=8 $(BIN)/python -m pytest tests
	@DIEMCAU_NATIVE=0 $(BIN)/python -m pytest tests/server/media

fuzz: $(VENV)/.dev
	@FUZZ_EXAMPLES=$${T:-200000} $(BIN)/python -m pytest -q tests/fuzz

client: $(VENV)/.dev
	@$(BIN)/python client/build.py $(if $(WATCH),--watch)

screenshots: $(VENV)/.dev
	@$(BIN)/python client/build.py
	@PYTHONPATH=tests:. $(BIN)/python tests/e2e/screenshots.py
