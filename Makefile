# make run | test | build | bench | check. Nothing else has to be installed by hand.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
export CARGO_TARGET_DIR := $(TARGET)
BIN := $(TARGET)/release
export TRICKLE_WORKER := $(BIN)/trickle-worker
export TRICKLE_WORKER_RAW := $(BIN)/trickle-worker-raw
PYTHON_SETS := $(patsubst %,tests/clients/python/venv-%/.installed,v4 v6 schemathesis)
export TRICKLE_MODULES := $(CURDIR)/sandbox/node_modules

.PHONY: run test build bench check fuzz soak worker worker-raw program modules modules-extra tests-modules needs

run: build
	$(BIN)/trickle demo $(ARGS)

build: worker program

# Two invocations: what the rest depends on must not change the engine's features.
worker: needs modules
	cargo build --release --locked --manifest-path worker/Cargo.toml -p trickle-worker

# In which scripts make system calls, for the attacks of tests/specs/jail. Only our own crates are built a second time.
worker-raw: worker
	cargo build --release --locked --manifest-path worker/Cargo.toml -p trickle-worker --features raw-syscalls --bin trickle-worker-raw

program:
	cargo build --release --locked -p trickle-cli

# Nextest where it is installed: it runs the tests of all crates side by side. Programs and tests in one pass, so that
# their features agree and cargo compiles what both need once.
test: worker-raw tests-modules
	cargo build --release --locked --workspace --bins --tests
	if cargo nextest --version >/dev/null 2>&1; then \
	    cargo nextest run --release --locked --workspace --no-fail-fast $(ARGS); \
	else \
	    cargo test --release --locked --workspace --no-fail-fast $(ARGS); \
	fi

# Hostile runs, bounded by their number: make soak N=1000
N := 100000
soak: build
	SOAK_RUNS=$(N) cargo test --release --locked -q -p trickle-tests --test jail -- --exact soak --include-ignored --nocapture

# Each target for SECONDS seconds, from the seeds in fuzz/seeds: make fuzz SECONDS=600
SECONDS := 20
fuzz:
	bash fuzz/run.sh $(SECONDS)

bench: build
	cargo run --release --locked -q -p trickle-bench -- $(ARGS)

check: needs modules
	cargo fmt --check
	cargo fmt --all --check --manifest-path worker/Cargo.toml
	cargo clippy --release --locked --workspace --all-targets -- -D warnings
	cargo clippy --release --locked --manifest-path worker/Cargo.toml --workspace -- -D warnings
	cargo xtask check
	node scripts/modules-reference.mjs --check
	node scripts/scripts-reference.mjs --check

modules: sandbox/node_modules/.package-lock.json
tests-modules: tests/clients/node_modules/.package-lock.json tests/types/node_modules/.package-lock.json $(PYTHON_SETS)

# Published clients and tools from PyPI, each set of packages in a folder of its own; every file by its hash.
tests/clients/python/venv-%/.installed: tests/clients/python/%.txt
	@bash scripts/needs-python.sh
	python3 -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r $<
	touch $@

NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && $(NPM_CI)
	touch $@

sandbox/node_modules/.package-lock.json: sandbox/package-lock.json scripts/slim-modules.mjs
	cd sandbox && $(NPM_CI)
	node scripts/slim-modules.mjs sandbox/node_modules
	touch $@

# Beside the core set; whatever installs that anew takes it away.
modules-extra: modules
	cd sandbox/extra && $(NPM_CI)
	node scripts/slim-modules.mjs sandbox/extra/node_modules
	rm -rf sandbox/node_modules/.extra
	mkdir sandbox/node_modules/.extra
	mv sandbox/extra/node_modules sandbox/node_modules/.extra/

needs:
	@bash scripts/needs.sh
