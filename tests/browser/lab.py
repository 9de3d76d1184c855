"""JupyterLab in a real browser: a private server, a strict page, and a notebook driven through its model.

Everything the server writes lies in one temporary folder, so nothing of the user's own Jupyter is read or changed.
A page remembers what should never happen (`page_errors`, console errors, requests that leave this machine) in
`complaints`; a test asserts that the list is empty.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import TimeoutError, sync_playwright

from vae_from_scratch.course.start import JUPYTER, style_options

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()
SETTINGS = {"notebook-extension/tracker": {"windowingMode": "none"}}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
READY = """() => {
    const panel = window.jupyterapp && window.jupyterapp.shell.currentWidget;
    return Boolean(panel && panel.context && panel.context.isReady && panel.sessionContext.isReady
        && panel.sessionContext.session && panel.sessionContext.session.kernel
        && panel.sessionContext.session.kernel.status === 'idle');
}"""

SAYS = "([part, text]) => document.querySelector(part).innerText.includes(text)"
OTHER = "([part, before]) => document.querySelector(part).innerText !== before"
CHANGED = "([part, before]) => document.querySelector(part).getAttribute('src') !== before"
KEYS, SWALLOWED = 30, 5_000  # the most keys that move a slider; ms after which one without effect is given up


class Server(NamedTuple):
    """A running JupyterLab: where it answers, its token, and the folder it shows."""

    url: str
    token: str
    folder: Path


# ---- server ----


def find_chromium():
    """Path of a Chromium or Chrome on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def private_environment(home):
    """Environment variables that keep all of Jupyter's, IPython's and the course's files under `home`, and bring the
    course's settings of JupyterLab."""
    settings = home / "settings"
    for name, values in SETTINGS.items():
        file = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    folders = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_CONFIG_PATH": JUPYTER,
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": settings,
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
        "VAE_COURSE_HOME": home / "course",
    }
    return {"OPENBLAS_NUM_THREADS": "1", **os.environ, **{name: str(path) for name, path in folders.items()}}


def free_port():
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    """Whether an HTTP server answers at `url`."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def running_lab(folder, home, patience=60):
    """A JupyterLab server over `folder` whose own files lie in `home`; ended on leaving."""
    port, token = free_port(), secrets.token_hex(16)
    options = {
        "--ip": "127.0.0.1",
        "--port": port,
        "--ServerApp.port_retries": 0,
        "--IdentityProvider.token": token,
        "--ServerApp.root_dir": folder,
        "--LabApp.extension_manager": "readonly",
        "--LabApp.expose_app_in_browser": True,
        "--ServerApp.answer_yes": True,
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *style_options()]
    command += [f"{name}={value}" for name, value in options.items()]
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=private_environment(home), stdout=stream, stderr=stream, cwd=folder)
    try:
        deadline = time.monotonic() + patience
        while not answers(f"http://127.0.0.1:{port}/api"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        yield Server(f"http://127.0.0.1:{port}", token, Path(folder))
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# ---- browser ----


@contextmanager
def running_browser():
    """A headless Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def strict_page(browser, width=1280, height=1400):
    """A new page, and the list in which its errors and its requests to other machines are collected."""
    page, complaints = browser.new_page(viewport={"width": width, "height": height}), []

    def check_request(request):
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            complaints.append(f"request to {request.url}")

    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("console", lambda m: complaints.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("request", check_request)
    return page, complaints


class Notebook:
    """A notebook open in a page. Cells are addressed by index; outputs are read from the model, not the screen.

    The file must name its kernel, or JupyterLab asks for one and the notebook never gets ready.
    """

    def __init__(self, page, server, name, patience=120):
        self.page, self.patience = page, 1000 * patience
        page.set_default_timeout(self.patience)
        page.goto(f"{server.url}/lab/tree/{name}?token={server.token}&reset")
        page.wait_for_function(READY, timeout=60_000)
        self.command("application:toggle-left-area")

    def command(self, name, args=None):
        """Runs one of JupyterLab's commands and waits until it has ended."""
        self.page.evaluate(
            """([name, args]) => {
                window.commandEnded = false;
                const end = () => { window.commandEnded = true; };
                window.jupyterapp.commands.execute(name, args || {}).then(end, end);
            }""",
            [name, args],
        )
        self.page.wait_for_function("() => window.commandEnded")

    def _cell(self, index, expression, *args):
        script = f"([index, ...args]) => {{ const cell = {CONTENT}.widgets[index]; return {expression}; }}"
        return self.page.evaluate(script, [index, *args])

    def run_all(self):
        """Runs every cell, as the menu's Run All does, and waits until the kernel is idle again."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(READY)

    def sources(self):
        """The source of every cell."""
        return self.page.evaluate(f"() => {CONTENT}.widgets.map(cell => cell.model.sharedModel.getSource())")

    def find(self, text):
        """Index of the one cell whose source contains `text`."""
        found = [index for index, source in enumerate(self.sources()) if text in source]
        if len(found) != 1:
            raise LookupError(f"{len(found)} cells contain {text!r}; expected exactly one")
        return found[0]

    def run(self, index, source=None):
        """Runs one cell, with a new source if one is given, and returns its outputs."""
        if source is not None:
            self._cell(index, "cell.model.sharedModel.setSource(args[0])", source)
        self.page.evaluate(f"i => {{ {CONTENT}.deselectAll(); {CONTENT}.activeCellIndex = i; }}", index)
        self.command("notebook:run-cell")
        return self.outputs(index)

    def outputs(self, index):
        """Outputs of a code cell as the file would hold them; [] for prose."""
        return self._cell(index, "cell.model.outputs ? cell.model.outputs.toJSON() : []")

    def errors(self):
        """Tracebacks in the notebook: [(index, name, message)]."""
        cells = enumerate(map(self.outputs, range(len(self.sources()))))
        return [
            (i, out["ename"], out["evalue"]) for i, outputs in cells for out in outputs if out["output_type"] == "error"
        ]

    def told(self, index):
        """The text that a cell shows below itself."""
        return self.output_area(index).inner_text()

    def answer(self, name, source):
        """Hands in an answer in the exercise cell of this function; returns the text of its card."""
        index = self.find(f"def {name}(")
        self.run(index, source)
        return self.told(index)

    def judges(self, exercise, wrong, mistake, right):
        """Asserts that the cell with `exercise` in it waits, tells a wrong answer its mistake, and puts the right one
        to use; answers are whole sources."""
        index = self.find(exercise)
        assert "not written yet" in self.told(index)
        self.run(index, wrong)
        assert mistake in self.told(index)
        self.run(index, right)
        assert "Your function is in use from here on" in self.told(index)

    def press(self, button):
        """Clicks a button of a widget, by its CSS class."""
        self.page.locator(f".{button}").click()

    def slide(self, slider, key, to):
        """Presses a key on a slider of a widget, by its CSS class, until its readout says `to`, as a person would: a
        key that the page swallowed is pressed again."""
        handle, readout = self.page.locator(f".{slider} .noUi-handle"), f"{slider} .widget-readout"
        seen = [self.text(readout)]
        while seen[-1] != to and len(seen) <= KEYS:
            handle.press(key)
            with suppress(TimeoutError):
                self.await_other_text(readout, seen[-1], timeout=SWALLOWED)
            seen.append(self.text(readout))
        assert seen[-1] == to, f"{slider} went {', '.join(seen)}, and never to {to}"

    def text(self, part):
        """What a part of a widget, by its CSS class, says."""
        return self.page.locator(f".{part}").inner_text()

    def await_other_text(self, part, before, timeout=None):
        """Waits until a part of a widget no longer says `before`; timeout in ms."""
        self.page.wait_for_function(OTHER, arg=[f".{part}", before], timeout=timeout)

    def await_text(self, part, text):
        """Waits until a part of a widget, by its CSS class, says this."""
        self.page.wait_for_function(SAYS, arg=[f".{part}", text])

    def await_picture(self, part, before):
        """Waits until a picture of a widget, by its CSS class, is no longer the one at the address `before`."""
        self.page.wait_for_function(CHANGED, arg=[f"img.{part}", before])

    def picture(self, part):
        """Address of what a picture of a widget shows; it changes when the picture does."""
        return self.page.locator(f"img.{part}").get_attribute("src")

    def await_printed(self, index, expression, text):
        """Waits until an expression, run in this cell, prints this: what a widget sends may lag behind what was done
        and shown."""
        for _ in range(self.patience // 1000):
            (output,) = self.run(index, f"print({expression})")
            if output["text"].strip() == text:
                return
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{expression} is {output['text'].strip()}, not {text}")

    def output_area(self, index):
        """Locator of what a cell shows below itself."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-Cell-outputWrapper")

    def theme(self, name):
        """Switches to the "light" or the "dark" theme."""
        self.command("apputils:change-theme", {"theme": THEMES[name]})
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(name == "light").lower()
        )

    def show(self, index):
        """Scrolls a cell into view."""
        self.page.locator(".jp-Notebook .jp-Cell").nth(index).scroll_into_view_if_needed()

    def screenshot(self, path):
        """Writes a picture of what the page shows now."""
        self.page.screenshot(path=str(path))

    def screenshots(self, folder, stem):
        """Writes pictures `stem`-00.png, … of the notebook from top to bottom; returns their paths."""
        panel, scroller = self.page.locator(".jp-NotebookPanel-notebook"), ".jp-NotebookPanel .jp-WindowedPanel-outer"
        total, step = self.page.eval_on_selector(scroller, "s => [s.scrollHeight, s.clientHeight - 40]")
        paths = []
        for number, top in enumerate(range(0, total, step)):
            self.page.eval_on_selector(scroller, "(s, top) => { s.scrollTop = top; }", top)
            self.page.wait_for_timeout(300)
            paths.append(folder / f"{stem}-{number:02d}.png")
            panel.screenshot(path=str(paths[-1]))
        return paths


CONTENT = "window.jupyterapp.shell.currentWidget.content"
