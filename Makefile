# Each target sets up what it needs and may be repeated. PYTHON=python3.12 chooses another Python.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check bench clean

# Half of the sample film's shots are learnt from, the other half is graded.
demo: $(READY)
	$(BIN)/python samples/make_labels.py out/labels
	$(BIN)/framesense train-classifier out/labels/characters.csv --kind character --side 128 --epochs 8 -o out/who
	$(BIN)/framesense train-classifier out/labels/scenes.csv --kind scene --side 128 --epochs 8 -o out/where
	$(BIN)/framesense analyze samples/fallen_star.mp4 -o out --thumbnails \
		--classifier out/who/classifier.safetensors --classifier out/where/classifier.safetensors
	$(BIN)/framesense evaluate characters out/fallen_star.shots.json out/labels/held_out.csv
	$(BIN)/framesense evaluate characters out/fallen_star.shots.json out/labels/held_out.csv --kind scene
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
