"""One function for many rows of arguments: in processes beside this one or, by one argument, on a Dask cluster.

joblib does the work, with its own backends. A call has one BLAS thread wherever it runs, and a process traces one
gradient at a time (autograd keeps its traces in one place), so the numbers are those of calls made one by one here:
to the bit on processors of one kind.
"""

from contextlib import ExitStack
from threading import Lock

from joblib import Parallel, cpu_count, delayed, parallel_config
from threadpoolctl import threadpool_limits

ONE_AT_A_TIME = Lock()  # a cluster's worker may have several threads


def spread(function, rows, cluster=None):
    """Generator of function(*row) for each of the rows, in their order, each as soon as it is there.

    cluster is the address of a Dask scheduler, "tcp://host:8786", whose workers have this package installed, and
    function's module; None means this machine's cores. Raises what the function raises, ImportError where a cluster is
    asked for and Dask is missing, OSError where no scheduler answers.
    """
    rows = list(rows)
    with ExitStack() as stack:
        if cluster is None:
            settings = {"n_jobs": max(1, min(len(rows), cpu_count()))}
        else:
            settings = {"backend": "dask", "client": stack.enter_context(client_of(cluster)), "n_jobs": -1}
        with parallel_config(**settings):
            parallel = Parallel(return_as="generator")
        yield from parallel(delayed(alone)(function, *row) for row in rows)


def alone(function, *row):
    """function(*row) on one BLAS thread, while no other call runs in this process."""
    with ONE_AT_A_TIME, threadpool_limits(1):
        return function(*row)


def client_of(cluster):
    """Connection to the Dask scheduler at this address."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError('Dask is not installed: pip install "vae_from_scratch[cluster]"') from error
    return Client(cluster, set_as_default=False)
