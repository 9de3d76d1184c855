"""What a lesson's first cell imports opens at once, holds BLAS to one thread, and rehearses when asked to."""

import os
import subprocess
import sys

import pytest

from vae_from_scratch import course
from vae_from_scratch.course import progress, steps


def in_a_fresh_python(code, **variables):
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    run = subprocess.run([sys.executable, "-c", code], env=kept | variables, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_every_promised_name_is_there():
    assert {"exercise", "check", "hint", "solution", "yours", "progress", "steps"} <= set(course.__all__)
    assert all(callable(getattr(course, name)) for name in course.__all__)
    assert set(course.__all__) <= set(dir(course))


def test_progress_is_one_name_for_the_module_and_what_lessons_call():
    assert callable(progress)
    assert progress.home().is_absolute()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="exercises_"):
        _ = course.exercises_


def test_the_door_brings_in_no_plots_and_no_widgets():
    code = "import sys\nfrom vae_from_scratch.course import exercise, check, hint, solution, yours, progress, steps\n"
    code += "print(sorted({'matplotlib', 'ipywidgets', 'PIL', 'IPython', 'cupy'} & sys.modules.keys()))"
    assert in_a_fresh_python(code) == "[]"


@pytest.mark.parametrize(("variables", "threads"), [({}, "{1}"), ({"OPENBLAS_NUM_THREADS": "2"}, "{2}")])
def test_blas_has_one_thread_unless_the_environment_says_otherwise(variables, threads):
    code = "import vae_from_scratch.course, gc, threadpoolctl as t\ngc.collect()\n"
    code += (
        "print({pool['num_threads'] for pool in t.threadpool_info() if pool['internal_api'] == 'openblas'} or {'none'})"
    )
    found = in_a_fresh_python(code, **variables)
    if found == "{'none'}" or os.cpu_count() < 2:
        pytest.skip("NumPy's BLAS is not OpenBLAS here, or there is one core only")
    assert found == threads


def test_a_rehearsal_takes_at_most_twenty_steps(monkeypatch):
    monkeypatch.delenv("VAE_REHEARSE", raising=False)
    assert (steps(5), steps(2000)) == (5, 2000)
    monkeypatch.setenv("VAE_REHEARSE", "1")
    assert (steps(5), steps(20), steps(2000)) == (5, 20, 20)
