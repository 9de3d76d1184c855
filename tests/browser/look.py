"""Pictures of a notebook as JupyterLab shows it, for the people who write it.

    python -m tests.browser.look notebooks/08_the_vae.ipynb pictures/ [--run] [--theme light|dark|both]

A copy is opened, so the file stays as it is. Without --run the stored outputs are shown; with it every cell runs.
Tracebacks, console errors and requests that leave this machine are printed, and make the exit status 1.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.browser.lab import THEMES, Notebook, running_browser, running_lab, strict_page


def look(notebook, folder, run=False, themes=("light", "dark"), width=1280):
    """Writes the pictures and returns (their paths, what was wrong)."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{notebook.stem}-*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch, "work")
        work.mkdir()
        shutil.copy(notebook, work)
        with running_lab(work, Path(scratch, "home")) as server, running_browser() as browser:
            page, complaints = strict_page(browser, width=width)
            opened, paths = Notebook(page, server, notebook.name, patience=600), []
            if run:
                opened.run_all()
            for theme in themes:
                opened.theme(theme)
                paths += opened.screenshots(folder, f"{notebook.stem}-{theme}")
            return paths, [*complaints, *(f"cell {i}: {name}: {text}" for i, name, text in opened.errors())]


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--run", action="store_true", help="run every cell first")
    parser.add_argument("--theme", choices=[*THEMES, "both"], default="both")
    parser.add_argument("--width", type=int, default=1280, help="of the window, in pixels")
    options = parser.parse_args()
    themes = tuple(THEMES) if options.theme == "both" else (options.theme,)
    paths, wrong = look(options.notebook, options.folder, options.run, themes, options.width)
    print(*paths, sep="\n")
    print(*(wrong or ["no errors, no foreign requests"]), sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
