PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := demo-out

.PHONY: demo test test-each check bench test-live lock clean

$(BIN)/plumbrule: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable .
	$(BIN)/python -m compileall -q scanner
	@touch $@

$(VENV)/.dev: $(BIN)/plumbrule requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@touch $@

demo: $(BIN)/plumbrule  ## scan the bundled estate; ends with 0 whatever is found
	@mkdir -p $(OUT)
	@$(BIN)/plumbrule scan tests/estate --profile platform --format text --format sarif=$(OUT)/estate.sarif --format html=$(OUT)/estate.html || true
	@echo
	@echo "SARIF: $(OUT)/estate.sarif"
	@echo "HTML:  $(OUT)/estate.html   (open it in a browser)"

test: $(VENV)/.dev  ## everything that needs no network and no API server
	$(BIN)/python -m pytest

test-each: requirements.lock  ## the tests under every Python from 3.11 on that is found here
	@for python in $$(ls -d $$HOME/.pyenv/versions/*/bin/python 2>/dev/null) python3.11 python3.12 python3.13 python3.14; do \
	  version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2] if sys.version_info >= (3, 11) else "")' 2>/dev/null); \
	  case " $$seen " in *" $$version "*) continue ;; esac; \
	  [ -n "$$version" ] || continue; \
	  seen="$$seen $$version"; echo "+ Python $$version"; \
	  $(MAKE) --no-print-directory test PYTHON=$$python VENV=.venv-$$version || exit 1; \
	done

check: $(VENV)/.dev  ## lint, format, types, import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## ratios, measured in one run
	@for bench in tests/benchmarks/bench_*.py; do $(BIN)/python $$bench || exit 1; done

test-live: $(VENV)/.dev  ## against a real API server (KUBEBUILDER_ASSETS, or etcd on the PATH and one built by Go, which is kept)
	$(BIN)/python -m pytest -m live

lock: $(VENV)/.dev  ## pin what is installed now
	$(BIN)/python -m pip freeze --exclude-editable > requirements.lock

clean:
	rm -rf $(VENV) .venv-* $(OUT) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
