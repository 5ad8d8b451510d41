# The two commands of the README are `make gate` and `make test`; each sets up what it needs.
#
# PYTHON          the interpreter the environment is made with (3.11 or newer)
# VENV            where the environment is put; a path without spaces, relative to this directory
# GATE_OPTIONS    further words for `lockstep gate`, such as --json; never answered from the cache
# SEEDS           how many worlds `make simulate` runs; JOBS: in how many processes
# PYTEST_WORKERS  how many processes run tests; one a processor unless said
# PYTEST_OPTIONS  further words for pytest, such as -k or a file
# SEED, COUNT     the first of the models that `make fuzz` makes, and how many; without SEED others each time

PYTHON ?= python3
VENV ?= .venv
GATE_OPTIONS ?=
SEEDS ?= 4000
JOBS ?= 2
PYTEST_WORKERS ?= auto
PYTEST_OPTIONS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

# The bundled checker is used as pinned; it need not ask whether there is a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: help gate nightly lock replay simulate fuzz long test lint mypy pyright check format bench screenshots clean
.DELETE_ON_ERROR:

help:
	@echo "make gate    run the gates in specs/ (installs the core and the solver)"
	@echo "make nightly run the gates in specs/ with the scopes that take long, compiled (needs a C compiler)"
	@echo "make lock    write the counts of all scopes to specs/lockstep.lock, after a change that is meant"
	@echo "make replay  run the models' behaviours on the reference implementation"
	@echo "make simulate run the reference implementation in thousands of worlds under faults"
	@echo "make fuzz    compare the engines on many models made at random (needs a C compiler)"
	@echo "make test    run the tests"
	@echo "make long    run the tests that take too long for that"
	@echo "make check   format, lint, strict types, tests"
	@echo "make bench   measure speed and memory beside other programs (needs a C compiler; spin if it is there)"
	@echo "make screenshots take pictures of pages into reports/ and docs/pictures/ (needs Chromium)"
	@echo "make format  rewrite the sources in the project's format"
	@echo "make clean   remove the environment and what the tools left behind"

gate: $(VENV)/core.stamp
	@$(BIN)/lockstep gate --locked --no-cache $(GATE_OPTIONS)

nightly: $(VENV)/core.stamp mypy simulate replay long
	@$(BIN)/lockstep gate --tier nightly --locked --no-cache $(GATE_OPTIONS)

lock: $(VENV)/core.stamp
	@$(BIN)/lockstep gate --tier nightly --update $(GATE_OPTIONS)

replay: $(VENV)/core.stamp
	@$(BIN)/lockstep replay --tier nightly

# Every world must hold, every rare branch must be reached, and every seeded bug must be found.
simulate: $(VENV)/core.stamp
	@$(BIN)/python -m reference.simulator --seeds $(SEEDS) --jobs $(JOBS) --every-probe
	@$(BIN)/python -m tests.reference.find_seeded_bugs --jobs $(JOBS)

fuzz: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.differential.models.fuzz $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT))

test: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(PYTEST_OPTIONS)

long: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --long -m long $(PYTEST_OPTIONS)

check: lint pyright mypy
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(PYTEST_OPTIONS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

# It takes minutes: for each name that a `match` over the IR's nodes captures, it joins what all cases make of it.
mypy: $(VENV)/dev.stamp
	$(BIN)/python -m mypy --num-workers 2

pyright: $(VENV)/dev.stamp
	$(BIN)/python -m pyright --project pyproject.toml --pythonpath $(BIN)/python

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# Five runs of each program by turns, medians, and only what counted the same is compared. YARDSTICK=FILE.c adds a search.
bench: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.bench.command
	@$(BIN)/python -m tests.bench.peers $(if $(YARDSTICK),--yardstick $(YARDSTICK))
	@$(BIN)/python -m tests.bench.handwritten
	@$(BIN)/python -m tests.bench.stores
	@$(BIN)/python -m tests.bench.workers
	@$(BIN)/python -m tests.bench.simulation
	@$(BIN)/python -m tests.bench.reading

# A negative control gives the trace, so the check must find its violation.
screenshots: $(VENV)/dev.stamp
	@mkdir -p reports
	@$(BIN)/lockstep check "specs/replication.toml:a vote is sent before it is on the disk" --trace-out reports/vote.json >/dev/null
	@$(BIN)/lockstep show reports/vote.json --html
	@$(BIN)/lockstep size "specs/paxos.toml:two ballots" --html reports/size.html >/dev/null
	@$(BIN)/python -m tests.browser.screenshots reports/vote.html reports/size.html

clean:
	rm -rf $(VENV) .ci/venv .ci/reports build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis ./*.egg-info
	find checker model reference tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is written only when its step has succeeded, so that an interrupted installation is done again.
$(VENV)/made.stamp:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "Makefile: the interpreter '$(PYTHON)' is not found; install Python 3.11 or newer," \
	       "or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Makefile: '$(PYTHON)' is $$("$(PYTHON)" --version 2>&1), and Lockstep needs 3.11 or newer;" \
	       "name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv; ensurepip.version()' 2>/dev/null || { \
	  version=$$("$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  echo "Makefile: '$(PYTHON)' cannot make a virtual environment: its modules venv and ensurepip are missing." \
	       "On Debian or Ubuntu they are a package of their own; as root: apt-get install python3-venv" \
	       "(python$$version-venv for a Python that is not the system's)" >&2; exit 1; }
	@echo "making the environment $(VENV)"
	@"$(PYTHON)" -m venv --clear "$(VENV)"
	@touch $@

$(VENV)/core.stamp: $(VENV)/made.stamp pyproject.toml
	@echo "installing lockstep-checker"
	@$(PIP) --editable '.[smt]'
	@touch $@

$(VENV)/dev.stamp: $(VENV)/core.stamp
	@echo "installing the development tools"
	@$(PIP) --editable '.[dev]'
	@touch $@
