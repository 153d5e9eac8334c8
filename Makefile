# make         sets everything up, checks the library and writes reports/index.html
# make test    sets everything up and runs linters, types, import contract and tests
PYTHON ?= python3
ENV := .venv
READY := $(ENV)/ready

.PHONY: verify test slow lint benchmark clean

verify: $(READY)
	$(ENV)/bin/checker verify --report reports

test: lint
	$(ENV)/bin/python -m pytest -n 2 --dist worksteal

slow: $(READY)
	$(ENV)/bin/python -m pytest -n 2 --dist worksteal -m "slow or not slow"

lint: $(READY)
	$(ENV)/bin/ruff check .
	$(ENV)/bin/ruff format --check .
	$(ENV)/bin/mypy
	$(ENV)/bin/lint-imports

benchmark: $(READY)
	$(ENV)/bin/python benchmarks/certification.py
	$(ENV)/bin/python benchmarks/linear.py

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; write make PYTHON=python3.11")'
	$(PYTHON) -m venv $(ENV)
	$(ENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

clean:
	rm -rf $(ENV) .checker .hypothesis .pytest_cache .mypy_cache .ruff_cache
