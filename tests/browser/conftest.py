"""Fixtures of the browser tests: `open_notebook(path)` opens a copy in a real JupyterLab and Chromium.

A test that ends with a page error, a console error or a request to another machine fails, whatever else it saw.
"""

import shutil
from contextlib import ExitStack

import pytest

from tests.browser.lab import Notebook, find_chromium, running_browser, running_lab, strict_page


@pytest.fixture(scope="module")  # no longer: while it lives, its event loop runs in this thread, in other tests' way
def browser():
    """A headless Chromium; without one on this machine the test is skipped."""
    if find_chromium() is None:
        pytest.skip("no Chromium on this machine: nothing was tried in a browser")
    with running_browser() as running:
        yield running


@pytest.fixture
def open_notebook(browser, tmp_path, monkeypatch):
    """A function of a notebook's path that opens a copy of it in a JupyterLab of its own, in rehearsal."""
    monkeypatch.setenv("VAE_REHEARSE", "1")
    (tmp_path / "work").mkdir()
    complaints = []
    with ExitStack() as stack:

        def open_copy(path):
            shutil.copy(path, tmp_path / "work")
            server = stack.enter_context(running_lab(tmp_path / "work", tmp_path / "home"))
            page, wrong = strict_page(browser)
            stack.callback(page.close)
            complaints.append(wrong)
            return Notebook(page, server, path.name)

        yield open_copy
    assert [complaint for wrong in complaints for complaint in wrong] == []
