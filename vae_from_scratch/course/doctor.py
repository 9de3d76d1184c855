"""Is this environment able to run the course? `doctor()` in a notebook, or

    python -m vae_from_scratch.course.doctor

A check returns what it found, or raises `Problem`: what is wrong and what to do. Newer than known is never a problem.
What was found differs from machine to machine. So a notebook shows it in a widget's view only, which is neither
stored nor compared, and the card beneath reads the same wherever all is well.
"""

import hashlib
import html
import json
import os
import platform
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from vae_from_scratch.course import CallableModule, cards, progress
from vae_from_scratch.course.start import PREFIX

COURSE = "vae_from_scratch"
DIGITS = "16a620b01e3d73da25492573a48fcedbe2cdbf25fe207c99feb82a711e1e9902"  # SHA-256 of the four arrays' bytes
MANAGER, ANYWIDGET = "@jupyter-widgets/jupyterlab-manager", "anywidget"  # names in JupyterLab
MANAGER_MAJOR = 5  # the manager's first version that speaks with ipywidgets 8
PYTHONS = {"python", "python3", f"python3.{sys.version_info.minor}"}  # in a kernel's command: the Python that starts it
FETCH = "In the course's folder run `git checkout vae_from_scratch/digits.npz`, or fetch the course again."
AFRESH = "Delete the course's folder `.venv` and install it again: `make lab`, or as its README says."


class Problem(Exception):
    """What is wrong, and what to do; between backticks what to type."""

    def __init__(self, wrong, remedy):
        super().__init__(f"{wrong} {remedy}")


# -------------------------------------------------------------------- checks


def check_versions():
    """Python and every package that the course asks for are there, and not too old."""
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    try:
        lowest, packages = metadata.metadata(COURSE)["Requires-Python"], metadata.requires(COURSE)
    except metadata.PackageNotFoundError:
        raise Problem(f"{COURSE} is not installed in this Python.", AFRESH) from None
    python = platform.python_version()
    if is_too_old(python, SpecifierSet(lowest)):
        raise Problem(f"This is Python {python}; the course needs Python {lowest}.", AFRESH)
    asked = map(Requirement, packages)
    needed = [package for package in asked if package.marker is None or package.marker.evaluate({"extra": ""})]
    found = {package.name: installed(package.name) for package in needed}
    amiss = [package for package in needed if is_too_old(found[package.name], package.specifier)]
    if amiss:
        here = ", ".join(f"{package.name} {found[package.name] or 'missing'}" for package in amiss)
        wanted = " ".join(f'"{package}"' for package in amiss)
        raise Problem(f"Too old or missing: {here}.", f"Run `python -m pip install {wanted}` and restart the kernel.")
    return ", ".join([f"Python {python}", *(f"{name} {version}" for name, version in found.items())])


def installed(package):
    """Version of an installed package; None where there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def is_too_old(version, bounds):
    """Whether a version (None: missing) lies below one of the lower bounds. Upper bounds count for nothing."""
    lower = [bound for bound in bounds if bound.operator == ">="]
    return version is None or not all(bound.contains(version, prereleases=True) for bound in lower)


def check_kernel():
    """Notebooks run in this Python: the one that opened JupyterLab, or the one that JupyterLab would start."""
    home = os.environ.get(PREFIX)
    if home and Path(home).resolve() != Path(sys.prefix).resolve():
        wrong = f"This kernel's Python lies in `{sys.prefix}`, and JupyterLab was opened by the one in `{home}`."
        raise Problem(wrong, "Choose `Python 3 (ipykernel)` in the menu Kernel, Change Kernel…")
    if runs_in_kernel():
        return f"this kernel runs in {sys.prefix}"
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        raise Problem("JupyterLab finds no kernel `python3`.", "Run `python -m pip install ipykernel`.") from None
    python = spec.argv[0]
    if python not in PYTHONS and not Path(python).absolute().is_relative_to(sys.prefix):
        remedy = f"Remove or rename the folder `{spec.resource_dir}`, which names the other one."
        raise Problem(f"The kernel `python3` is another Python, `{python}`.", remedy)
    return f"the kernel python3 runs in {sys.prefix}"


def runs_in_kernel():
    """Whether this is a notebook's kernel and not a command."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def check_widgets():
    """JupyterLab's side of the widgets is there, and of the version that Python's side speaks with."""
    manager, canvas, python = extension(MANAGER), extension(ANYWIDGET), metadata.version(ANYWIDGET)
    for name, there, package in (MANAGER, manager, "ipywidgets jupyterlab_widgets"), (ANYWIDGET, canvas, ANYWIDGET):
        if there is None:
            raise Problem(f"JupyterLab lacks its extension `{name}`.", reinstall(package))
    if int(manager.split(".")[0]) < MANAGER_MAJOR:
        wrong = f"JupyterLab's widget manager is {manager}; ipywidgets needs {MANAGER_MAJOR} or later."
        raise Problem(wrong, reinstall("ipywidgets jupyterlab_widgets"))
    if canvas.split(".")[:2] != python.split(".")[:2]:  # JupyterLab loads it for its own minor version only
        raise Problem(f"anywidget is {python} in Python and {canvas} in JupyterLab.", reinstall(ANYWIDGET))
    return f"manager {manager}, anywidget {canvas}"


def extension(name):
    """Version of an extension of JupyterLab, looked for where it looks; None where there is none."""
    from jupyter_core.paths import jupyter_path

    found = [Path(folder, name, "package.json") for folder in jupyter_path("labextensions")]
    return next((json.loads(file.read_text(encoding="utf-8"))["version"] for file in found if file.exists()), None)


def reinstall(packages):
    """What to do about an extension of JupyterLab."""
    command = f"python -m pip install --force-reinstall --no-deps {packages}"
    return f"Run `{command}` with JupyterLab's Python, start JupyterLab again and reload its page."


def check_data():
    """The embedded digits are there, to the last bit."""
    import numpy as np

    from vae_from_scratch import data

    try:
        with open(data.DIGITS_FILE, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = b"".join(arrays[name].tobytes() for name in ("train", "test", "train_labels", "test_labels"))
    except Exception as error:
        raise Problem(f"The digits cannot be read ({type(error).__name__}: {error}).", FETCH) from None
    if hashlib.sha256(found).hexdigest() != DIGITS:
        raise Problem(f"The digits in `{data.DIGITS_FILE}` are not the course's.", FETCH)
    return "5,000 digits"


def check_folder():
    """The student's folder, or the one it will be made in, takes a file and gives it back."""
    home = progress.home()
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    try:
        with tempfile.TemporaryDirectory(dir=place, prefix=".doctor-") as scratch:
            file = Path(scratch, "answers", "answer.py")
            progress.replace_file(file, "✓")
            if file.read_text(encoding="utf-8") != "✓":
                raise OSError("what was written reads otherwise")
    except OSError as error:
        wrong = f"Your answers cannot be saved in `{home}` ({error.strerror or error})."
        raise Problem(wrong, "Make room there, or set VAE_COURSE_HOME to a folder of yours.") from None
    return str(home)


def check_blas():
    """NumPy's BLAS is held to one thread, unless the environment asks for more."""
    from threadpoolctl import threadpool_info

    threads = max((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=None)
    if threads is None:
        return "as the system has it: this BLAS has no setting"
    asked = next((name for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS") if name in os.environ), None)
    if threads > 1 and not asked:
        wrong = f"NumPy's BLAS uses {threads} threads, which on shared cores wait for one another."
        raise Problem(wrong, "Set OPENBLAS_NUM_THREADS=1 before you start JupyterLab.")
    return f"{threads}, as {asked} asks" if asked else f"{threads}"


def check_gpu():
    """A GPU that is there can compute; having none is no problem."""
    from vae_from_scratch import device

    try:
        gpu = device.load_cupy()
    except ImportError as error:
        return f"none in use ({error})" if shutil.which("nvidia-smi") else "none, and none is needed"
    try:
        count = gpu.cuda.runtime.getDeviceCount()
    except Exception as error:  # its own type, which says that there is no driver
        return f"none that can be used ({error})"
    if not count:
        return "none, and none is needed"
    try:
        total = int(gpu.arange(4).sum())
    except Exception as error:  # of any kind: a driver too old, a compiler that is missing
        total = f"{type(error).__name__}: {error}"
    if total != 6:
        remedy = "Install the CuPy that fits its driver; until then leave the parameters where they are."
        raise Problem(f"There is a GPU, but it does not compute: 0 + 1 + 2 + 3 gave {total}.", remedy)
    return gpu.cuda.runtime.getDeviceProperties(0)["name"].decode()


CHECKS = {
    "versions": check_versions,
    "kernel": check_kernel,
    "widgets": check_widgets,
    "data": check_data,
    "work folder": check_folder,
    "BLAS threads": check_blas,
    "GPU, if any": check_gpu,
}


# -------------------------------------------------------------------- report


class Finding(NamedTuple):
    """What a check found, or the problem that it met."""

    name: str
    fact: str
    problem: str = ""


class Report(NamedTuple):
    """All findings, as lines of text or as a card; where all is well, the same text and the same card everywhere."""

    findings: list[Finding]

    @property
    def problems(self):
        """The findings that are problems."""
        return [finding for finding in self.findings if finding.problem]

    def summary(self):
        """How many checks are well, in words."""
        total, amiss = len(self.findings), len(self.problems)
        return f"{total - amiss} of {total} are well" if amiss else f"all well: {total} of {total}"

    def __repr__(self):
        lines = [f"✗ {finding.name}: {finding.problem}" for finding in self.problems]
        return "\n".join([f"{'✗' if lines else '✓'} {self.summary()}", *lines])

    def _repr_html_(self):
        return self.card(with_facts=bool(self.problems))

    def card(self, with_facts):
        """The card, as HTML: problems in full, what is well by name and, if asked for, what was found, folded."""
        symbol, tone = ("✗", cards.TONES["wrong"]) if self.problems else ("✓", cards.TONES["right"])
        well = " · ".join(finding.name for finding in self.findings if not finding.problem)
        parts = [f'<strong style="color:{tone}">{symbol}</strong> <strong>{self.summary()}</strong>']
        parts += [f"<strong>{finding.name}</strong> {cards.inline(finding.problem)}" for finding in self.problems]
        parts.append(f'<span style="{cards.QUIET}">✓ {well}</span>')
        lines = [f'<div style="margin-bottom:6px">{part}</div>' for part in parts]
        facts = [f"<div><strong>{f.name}</strong> {html.escape(f.fact)}</div>" for f in self.findings if f.fact]
        return cards.framed([*lines, cards.folded("What was found", "".join(facts)) * with_facts], tone)

    def _repr_mimebundle_(self, **kwargs):
        bundle = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        if self.problems:  # no widget, which may be what is broken
            return bundle
        from ipywidgets import HTML

        return bundle | HTML(self.card(with_facts=True))._repr_mimebundle_(**kwargs) | bundle


def doctor():
    """The report on this environment, every check made, whatever the others met."""
    return Report([examined(name, check) for name, check in CHECKS.items()])


def examined(name, check):
    """The finding of one check; an error that it did not foresee is a problem too."""
    try:
        return Finding(name, check())
    except Problem as problem:
        return Finding(name, "", str(problem))
    except Exception as error:
        return Finding(name, "", f"This could not be looked at ({type(error).__name__}: {error}). {AFRESH}")


def main():
    """Prints every finding; returns 1 if there is a problem, else 0."""
    report = doctor()
    sys.stdout.reconfigure(errors="replace")  # a terminal without ✓ still gets the words
    for name, fact, problem in report.findings:
        print(f"✗ {name}: {problem}" if problem else f"✓ {name}: {fact}")
    print(report.summary())
    return 1 if report.problems else 0


sys.modules[__name__].__class__ = CallableModule

if __name__ == "__main__":
    sys.exit(main())
