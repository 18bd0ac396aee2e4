# Each target first prepares what it lacks; what is there already is not done again.
PYTHON ?= python3
BIN := .venv/bin
DATA := $(or $(REZONE_DATA_DIR),var)

.DEFAULT_GOAL := help
.PHONY: help setup demo run check test bench clean

help: ## Dit ce que fait chaque commande
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## Installe l'environnement, les référentiels et un jeu de données d'essai
	@$(PYTHON) deploy/bootstrap.py run
	@$(BIN)/rezone setup

demo: setup ## Produit dans out/ le rapport d'un territoire réel, par les vrais services
	@$(BIN)/rezone demo

run: setup ## Lance la suite sur cette machine : API et documentation en http://127.0.0.1:8000/docs
	@$(BIN)/rezone serve

check: ## Vérifie forme, règles, types, murs entre services et contrats publiés
	@$(PYTHON) deploy/bootstrap.py check
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/rezone openapi --check
	$(BIN)/rezone asyncapi --check

test: ## Lance tous les essais, avec la couverture
	@$(PYTHON) deploy/bootstrap.py test
	@$(BIN)/rezone setup
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --skip-covered --fail-under=90

bench: ## Mesure vitesse et mémoire, et imprime chaque rapport
	@$(PYTHON) deploy/bootstrap.py bench
	@$(BIN)/rezone setup
	$(BIN)/python -m tests.bench

clean: ## Retire l'environnement et les fichiers téléchargés ; garde la base de données et out/
	rm -rf .venv "$(DATA)/reference" "$(DATA)/assets"
	@echo "Restent $(DATA)/postgres et out/, qui peuvent porter vos données."
