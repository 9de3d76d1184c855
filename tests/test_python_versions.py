"""The unit tests on the other Python versions that are on this machine, each in a fresh environment from the lock."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def is_version(python, version):
    """Whether an interpreter starts and is of that version; a pyenv shim may be there and lead nowhere."""
    script = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", script], capture_output=True, text=True)
    return done.stdout.strip() == version


def interpreter(version):
    """Path of a Python of that version from the search path or from pyenv's folder of versions, or None."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    candidates = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python"))]
    return next((str(python) for python in candidates if python and is_version(python, version)), None)


def unit_tests(base, folder):
    """The finished process of the unit tests in a fresh environment of the interpreter `base`."""
    subprocess.run([base, "-m", "venv", folder / "venv"], check=True)
    python = next(path for path in folder.glob("venv/*/python*") if path.stem == "python")
    for asked in (["--require-hashes", "-r", ROOT / "tests/requirements.lock"], ["--no-deps", "-e", ROOT]):
        subprocess.run([python, "-m", "pip", "install", "--quiet", *asked], check=True, capture_output=True)
    test = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", folder / "temp", "tests/core"]
    test += ["tests/course", "--ignore", "tests/course/test_mutants.py"]  # texts, and judged long enough by one Python
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(test, cwd=ROOT, env=variables, capture_output=True, text=True)


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_unit_tests_pass_on_python(version):
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        pytest.skip(f"this is Python {version} already")
    base = interpreter(version)
    if base is None:
        pytest.skip(f"no Python {version} on this machine")
    with tempfile.TemporaryDirectory() as folder:
        done = unit_tests(base, Path(folder))
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
