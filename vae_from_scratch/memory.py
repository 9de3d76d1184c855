"""Memory that one training step frees serves the next one.

The C library of most Linux systems, glibc, hands large blocks back to the system as soon as they are freed, and every
step fetches them anew, page by page, cleared. What is large it learns from the blocks that it has seen freed
(mallopt(3), M_MMAP_THRESHOLD), so one of the largest that it learns from is freed beforehand.
"""

from functools import cache

import numpy as np

LARGEST = 31 << 20  # bytes: from blocks above 32 MiB it learns nothing


@cache
def keep_what_is_freed():
    """From now on up to twice LARGEST of freed memory stays with the process; no effect where there is no glibc."""
    np.empty(LARGEST, np.uint8)
