PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= data/exports/demo

.PHONY: demo test check bench picture install clean

demo: install  ## run the main job on data/sample
	$(BIN)/storyfold run data/sample/input --out $(OUT) --report

test: install  ## pass the tests
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist worksteal

check: install  ## lint, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench  ## speed and memory, on the corpora or the sample
	$(BIN)/python -m tests.benchmarks

picture: install  ## draw the picture of the README anew (needs Chromium)
	$(BIN)/python -m tests.report.picture data/sample/report.png

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and f'storyfold needs Python 3.11 to 3.13, this is {sys.version.split()[0]}: try make PYTHON=python3.13')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

$(VENV)/.bench: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	touch $@

clean:
	rm -rf $(VENV) build dist data/exports
