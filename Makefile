# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The first Python 3.11+ that is found; choose another one with `make PYTHON=python3.12 ...`.
PYTHON ?= $(firstword $(foreach python,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(python) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(python))))
RUN = $(or $(PYTHON),$(error Python 3.11 or newer is needed. On Debian and Ubuntu: sudo apt-get install python3 python3-venv)) -m

PORT ?= 8480
RUNS ?= 5
PARTS = sanity units integration system emulation molecule types lint tools

.DEFAULT_GOAL := help
.PHONY: help demo test test-matrix coverage bench soak $(PARTS) docs emulator build galaxy changelog clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## deploy and call four real functions on the emulator: no account, no key
	@$(RUN) tools.demo

test: ## everything below up to 'tools', side by side, with one closing line
	@$(RUN) tools.check

sanity: ## ansible-test sanity
units: ## ansible-test units
integration: ## ansible-test integration, against the emulator
coverage: ## units and integration, then the coverage of plugins/
system: ## the collection from outside: playbooks, the documentation's examples, the vendor's CLI
emulation: ## the emulator on its own
molecule: ## the role's scenarios
types: ## mypy --strict
lint: ## ansible-lint, antsibull-docs, antsibull-changelog, yamllint, import-linter, galaxy-importer, the site
tools: ## the tests of the tools/ folder

soak: ## the long proofs of docs/promises.md, in about ten minutes (SOAK_SEED=2 for other cases)

$(PARTS) soak:
	@$(RUN) tools.check $@

coverage:
	@$(RUN) tools.check units integration coverage

test-matrix: ## sanity, units and integration with each ansible-core on each Python that is installed (CORE=2.20 TARGET=3.12 for some)
	@$(RUN) tools.matrix

bench: ## what things cost, beside other collections (make bench ONLY="inventory role" RUNS=3), in ten minutes
	@$(RUN) tools.bench --runs $(RUNS) $(ONLY)

docs: ## the documentation site, in build/docs/site/build/html
	@$(RUN) tools.site

emulator: ## run the emulator on port 8480 (make emulator PORT=9000) until Ctrl-C
	@python=$$($(RUN) tools.venvs run)/bin/python && exec "$$python" -m tests.emulator --port $(PORT)

build: ## the collection's tarball, in build/dist/
	@$(RUN) tools.tarball

galaxy: ## what Ansible Galaxy checks when a collection is imported
	@$(RUN) tools.tarball --check

changelog: ## write CHANGELOG.rst for the version in galaxy.yml from changelogs/fragments/; may be run again
	@$(RUN) tools.changelog

clean: ## remove everything that the other commands made
	rm -rf .cache build tests/output
