# Everything here works after nothing but a clone and a python3 of 3.11 or newer: the tools come from PyPI into .venv.
#
#   make                          lists the targets
#   make demo                     shows what the collection does, on an AWS that it brings along
#   make test                     everything that is checked
#   PYTHON=python3.12 make test   the same with another Python (the environment is made again)

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PYTEST_ARGS ?=
# Through the link, so that every file of the collection has the one name by which Ansible imports it.
TYPED = $(VENV)/collections/ansible_collections/redshift/serverless/plugins $(wildcard tests demo)

export PATH := $(CURDIR)/$(BIN):$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(VENV)/collections
export PYTHONPATH := $(CURDIR)/$(VENV)/collections:$(CURDIR)/tests/emulator
export MYPYPATH := $(VENV)/collections
export PYTHONUNBUFFERED := 1

# Nothing here may reach a real AWS account: what the user has configured stays outside.
unexport AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
unexport AWS_REGION AWS_DEFAULT_REGION AWS_ENDPOINT_URL AWS_CA_BUNDLE AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
export AWS_CONFIG_FILE := /dev/null
export AWS_SHARED_CREDENTIALS_FILE := /dev/null
export AWS_EC2_METADATA_DISABLED := true

ENVIRONMENT = $(PYTHON) tests/tools/environment.py $(VENV)

.DEFAULT_GOAL := help
.PHONY: help demo test lint format generate new-resource units emulator integration sanity docs build benchmark changelog run-environment test-environment python clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: run-environment ## Show it: two accounts, SSL, public access, access across accounts, twice
	@$(BIN)/python demo/run.py

test: test-environment ## Everything below, the quick checks first
	@$(BIN)/python tests/tools/check.py "$(MAKE)" lint docs build units emulator sanity integration

lint: test-environment ## ruff, mypy, yamllint, ansible-lint, antsibull-changelog
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/yamllint --strict .
	$(BIN)/ansible-lint --offline --strict
	$(BIN)/antsibull-changelog lint
	$(BIN)/python tests/tools/generate.py --check
	$(BIN)/python tests/tools/role_options.py --check

format: test-environment ## Format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: test-environment ## Write the documentation that repeats: results of modules, options of roles
	$(BIN)/python tests/tools/generate.py
	$(BIN)/python tests/tools/role_options.py

new-resource: python ## List what a new resource still needs: NAME=snapshot, and ARGS=--ec2 or ARGS=--no-info
	@$(PYTHON) tests/tools/new_resource.py $(ARGS) $(NAME)

units: test-environment ## Unit tests of the collection
	$(BIN)/pytest -n $(WORKERS) --junit-xml .cache/reports/units.xml $(PYTEST_ARGS) tests/unit

emulator: test-environment ## Tests of the emulator
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --junit-xml .cache/reports/emulator.xml $(PYTEST_ARGS) tests/emulator/tests

integration: test-environment ## ansible-playbook against the emulator
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --junit-xml .cache/reports/integration.xml $(PYTEST_ARGS) tests/integration

sanity: test-environment ## ansible-test sanity, without ignore files
	$(BIN)/python tests/tools/sanity.py

docs: test-environment ## Documentation of every plugin and role, its links and its examples
	$(BIN)/python tests/tools/docs.py

build: test-environment ## Build the collection into build/, and look at it as Galaxy would
	$(BIN)/python tests/tools/build.py

benchmark: run-environment ## Measure what tasks and diagnoses cost; no verdict
	@$(BIN)/python tests/benchmark/run.py

changelog: test-environment ## Bring changelogs/fragments into the changelog of galaxy.yml's version
	$(BIN)/antsibull-changelog release --update-existing --reload-plugins --refresh-plugins

run-environment: python ## Make .venv with what the demo needs
	@$(ENVIRONMENT) run

test-environment: python ## Make .venv with the tools of the tests too
	@$(ENVIRONMENT) test

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed and $(PYTHON) is not: name another one, as in PYTHON=python3.12 make test." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "$(PYTHON) cannot make virtual environments: install its venv package (on Debian: python3-venv)." >&2; \
	  exit 1; }

clean: ## Remove everything that was made here
	rm -rf $(VENV) .cache .ansible build .mypy_cache .ruff_cache .pytest_cache .hypothesis
