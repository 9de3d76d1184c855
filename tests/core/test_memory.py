"""Arrays that one step frees cost the next one no new pages."""

import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource
import sys

import numpy as np

from vae_from_scratch import memory

if sys.argv[1] == "kept":
    memory.keep_what_is_freed()


def step():
    return [np.ones(1 << 18, np.float32) for _ in range(32)]  # 32 MiB in all, in blocks of 1


def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


step()
before = faults()
for _ in range(5):
    step()
print((faults() - before) // 5)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc hands large blocks back")
def test_a_step_that_frees_its_arrays_leaves_their_pages_to_the_next():
    def faults(how):
        return int(subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, check=True).stdout)

    assert faults("kept") < 10 < faults("as it comes")
