# The project's commands. Python 3.11 or later is all that must be there: make lab PYTHON=python3.12 names another.
PYTHON ?= python3
UV ?= uv
WORKERS = -n 2 --dist loadscope --no-loadscope-reorder
RUN = OPENBLAS_NUM_THREADS=1 .venv/bin/python -m

# Open the course in JupyterLab; LAB_ARGS are passed on to it.
lab: .venv/lab
	.venv/bin/python -m vae_from_scratch.course.start $(LAB_ARGS)

# Everything that guards the project: style, unit tests, all notebooks, a real browser, other Pythons.
test: .venv/test
	$(RUN) pytest $(WORKERS) $(TEST_ARGS)

# Execute and normalize the notebooks in place, or those named by LESSONS.
notebooks: .venv/test
	$(RUN) tests.notebooks.make $(LESSONS)

# Do the notebooks print the same numbers on other processors?
processors: .venv/test
	OPENBLAS_CORETYPE=Haswell $(RUN) pytest $(WORKERS) notebooks
	OPENBLAS_CORETYPE=Prescott NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL" $(RUN) pytest $(WORKERS) notebooks

# Training steps against PyTorch, JAX and stock autograd, and how their cost grows.
bench: .venv/test
	.venv/bin/python -m pip install --quiet -e '.[bench]'
	.venv/bin/python benchmarks/step.py
	.venv/bin/python benchmarks/growth.py

# Write the locks anew from pyproject.toml; UPGRADE=--upgrade moves the versions too.
lock:
	$(UV) pip compile -q pyproject.toml --universal --generate-hashes --custom-compile-command "make lock" \
		$(UPGRADE) -o requirements.lock
	$(UV) pip compile -q pyproject.toml --extra test -c requirements.lock --universal --generate-hashes \
		--custom-compile-command "make lock" $(UPGRADE) -o tests/requirements.lock

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed: make PYTHON=…")'
	$(PYTHON) -m venv .venv

.venv/lab: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing the course into .venv: about 425 MB, a minute, once."
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	.venv/bin/python -m pip install --quiet --no-deps -e .
	touch $@

.venv/test: tests/requirements.lock pyproject.toml | .venv/bin/python
	.venv/bin/python -m pip install --quiet --require-hashes -r tests/requirements.lock
	.venv/bin/python -m pip install --quiet --no-deps -e .
	touch $@

.PHONY: lab test notebooks processors bench lock
