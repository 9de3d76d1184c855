"""The doctor finds each thing that can be amiss, says what to do, and is content with what is newer than it knows."""

import errno
import json
import os
import subprocess
import sys
import types
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from vae_from_scratch import data, device
from vae_from_scratch.course import doctor, progress
from vae_from_scratch.course.start import PREFIX, environment


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder of its own for the student and for Jupyter; nothing of a JupyterLab that may run these tests."""
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(PREFIX, raising=False)
    return tmp_path


@pytest.fixture
def report(monkeypatch):
    """A function of checks' names that gives the report of these alone."""

    def of(*names):
        monkeypatch.setattr(doctor, "CHECKS", {name: doctor.CHECKS[name] for name in names})
        return doctor()

    return of


def problem(report, name):
    """The one problem of a report on one check, in words."""
    (finding,) = report(name).findings
    assert finding.problem and not finding.fact
    return finding.problem


# ---- versions ----


def requiring(monkeypatch, python, *packages):
    """Pretends that the course asks for these."""
    monkeypatch.setattr(metadata, "metadata", lambda name: {"Requires-Python": python})
    monkeypatch.setattr(metadata, "requires", lambda name: list(packages))


def test_what_is_installed_is_new_enough_for_the_course(report):
    fact = report("versions").findings[0].fact
    assert f"numpy {np.__version__}" in fact and "ipywidgets" in fact and "scipy" not in fact


@pytest.mark.parametrize(
    ("package", "said"), [("numpy>=99", f"numpy {np.__version__}"), ("no_such_package>=1.2", "no_such_package missing")]
)
def test_a_package_too_old_or_missing_is_named_with_the_command_that_mends_it(report, monkeypatch, package, said):
    requiring(monkeypatch, ">=3.11", "autograd>=1.0", package)
    found = problem(report, "versions")
    assert said in found and f'pip install "{package}"' in found and "autograd" not in found


def test_a_python_too_old_is_a_problem(report, monkeypatch):
    requiring(monkeypatch, ">=3.99", "numpy>=2")
    assert "the course needs Python >=3.99" in problem(report, "versions")


def test_a_course_that_is_not_installed_is_a_problem(report, monkeypatch):
    monkeypatch.setattr(doctor, "COURSE", "no_such_course")
    assert "no_such_course is not installed" in problem(report, "versions")


def test_newer_than_asked_for_and_packages_of_extras_are_no_problem(report, monkeypatch):
    requiring(monkeypatch, ">=3.11,<3.12", "numpy>=1,<2", "no_such_package>=1; extra == 'gpu'")
    monkeypatch.setattr(doctor.platform, "python_version", lambda: "3.99.0rc1")
    assert not report("versions").problems


# ---- kernel ----


def kernel_that_starts(folder, monkeypatch, python):
    """Makes `python3` the kernel that is started by this command."""
    spec = folder / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps({"argv": [python], "display_name": "P", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(folder))


@pytest.mark.parametrize("python", ["python", "python3", sys.executable])
def test_a_kernel_of_this_python_is_well(report, here, monkeypatch, python):
    kernel_that_starts(here, monkeypatch, python)
    assert sys.prefix in report("kernel").findings[0].fact


def test_a_kernel_of_another_python_is_a_problem_that_names_its_folder(report, here, monkeypatch):
    kernel_that_starts(here, monkeypatch, str(here / "other" / "bin" / "python"))
    found = problem(report, "kernel")
    assert str(here / "other") in found and str(here / "kernels" / "python3") in found


def test_no_kernel_at_all_is_a_problem(report, monkeypatch):
    from jupyter_client.kernelspec import KernelSpecManager

    monkeypatch.setattr(KernelSpecManager, "_find_spec_directory", lambda self, name: None)
    assert "pip install ipykernel" in problem(report, "kernel")


def test_a_kernel_of_another_python_than_its_jupyterlab_is_a_problem(report, here, monkeypatch):
    assert environment(here)[PREFIX] == sys.prefix
    monkeypatch.setenv(PREFIX, str(here / "elsewhere"))
    found = problem(report, "kernel")
    assert str(here / "elsewhere") in found and "Change Kernel" in found


def test_inside_a_kernel_the_running_one_counts_and_not_the_one_named_python3(report, here, monkeypatch):
    import IPython

    kernel_that_starts(here, monkeypatch, str(here / "other" / "bin" / "python"))
    monkeypatch.setattr(IPython, "get_ipython", lambda: types.SimpleNamespace(kernel=None))
    monkeypatch.setenv(PREFIX, sys.prefix)
    assert report("kernel").findings[0].fact == f"this kernel runs in {sys.prefix}"


# ---- widgets ----


@pytest.fixture
def extensions(here, monkeypatch):
    """A function that makes these the only extensions of JupyterLab: {name: version}."""
    from jupyter_core import paths

    def only(versions):
        for name, version in versions.items():
            file = here / name / "package.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"version": version}))
        monkeypatch.setattr(paths, "jupyter_path", lambda part: [str(here / "empty"), str(here)])

    return only


ANYWIDGET = metadata.version("anywidget")
NEXT = ".".join([*ANYWIDGET.split(".")[:2], "999"])


@pytest.mark.parametrize("manager", ["5.0.0", "5.9.1", "6.0.0-alpha.1"])
@pytest.mark.parametrize("anywidget", [ANYWIDGET, NEXT])
def test_extensions_of_the_needed_versions_and_newer_are_well(report, extensions, manager, anywidget):
    extensions({doctor.MANAGER: manager, doctor.ANYWIDGET: anywidget})
    assert report("widgets").findings[0].fact == f"manager {manager}, anywidget {anywidget}"


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        ({doctor.ANYWIDGET: ANYWIDGET}, "lacks its extension `@jupyter-widgets/jupyterlab-manager`"),
        ({doctor.MANAGER: "5.0.0"}, "lacks its extension `anywidget`"),
        ({doctor.MANAGER: "3.1.11", doctor.ANYWIDGET: ANYWIDGET}, "is 3.1.11; ipywidgets needs 5"),
        ({doctor.MANAGER: "5.0.0", doctor.ANYWIDGET: "0.0.1"}, f"{ANYWIDGET} in Python and 0.0.1 in JupyterLab"),
        ({doctor.MANAGER: "5.0.0", doctor.ANYWIDGET: "99.0.0"}, "99.0.0 in JupyterLab"),
    ],
)
def test_an_extension_that_is_missing_or_speaks_another_version_is_a_problem(report, extensions, versions, said):
    extensions(versions)
    found = problem(report, "widgets")
    assert said in found and "pip install --force-reinstall" in found and "reload" in found


def test_a_damaged_extension_is_a_problem(report, extensions, here):
    extensions({doctor.MANAGER: "5.0.0", doctor.ANYWIDGET: ANYWIDGET})
    (here / doctor.MANAGER / "package.json").write_text("{")
    assert "JSONDecodeError" in problem(report, "widgets")


def test_the_widgets_of_this_environment_are_well(report):
    assert not report("widgets").problems


# ---- data ----


def test_the_digits_are_the_course_s(report):
    assert report("data").findings[0].fact == "5,000 digits"


def test_one_changed_pixel_is_a_problem(report, here, monkeypatch):
    with np.load(data.DIGITS_FILE) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["test"][7, 400] ^= 1
    np.savez(here / "digits.npz", **arrays)
    monkeypatch.setattr(data, "DIGITS_FILE", here / "digits.npz")
    assert "are not the course's" in problem(report, "data")


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut short", b"version https://git-lfs.github.com/spec/v1"])
def test_a_missing_or_damaged_file_of_digits_is_a_problem(report, here, monkeypatch, content):
    if content is not None:
        (here / "digits.npz").write_bytes(content)
    monkeypatch.setattr(data, "DIGITS_FILE", here / "digits.npz")
    found = problem(report, "data")
    assert "cannot be read" in found and "git checkout" in found


# ---- work folder ----


def test_looking_at_the_work_folder_leaves_nothing_behind(report, here):
    assert report("work folder").findings[0].fact == str(here / "home")
    assert list(here.iterdir()) == []
    (here / "home").mkdir()
    assert not report("work folder").problems
    assert list((here / "home").iterdir()) == []


def test_a_file_in_the_folder_s_place_is_a_problem(report, here):
    (here / "home").write_text("")
    found = problem(report, "work folder")
    assert str(here / "home") in found and "VAE_COURSE_HOME" in found


def test_a_full_disk_is_a_problem(report, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in problem(report, "work folder")


def test_a_disk_that_gives_back_something_else_is_a_problem(report, monkeypatch):
    monkeypatch.setattr(progress, "replace_file", lambda path, text: (path.parent.mkdir(), path.write_text("?")))
    assert "reads otherwise" in problem(report, "work folder")


# ---- BLAS ----


@pytest.mark.parametrize(
    ("threads", "asked", "fact"),
    [
        ([1], None, "1"),
        ([1, 1], "1", "1, as OMP_NUM_THREADS asks"),
        ([4], "4", "4, as OMP_NUM_THREADS asks"),
        ([], None, "no setting"),
    ],
)
def test_one_thread_or_as_many_as_were_asked_for_are_well(report, monkeypatch, threads, asked, fact):
    blas(monkeypatch, threads, asked)
    assert fact in report("BLAS threads").findings[0].fact


def test_threads_that_nobody_asked_for_are_a_problem(report, monkeypatch):
    blas(monkeypatch, [1, 8], None)
    found = problem(report, "BLAS threads")
    assert "8 threads" in found and "OPENBLAS_NUM_THREADS=1" in found


def blas(monkeypatch, threads, asked):
    """Pretends that BLAS libraries have so many threads, and the environment asks for as many."""
    import threadpoolctl

    pools = [{"user_api": "blas", "num_threads": number} for number in threads]
    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: [*pools, {"user_api": "openmp", "num_threads": 9}])
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if asked:
        monkeypatch.setenv("OMP_NUM_THREADS", asked)


# ---- GPU ----


def gpu(monkeypatch, count, arange=np.arange):
    """Pretends that CuPy is installed and finds so many GPUs."""

    def devices():
        if count is None:
            raise RuntimeError("cudaErrorInsufficientDriver")
        return count

    runtime = types.SimpleNamespace(getDeviceCount=devices, getDeviceProperties=lambda number: {"name": b"A big one"})
    library = types.SimpleNamespace(cuda=types.SimpleNamespace(runtime=runtime), arange=arange)
    monkeypatch.setattr(device, "load_cupy", lambda: library)


def cannot_compute(count):
    raise RuntimeError("nvrtc is missing")


@pytest.mark.parametrize(("count", "fact"), [(1, "A big one"), (0, "none, and none"), (None, "cudaErrorInsufficient")])
def test_a_gpu_that_computes_and_no_gpu_are_both_well(report, monkeypatch, count, fact):
    gpu(monkeypatch, count)
    assert fact in report("GPU, if any").findings[0].fact


def test_without_cupy_there_is_no_problem_and_a_driver_is_noticed(report, monkeypatch):
    def missing():
        raise ImportError("write `pip install …`")

    monkeypatch.setattr(device, "load_cupy", missing)
    for driver, fact in [(None, "none, and none is needed"), ("nvidia-smi", "none in use (write `pip install …`)")]:
        monkeypatch.setattr(doctor.shutil, "which", lambda name, driver=driver: driver)
        assert report("GPU, if any").findings[0].fact == fact


@pytest.mark.parametrize(("arange", "said"), [(cannot_compute, "nvrtc is missing"), (np.ones, "gave 4")])
def test_a_gpu_that_computes_nothing_or_wrongly_is_a_problem(report, monkeypatch, arange, said):
    gpu(monkeypatch, 1, arange)
    found = problem(report, "GPU, if any")
    assert said in found and "CuPy" in found


# ---- report ----


def found(problem=""):
    """A report on two checks, the second of them with this problem."""
    facts = [doctor.Finding("first", "/a/path 1.2.3"), doctor.Finding("second", "" if problem else "x", problem)]
    return doctor.Report(facts)


def test_where_all_is_well_text_and_card_name_no_fact_and_the_widget_names_all():
    report = found()
    bundle = report._repr_mimebundle_()
    assert repr(report) == bundle["text/plain"] == "✓ all well: 2 of 2"
    assert bundle["text/html"] == report._repr_html_() and "1.2.3" not in bundle["text/html"]
    assert "first · second" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "/a/path 1.2.3" in report.card(with_facts=True)


def test_a_problem_is_told_in_full_and_without_a_widget():
    report = found("It is <broken>. Run `mend it`.")
    bundle = report._repr_mimebundle_()
    assert repr(report) == "✗ 1 of 2 are well\n✗ second: It is <broken>. Run `mend it`."
    assert set(bundle) == {"text/html", "text/plain"}
    assert "&lt;broken&gt;" in bundle["text/html"] and "/a/path 1.2.3" in bundle["text/html"]


def test_an_error_that_a_check_did_not_foresee_is_a_problem_and_stops_no_other(monkeypatch):
    monkeypatch.setattr(doctor, "CHECKS", {"first": lambda: 1 / 0, "second": lambda: "well"})
    report = doctor()
    assert [finding.name for finding in report.problems] == ["first"]
    assert "ZeroDivisionError" in report.problems[0].problem


@pytest.mark.parametrize(("well", "status"), [(True, 0), (False, 1)])
def test_the_command_prints_every_finding_and_its_exit_status_tells(monkeypatch, capsys, well, status):
    monkeypatch.setattr(doctor, "doctor", lambda: found("" if well else "Broken. Mend it."))
    assert doctor.main() == status
    printed = capsys.readouterr().out
    assert "✓ first: /a/path 1.2.3" in printed and ("✗ second: Broken. Mend it." in printed) == (not well)


def test_the_command_is_well_in_the_environment_that_runs_the_tests(here):
    command = [sys.executable, "-m", "vae_from_scratch.course.doctor"]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=here)
    assert run.returncode == 0 and "all well: 7 of 7" in run.stdout, run.stdout + run.stderr
    (here / "home").write_text("")
    assert subprocess.run(command, capture_output=True, cwd=here).returncode == 1
    assert [path.name for path in Path(here).iterdir()] == ["home"]
