# make site   set everything up and build the course      make serve  look at it
# make test   set everything up and run every gate        make help   all targets
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
HTML := book/_build/html
# One BLAS thread a process: a second one on busy cores only spins. The second core runs a second notebook.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup setup-test site serve day preview figures test lint unit notebooks browser torch bench linkcheck lock clean

help:                ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

# --- set-up: a stamp per environment; pip runs again only when its input changed ---
$(VENV)/.site: requirements/site.txt code/pyproject.toml book/_ext/pyproject.toml
	@tools/venv.sh $(PYTHON) $(VENV) requirements/site.txt
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.site
	@tools/venv.sh $(PYTHON) $(VENV) requirements/test.txt
	@touch $@

setup: $(VENV)/.site ## the environment that builds the book

setup-test: $(VENV)/.test ## the environment that tests it, with a browser
	@tools/chromium.sh

# --- the book ---
site: setup          ## build the whole course (FORCE=1: execute every notebook again)
	@echo "==> files the site serves itself (plotly.js, MathJax, icons)"
	@$(PY) tools/fetch_web.py
	@echo "==> executing notebooks"
	@$(PY) tools/execute.py $(if $(FORCE),--force)
	@echo "==> recording the terminal"
	@$(PY) tools/record_terminal.py
	@echo "==> Python for the page"
	@$(PY) tools/fetch_pyodide.py
	@$(PY) tools/runner_files.py
	@echo "==> building pages"
	@$(VENV)/bin/jb build book -W -n --keep-going
	@echo "==> exporting notebooks"
	@$(PY) tools/export_notebooks.py
	@echo
	@echo "The site is in $(HTML): open $(HTML)/index.html, or run \"make serve\"."

serve:               ## serve the built site on this machine (PORT=8030)
	@test -f $(HTML)/index.html || { echo 'There is no site yet: run "make site" first.'; exit 1; }
	@echo "http://localhost:$(or $(PORT),8030)/  (Ctrl-C stops)"
	@$(PYTHON) -m http.server --directory $(HTML) --bind 127.0.0.1 $(or $(PORT),8030)

# --- a day, while it is written (CONTRIBUTING.md) ---
day: setup-test      ## start a day from the template (DAY=8)
	@$(PY) tools/new_day.py $(or $(DAY),$(N))

preview: setup       ## build one page and show its warnings (DAY=8, DAY=engine, DAY=pages/glossary)
	@$(PY) tools/fetch_web.py
	@$(PY) tools/runner_files.py
	@$(PY) tools/preview_page.py $(or $(DAY),$(N))

figures: setup-test  ## what we report of a day: seconds, kilobytes, words, claims, mutants (DAY=8)
	@$(PY) tools/day_figures.py $(or $(DAY),$(N))

# --- the gates ---
test: setup-test lint site unit notebooks browser ## every gate there is
	@echo "All gates passed."

lint: setup-test     ## ruff, mypy, README's table, no drafts
	@echo "==> lint"
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(PY) tools/readme_table.py --check
	@$(PY) tools/drafts.py

unit: setup-test     ## tests of the package, the extensions and the tools
	@echo "==> unit tests"
	@$(PY) tools/fetch_pyodide.py
	@$(PY) -m pytest -q -n 2 code/tests book/_ext/tests tools/tests

notebooks: setup-test ## the exported notebooks, run in a clean environment
	@echo "==> exported notebooks in a clean environment"
	@$(PY) tools/run_exported.py

browser: setup-test  ## the built site in headless Chromium
	@echo "==> the site in a real browser"
	@$(PY) -m pytest -q -n 2 book/tests

torch: $(VENV)/.test ## add PyTorch (CPU), so that the parity tests run too
	@$(PY) -c 'import torch' 2>/dev/null || $(PY) -m pip install -q -r requirements/torch.txt

# --- now and then ---
bench: $(VENV)/.test ## speed, as ratios in one run
	@for f in code/tests/bench/bench_*.py; do $(PY) $$f || exit 1; done

linkcheck: setup     ## every external link of the book
	@$(PY) tools/fetch_web.py
	@$(PY) tools/execute.py
	@$(PY) tools/record_terminal.py
	@$(VENV)/bin/jb build book --builder linkcheck

lock:                ## resolve requirements/*.in again, with hashes
	@tools/lock.sh $(PYTHON)

clean:               ## remove everything that was built (keeps .venv)
	@rm -rf build book/_build
