# Two commands matter: `make run` and `make test`. Each sets up all it needs in .venv/ by itself:
# from Python 3.11 or newer, the pins with hashes in config/pins/, and the package index pip is set to.
# Nothing is installed outside of .venv/.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PINS := config/pins
JOBS ?= 2
TESTS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The first of these that runs and is new enough; `make test PYTHON=/path/to/python` decides otherwise.
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && break; done)

# --require-hashes: nothing is installed that was not pinned. --no-build-isolation: nor while feedgen,
# which comes as source only, is built; its build tool is pinned in build.txt and installed first.
PIP := "$(BIN)/python" -m pip --no-input install --quiet --quiet
# editable_mode=compat: a line in a .pth file instead of an import hook, which costs each start 20 ms.
PIP_PINNED := $(PIP) --require-hashes --no-build-isolation --use-pep517

.PHONY: help
help: ## what can be made
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-10s %s\n' "$$name" "$$text"; done

.PHONY: run
run: $(VENV)/installed ## build the feeds of examples/newsroom into feeds/
	@"$(BIN)/syndicate" build examples/newsroom --out feeds; status=$$?; \
	if [ $$status -gt 1 ]; then echo "make run: the build failed with exit code $$status" >&2; exit $$status; fi; \
	if [ $$status -eq 1 ]; then \
		echo; echo "The problem above is part of the example: a broken post is named, the others are published."; fi
	@echo
	@echo "The feeds are in feeds/. Where to look:"
	@echo "  feeds/index.html   all feeds on one page, for a browser"
	@echo "  feeds/opml.xml     all feeds in one file, for a feed reader"
	@echo "  feeds/atom.xml, feeds/rss.xml, feeds/feed.json   the feed of the whole site"
	@echo "  feeds/weekly/index.html   the page of a feed of its own, here a digest of each week"

.PHONY: test
test: lint types ## everything: lint, types, layers and all tests
	"$(BIN)/python" -m pytest -n $(JOBS) $(TESTS)

.PHONY: outage
outage: $(VENV)/installed-dev ## the tests of long outages and of being killed again and again: some minutes
	"$(BIN)/python" -m pytest -n $(JOBS) -m outage

.PHONY: soak
soak: $(VENV)/installed-dev ## a day in the life of the daemon, in ten minutes; says what it held meanwhile
	"$(BIN)/python" -m pytest -m soak -s

.PHONY: lint
lint: $(VENV)/installed-dev ## style, formatting and the layers of the rooms
	"$(BIN)/ruff" check
	"$(BIN)/ruff" format --check
	"$(BIN)/lint-imports" --no-cache

.PHONY: types
types: $(VENV)/installed-dev ## mypy, strict
	"$(BIN)/mypy"

.PHONY: format
format: $(VENV)/installed-dev ## put the code in form
	"$(BIN)/ruff" check --fix --quiet
	"$(BIN)/ruff" format

.PHONY: setup
setup: $(VENV)/installed-dev ## only set up .venv/

# Other generators, to hold the dialects and our speed against: `make peers`, then `make test` or `make bench`.
# Zola is in no registry that pip, npm or Debian reads, and Jekyll is a package of Debian: `apt-get install jekyll`.
.PHONY: peers
peers: .peers/installed ## install the generators that we are held against, into .peers/

.peers/installed: $(PINS)/build.txt $(PINS)/peers.txt Makefile
	@"$(PYTHON)" -m venv .peers
	@.peers/bin/python -m pip --no-input install --quiet --quiet --require-hashes -r $(PINS)/build.txt
	@.peers/bin/python -m pip --no-input install --quiet --quiet --require-hashes --no-build-isolation --use-pep517 \
		-r $(PINS)/peers.txt
	@if command -v npm >/dev/null; then \
		npm install --prefix .peers --no-save --no-audit --no-fund --silent \
			@11ty/eleventy@3.1.8 hexo@8.1.2 hexo-cli@4.3.2 gray-matter@4.0.3 feed@6.0.0 markdown-it@15.0.3 \
			autocannon@9.0.0; \
	else echo "make peers: npm is not installed, so Eleventy, Hexo and the Node script of the bench are not either"; fi
	@touch $@

# `make bench` measures all rows of docs/performance.md and writes them there: on an idle machine, for an hour or so.
# ROWS=cold-10k,added-10k measures these alone, ROWS=serving those of the server and of the hub, QUICK=1 a few small ones;
# `make bench ROWS=list` names them all. For serving it takes nginx and wrk: `apt-get install nginx wrk`.
# The posts are made once, below bench/.cache (about 10 GB; BENCH_CACHE=/path puts them elsewhere).
ROWS ?=
ROUNDS ?=
QUICK ?=
.PHONY: bench
bench: $(VENV)/installed-dev .peers/installed ## measure speed and memory beside other generators
	@"$(BIN)/python" -m bench $(if $(ROWS),--rows "$(ROWS)") $(if $(ROUNDS),--rounds "$(ROUNDS)") $(if $(QUICK),--quick)

.PHONY: clean
clean: ## remove .venv/, .peers/, caches and what was built
	rm -rf $(VENV) .peers build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .syndicate
	find feeds -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	rm -rf bench/.cache
	find bench syndicate tests -name __pycache__ -type d -prune -exec rm -rf {} +

# `make pins` keeps what is pinned and adds what is missing; `make pins UPGRADE=1` takes the newest.
# --no-header and --no-emit-…: the files name no machine, no index and no path.
COMPILE = "$(BIN)/uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --annotation-style line $(if $(UPGRADE),--upgrade)

.PHONY: pins
pins: $(VENV)/installed ## write config/pins/ anew from pyproject.toml
	$(PIP_PINNED) -r $(PINS)/pins.txt
	$(COMPILE) --group build -o $(PINS)/build.txt
	$(COMPILE) pyproject.toml --all-extras -o $(PINS)/run.txt
	$(COMPILE) --group dev -c $(PINS)/run.txt -o $(PINS)/dev.txt
	$(COMPILE) --group peers -o $(PINS)/peers.txt
	$(COMPILE) --group linters -o $(PINS)/linters.txt
	$(COMPILE) --group pins -o $(PINS)/pins.txt
	@if grep -n '://' $(PINS)/*.txt; then echo "make pins: the lines above name a host" >&2; exit 1; fi

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { \
		echo "Syndicate needs Python 3.11 or newer, and none was found as python3.11, python3, ... on the PATH." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Syndicate needs Python 3.11 or newer; $(PYTHON) is not." >&2; exit 1; }
	@echo "Setting up $(VENV)/ with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "No virtual environment could be made with $(PYTHON). On Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/installed: pyproject.toml $(PINS)/build.txt $(PINS)/run.txt | $(VENV)/bin/python
	@echo "Installing the pinned packages of $(PINS)/ into $(VENV)/ (once; a minute or so)"
	@$(PIP_PINNED) -r $(PINS)/build.txt
	@$(PIP_PINNED) -r $(PINS)/run.txt
	@$(PIP) --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

$(VENV)/installed-dev: $(PINS)/dev.txt $(VENV)/installed
	@$(PIP_PINNED) -r $(PINS)/dev.txt
	@touch $@
