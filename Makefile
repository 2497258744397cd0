# The two commands of the README are `make demo` and `make test`. Each makes the environment that
# it needs, the second on top of the first; nothing is written outside this folder.

PYTHON ?= python3
BIN := .venv/bin
# pip's cache would lie in the home folder; a machine that wants one says where.
CACHE := $(if $(PIP_CACHE_DIR),,--no-cache-dir)
export MPLCONFIGDIR := $(CURDIR)/.cache/matplotlib
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := 1
# Threads of numerical libraries wait for each other; what runs in parallel here are processes.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check $(CACHE) --require-hashes --no-deps

.PHONY: env dev spark peers demo stop test suite check docs site notebooks lock audit unaudited release clean

# What Lumbung runs on, from the demonstration to every command but the benchmarks.
env: .venv/made

.venv/made: locks/training.txt locks/installing.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; say which with make PYTHON=…"; exit 2; }
	@echo "Making the environment in .venv (about 330 MB to download the first time) …"
	@$(PYTHON) -m venv .venv
	@$(INSTALL) -r locks/training.txt -r locks/installing.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'import lightgbm' 2>/dev/null || $(BIN)/python locks/openmp.py
	@$(BIN)/python -c 'import lightgbm'
	@$(BIN)/python -m compileall -q features models matching audit training serving lumbung
	@touch $@

# What tests, checks, draws the pages and measures.
dev: .venv/made-dev

.venv/made-dev: .venv/made locks/all.txt
	@echo "Adding the tools of development (about 310 MB to download) …"
	@$(INSTALL) -r locks/all.txt
	@touch $@

# Apache Spark is half a gigabyte of its own, so only what needs it waits for it.
spark: .venv/made-spark

.venv/made-spark: .venv/made locks/spark.txt
	@echo "Adding Apache Spark (about 490 MB to download) …"
	@$(INSTALL) --no-build-isolation -r locks/spark.txt
	@touch $@

# The peers that `lumbung benchmark` and `lumbung bench` compare with; those that cannot stand
# beside our own folders and libraries lie apart.
peers: .venv/made-peers .cache/peers/made

.venv/made-peers: .venv/made-dev locks/benchmark.txt
	@echo "Adding the peers of the benchmark (about 130 MB to download) …"
	@$(INSTALL) -r locks/benchmark.txt
	@touch $@

.cache/peers/made: .venv/made locks/apart.txt locks/alone.txt
	@echo "Adding the peers of allocation and of the audit, apart (about 30 MB to download) …"
	@rm -rf .cache/peers
	@$(INSTALL) --ignore-requires-python --target .cache/peers -r locks/apart.txt -r locks/alone.txt
	@touch $@

demo: env
	@$(BIN)/lumbung demo $(if $(DETACH),--detach) $(if $(PORT),--port $(PORT))

stop: env
	@$(BIN)/lumbung stop

# What is installed is installed first; then mypy, on one core, need not be waited for.
test: dev spark peers
	@$(MAKE) --no-print-directory --jobs 2 check suite

suite: dev spark peers
	$(BIN)/pytest --cov --numprocesses logical --maxprocesses 4 --dist worksteal

check: dev spark peers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Write again what is generated: the OpenAPI document and the pages made from code.
docs: dev
	$(BIN)/python -m lumbung.documents

# The pages as a site, to open in a browser; a warning is an error.
site: dev
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -c docs -d .cache/site-read . .cache/site
	@echo "open .cache/site/index.html"

# Run the notebooks and write them as pages, with their pictures. It is done in their folder: a
# kernel starts there, and finds the socket of who asks only if both look in the same place.
notebooks: dev
	cd notebooks && ../$(BIN)/jupyter nbconvert --to html --execute --KernelManager.transport=ipc --output-dir ../var/notebooks *.ipynb

# Known faults in what is locked. It asks the network, so no test does. Where a package is said not
# to be found, the database was not reached: nothing was found out.
audit: dev
	$(BIN)/pip-audit --strict --progress-spinner off --disable-pip --require-hashes --requirement locks/serving.txt
	$(BIN)/pip-audit --strict --progress-spinner off --disable-pip --require-hashes --requirement locks/training.txt

# Wheel, source, list of parts, changes and hashes of the last commit, in dist/.
# Where no database of faults can be reached: make release AUDIT=no, which says so.
release: $(if $(filter no,$(AUDIT)),unaudited,audit)
	$(BIN)/python -m deploy.release

unaudited: dev
	@echo "Warning: nobody was asked for known faults in what is locked. Run make audit before you give this out." >&2

# Resolve the dependencies anew; what the locks share is the same in each.
lock: dev
	$(BIN)/uv pip compile $(LOCK) --extra training --extra dev --output-file locks/all.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --constraints locks/all.txt --output-file locks/serving.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --constraints locks/all.txt --extra training --output-file locks/training.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --constraints locks/all.txt --output-file locks/building.txt locks/building.in
	$(BIN)/uv pip compile $(LOCK) --constraints locks/all.txt --output-file locks/installing.txt locks/installing.in
	$(BIN)/uv pip compile $(LOCK) --constraints locks/all.txt --extra training --extra spark --output-file locks/spark.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --constraints locks/all.txt --extra training --extra benchmark --output-file locks/benchmark.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) $(HELD:%=--no-emit-package %) --output-file locks/apart.txt locks/apart.in
	$(BIN)/uv pip compile $(LOCK) --no-deps --output-file locks/alone.txt locks/alone.in
# what those apart take from the environment
HELD := numpy pandas python-dateutil six typing-extensions tzdata
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

clean:
	rm -rf .venv .cache var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
