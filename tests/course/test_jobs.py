"""Work that is spread over processes, or over a real Dask cluster on this machine: the numbers of one process."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from vae_from_scratch.course import jobs, sweeps
from vae_from_scratch.pytree import tree_leaves


@pytest.fixture(scope="module")
def cluster():
    """Address of a Dask scheduler on 127.0.0.1 with two workers: processes of their own, of two threads each."""
    distributed = pytest.importorskip("distributed", reason='no Dask here: pip install "vae_from_scratch[cluster]"')
    options = {"host": "127.0.0.1", "dashboard_address": None, "processes": True}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, **options) as local:
        yield local.scheduler_address


def this_process(monkeypatch):
    monkeypatch.setattr(jobs, "cpu_count", lambda: 1)


def test_values_come_in_the_order_of_the_rows_and_not_before_they_are_asked_for(monkeypatch):
    this_process(monkeypatch)
    asked = []
    values = jobs.spread(lambda a, b: asked.append(a) or a - b, [(5, 1), (7, 2)])
    assert asked == []
    assert list(values) == [4, 5] and asked == [5, 7]


def test_no_rows_are_no_work():
    assert list(jobs.spread(pow, [])) == []


def test_processes_beside_this_one_give_the_values_of_this_one(monkeypatch):
    monkeypatch.setattr(jobs, "cpu_count", lambda: 2)
    assert list(jobs.spread(pow, [(2, 3), (3, 2), (5, 1)])) == [8, 9, 5]


def test_a_cluster_gives_the_values_of_this_process(cluster):
    assert list(jobs.spread(pow, [(2, 3), (3, 2), (5, 1)], cluster)) == [8, 9, 5]


def test_what_a_call_raises_on_the_cluster_is_raised_here(cluster):
    with pytest.raises(ZeroDivisionError):
        list(jobs.spread(divmod, [(1, 1), (1, 0)], cluster))


def test_the_networks_of_a_cluster_are_to_the_bit_those_of_this_process(cluster, tmp_path, monkeypatch, capsys):
    this_process(monkeypatch)
    monkeypatch.setenv("VAE_REHEARSE", "1")
    betas, homes = (0.125, 1.0, 32.0), [tmp_path / "here", tmp_path / "there"]
    networks, printed = [], []
    for home, where in zip(homes, (None, cluster), strict=True):
        monkeypatch.setenv("VAE_COURSE_HOME", str(home))
        networks.append(tree_leaves(list(sweeps.over_beta(betas, cluster=where).values())))
        printed.append(capsys.readouterr().out)
    assert all(np.array_equal(here, there) for here, there in zip(*networks, strict=True))
    assert printed[0] == printed[1]


def test_a_process_makes_one_call_at_a_time():
    inside, most = [], []

    def call():
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)
        inside.pop()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: jobs.alone(call), range(4)))
    assert most == [1, 1, 1, 1]


def test_without_dask_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"vae_from_scratch\[cluster\]"):
        list(jobs.spread(pow, [(2, 3)], "tcp://127.0.0.1:1"))
