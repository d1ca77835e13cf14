# Two commands do everything: `make demo` and `make test`. The rest is for those who build.
# Needs Python 3.11 and make; everything else is installed under .venv and .tools.

PYTHON ?= $(shell command -v python3.11 || echo python3)
UV := .tools/bin/uv
BIN := .venv/bin
export ICS_HOME ?= $(CURDIR)/.ics
# So many processes run tests side by side: one more than cores, since each of them waits now and then.
WORKERS ?= 3

.PHONY: setup demo test check bench docs up lock clean

setup: .venv/.ready

.tools/bin/uv:
	@$(PYTHON) -c 'import sys; assert sys.version_info[:2] == (3, 11)' 2>/dev/null || \
	  { echo "Python 3.11 is needed, as python3.11 or by PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Getting uv, which installs the rest …"
	@$(PYTHON) -m venv .tools && .tools/bin/python -m pip install --quiet --disable-pip-version-check uv

.venv/.ready: requirements-dev.lock pyproject.toml | .tools/bin/uv
	@echo "Installing into .venv …"
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	@$(BIN)/ics demo

test: setup
	@env -u ICS_HOME $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 0 dbt_project/models dbt_project/tests

bench: setup
	@$(BIN)/python bench/load.py
	@$(BIN)/python bench/marts.py
	@$(BIN)/python bench/representation.py
	@$(BIN)/python bench/assurance.py
	@$(BIN)/python bench/readers.py

docs: setup
	@$(BIN)/python -m ics_insight.dictionary

up: setup
	@$(BIN)/ics up

# New versions within the bounds of pyproject.toml, with the hash of every file and the name of no host.
lock: | .tools/bin/uv
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --group build pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv .tools
