"""The set-up agrees with itself: environment, locks, style, the course folder, and which module may import which."""

import ast
import errno
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from vae_from_scratch.course import start

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "vae_from_scratch"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = ("requirements.lock", "tests/requirements.lock")
CONDA_NAMES = {"matplotlib-base": "matplotlib"}

LAYERS = (  # a module imports from its own layer or from one above it in this table
    {"pytree", "memory", "shapes", "archives", "mnist", "folder", "data", "device"},
    {"autodiff"},
    {"ops"},
    {"layers", "distributions", "pca"},
    {
        "autoencoder",
        "vae",
        "conditional",
        "convolutional",
        "gray",
        "hierarchical",
        "evaluation",
        "optimizers",
        "training",
    },
    {"course"},
)
OUTSIDE = {"numpy", "autograd"}  # all that the core imports beyond the standard library
LAZY = {"device": {"cupy"}, "archives": {"pooch"}, "folder": {"PIL"}}  # inside a function only

# ---- environment and locks ----


def locked(name):
    """{package: [versions]} of a lock; more than one where Python versions differ."""
    versions = {}
    for package, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE):
        versions.setdefault(canonicalize_name(package), []).append(version)
    return versions


def test_environment_yml_asks_for_what_pyproject_asks_for():
    lines = (ROOT / "environment.yml").read_text().splitlines()
    asked = {line.strip("- ") for line in lines if re.match(r"  - [\w-]+(>=|$)", line)} - {"conda-forge", "pip"}
    conda = {re.sub(r"^[\w-]+", lambda name: CONDA_NAMES.get(name[0], name[0]), spec) for spec in asked}
    assert conda == {*PROJECT["dependencies"], f"python{PROJECT['requires-python']}"}
    assert [line.strip() for line in lines[-2:]] == ["- pip:", "- -e ."]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_and_no_address(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"://|--index|--extra-index|--find-links|@ ", text)
    for line in text.splitlines():
        assert re.fullmatch(r"#.*|    # .*|[\w.-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), line


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("requirements.lock", PROJECT["dependencies"]),
        ("tests/requirements.lock", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]),
    ],
)
def test_a_lock_satisfies_what_pyproject_asks_for(name, asked):
    versions = locked(name)
    for requirement in map(Requirement, asked):
        assert requirement.specifier, f"{requirement.name} has no lower bound"
        assert all(map(requirement.specifier.contains, versions[canonicalize_name(requirement.name)]))


def test_tests_run_with_the_versions_that_students_get():
    student, test = map(locked, LOCKS)
    assert student == {name: test[name] for name in student}
    assert not student.keys() & {"scipy", "playwright", "pytest", "nbval", "ruff", "torch", "jax"}


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_code_and_notebooks_have_one_style(command):
    done = subprocess.run([sys.executable, "-m", "ruff", *command, ROOT], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# ---- the course folder ----


def test_lessons_are_copied_once_and_never_overwritten(tmp_path):
    source, home = tmp_path / "notebooks", tmp_path / "my_course"
    source.mkdir()
    (source / "00_first.ipynb").write_text("first")
    assert start.bring_lessons(source, home) == ["00_first.ipynb"]
    (home / "00_first.ipynb").write_text("with the student's work")
    (source / "00_first.ipynb").write_text("first, corrected")
    (source / "01_second.ipynb").write_text("second")
    assert start.bring_lessons(source, home) == ["01_second.ipynb"]
    assert start.bring_lessons(source, home) == []
    assert (home / "00_first.ipynb").read_text() == "with the student's work"
    assert sorted(file.name for file in home.iterdir()) == ["00_first.ipynb", "01_second.ipynb"]


@pytest.mark.parametrize(("module", "step"), [(Path, "mkdir"), (shutil, "copyfile"), (Path, "replace")])
def test_on_a_full_disk_the_door_says_so_and_no_lesson_is_cut_short(tmp_path, monkeypatch, capsys, module, step):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path))
    monkeypatch.setattr(start.subprocess, "call", lambda *_, **__: pytest.fail("opened all the same"))

    def full_disk(*arguments, **_):
        if step == "copyfile":
            arguments[1].write_text("half a less")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "00_start_here.ipynb").write_text("the student's")
    monkeypatch.setattr(module, step, full_disk)
    assert start.main([]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("00_start_here.ipynb", "the student's")]


def test_jupyterlab_listens_on_this_machine_only_and_keeps_its_token(tmp_path):
    command = start.lab_command(tmp_path, "00_start_here.ipynb", ["--no-browser"])
    assert "--ip=127.0.0.1" in command
    assert command[-1] == "--no-browser"
    assert not [argument for argument in command if "token" in argument or "password" in argument]


def test_the_students_folder_is_known_to_jupyter_and_its_kernels(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    environment = start.environment(tmp_path)
    assert environment["VAE_COURSE_HOME"] == str(tmp_path)
    assert environment["JUPYTER_CONFIG_PATH"].startswith("theirs")


# ---- imports run one way ----


def layer(module):
    """Index in LAYERS of a dotted module of the package."""
    name = module.split(".")[1]
    return next(index for index, names in enumerate(LAYERS) if name in names)


def imports(path):
    """[(module, whether at the top of the file)] that a source file imports; the package's names as modules."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(map(id, tree.body))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            package = ROOT.joinpath(*node.module.split("."))
            inner = [
                alias.name
                for alias in node.names
                if (package / alias.name).is_dir() or (package / f"{alias.name}.py").exists()
            ]
            found += [(f"{node.module}.{name}", id(node) in top) for name in inner] or [(node.module, id(node) in top)]
    return found


CORE = sorted(PACKAGE.glob("[!_]*.py"))


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_core_imports_downward_numpy_and_autograd_only(path):
    own = layer(f"vae_from_scratch.{path.stem}")
    for module, at_top in imports(path):
        root = module.split(".")[0]
        if root == "vae_from_scratch":
            assert layer(module) <= own, module
        elif root not in OUTSIDE | sys.stdlib_module_names:
            assert root in LAZY.get(path.stem, ()) and not at_top, module


def graph(paths):
    """{module: modules of the package that its file imports at its top}."""
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths}
    return {
        name: {m for m, at_top in imports(path) if at_top and m.startswith("vae_from_scratch.")}
        for path, name in names.items()
    }


def test_no_imports_run_in_a_circle():
    remaining = graph(PACKAGE.rglob("*.py"))
    while ready := {name for name, needed in remaining.items() if not needed & remaining.keys()}:
        remaining = {name: needed for name, needed in remaining.items() if name not in ready}
    assert not remaining


def test_in_the_course_checks_do_not_import_widgets_and_only_widgets_import_widgets():
    for name, needed in graph((PACKAGE / "course").rglob("*.py")).items():
        part = name.removeprefix("vae_from_scratch.course.").split(".")[0]
        taken = {
            module.removeprefix("vae_from_scratch.course.").split(".")[0] for module in needed if ".course." in module
        }
        if part != "widgets":
            assert "widgets" not in taken, name
        if part == "checks":
            assert not taken & {"exercises", "plots", "linking"}, name


def test_importing_the_package_is_light_and_opens_no_connection():
    script = """if True:
        import socket, sys
        def refuse(*args): raise SystemExit("a connection was opened")
        socket.socket.connect = socket.getaddrinfo = refuse
        import vae_from_scratch
        from vae_from_scratch import data, device, distributions, evaluation, layers, optimizers, pca, training, vae
        print(*{"matplotlib", "ipywidgets", "pooch", "cupy", "scipy", "PIL"} & sys.modules.keys())
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
