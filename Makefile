# Each target sets up what it needs and may be repeated. PYTHON=python3.12 chooses another Python.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check bench clean

demo: $(READY)
	$(BIN)/framesense analyze samples/fallen_star.mp4 -o out --thumbnails
	$(BIN)/framesense export out/fallen_star.shots.json --to csv
	$(BIN)/framesense report out/fallen_star.shots.json
	@echo "The report is out/fallen_star.shots.json; look at out/fallen_star.shots.html."

test: check
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python benchmarks/analyze.py
	$(BIN)/python benchmarks/shots.py
	$(BIN)/python benchmarks/detectors.py

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[all,dev]'
	touch $@

clean:
	rm -rf $(VENV) out
