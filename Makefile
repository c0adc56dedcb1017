# The menu. `make demo` and `make test` set up everything they need on a bare machine.

PYTHON ?= python3
BIN := .venv/bin
export PYTHONUTF8 := 1
# Some machines set it for all; then each of the many processes of a test run would compile our sources anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup voice demo seat console serve check format test interop screens features loss fuzz bench load doctor lock clean

help:  ## show this menu
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup:  ## make the environment in .venv (system packages too, when root or sudo)
	@$(PYTHON) -m lab.bootstrap

voice:  ## setup, plus the speech packages and the sound card
	@$(PYTHON) -m lab.bootstrap --voice --sound

demo: voice  ## the main job: a customer calls, you answer (AUTO=1: an automatic agent answers)
	@$(BIN)/lab demo $(if $(AUTO),--auto) $(ARGS)

seat: setup  ## sit down at a seat: make seat ARGS="--server HOST:PORT"
	@$(BIN)/lab seat $(ARGS)

console: setup  ## open the instructor's console
	@$(BIN)/lab console $(ARGS)

serve: voice  ## start the classroom server: make serve ARGS="--data DIR --demo-class"
	@$(BIN)/lab serve $(ARGS)

check: setup  ## format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

format: setup  ## let ruff write the format
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

test: setup  ## all tests that need no strangers' software beyond what is installed
	@$(BIN)/python -m pytest -m "not interop and not load and not wire" -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)
	@$(BIN)/python -m pytest -m wire -n 3 --dist load --maxschedchunk 1 $(ARGS)

interop: setup  ## strangers' telephones against ours: SIPp, baresip, linphone; and the web page in Chromium (installs them when root or sudo)
	@$(PYTHON) -m lab.bootstrap --interop
	@$(BIN)/python -m pytest -m interop $(ARGS)

screens: setup  ## draw the pictures of the screens anew
	@$(BIN)/python -m pytest -m screen --snapshot-update $(ARGS)

features: setup  ## which items of the feature catalogue have a passing test
	@$(BIN)/python -m tests.features $(ARGS)

loss: setup  ## 20 fresh seeds x 1,000 calls at 20 % datagram loss
	@LAB_LOSS_SEEDS=20 $(BIN)/python -m pytest -m story -k loss --timeout 3600 -s $(ARGS)

fuzz: setup  ## 100,000 mutated datagrams for SIP and for RTP: no crash, nothing left, no growth
	@$(BIN)/python -m tests.fuzz $(or $(COUNT),100000)

bench: setup  ## CPU per call, per packet, per turn, each against a baseline in the same run
	@$(BIN)/python -m tests.bench $(ARGS)

load: setup  ## 50 callers for two minutes against a server of its own: make load ARGS="--users 10 --seconds 30"
	@$(BIN)/lab load $(ARGS)

doctor: setup  ## what is missing on this machine and how to get it
	@$(BIN)/lab doctor

lock:  ## resolve the locks anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --group dev --extra load --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra voice -c requirements.lock --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-voice.lock
	echo "pyaudio==0.2.14" | uv pip compile - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-audio.lock

clean:  ## remove the environment and the caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
