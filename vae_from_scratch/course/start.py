"""The door: `python -m vae_from_scratch.course.start` opens the course in JupyterLab.

The lessons are copied from `notebooks/` to the student's folder, `my_course/` beside it or $VAE_COURSE_HOME. A file
that is there is the student's and is never touched; lessons that are new come along. JupyterLab listens on this
machine only and asks for its token. Arguments are passed on to it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Settings and style of JupyterLab. Widgets speak to the kernel's main thread alone: by default they speak to a second
# one too, which may step in between two lines of the first.
JUPYTER = Path(__file__).parent / "jupyter"
PREFIX = "VAE_COURSE_PREFIX"  # environment variable: where the Python that opens JupyterLab lives


def bring_lessons(source, target):
    """Copies the lessons that `target` does not have yet; returns their names in order. Raises OSError, no lesson cut
    short.
    """
    target.mkdir(parents=True, exist_ok=True)
    new = [lesson for lesson in sorted(source.glob("*.ipynb")) if not (target / lesson.name).exists()]
    for lesson in new:
        partial = target / f".{lesson.name}.partial"
        try:
            shutil.copyfile(lesson, partial)
            partial.replace(target / lesson.name)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
    return [lesson.name for lesson in new]


def style_options():
    """Options that load our style sheet with JupyterLab: stored pictures follow its theme before any cell has run."""
    return ["--LabApp.custom_css=True", f"--ServerApp.tornado_settings=static_custom_path={JUPYTER / 'custom'}"]


def lab_command(home, first=None, arguments=()):
    """The command that opens JupyterLab over the folder `home`, on the lesson `first` if one is named."""
    options = ["--ip=127.0.0.1", "--LabApp.extension_manager=readonly", *style_options()]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # containers; it still listens on this machine only
        options.append("--allow-root")
    if first:
        options.append(f"--LabApp.default_url=/lab/tree/{first}")
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={home}", *options, *arguments]


def environment(home):
    """Environment variables of JupyterLab and its kernels: where the student's work lies, and quiet defaults."""
    inherited = [os.environ[name] for name in ("JUPYTER_CONFIG_PATH",) if os.environ.get(name)]
    return {
        **os.environ,
        "VAE_COURSE_HOME": str(home),
        PREFIX: sys.prefix,
        "JUPYTER_CONFIG_PATH": os.pathsep.join([*inherited, str(JUPYTER)]),
    }


def main(arguments):
    """Copies what is new, says so, and runs JupyterLab until it ends; returns its exit status."""
    home = Path(os.environ.get("VAE_COURSE_HOME") or ROOT / "my_course").expanduser().absolute()
    fresh = not home.exists()
    try:
        new = bring_lessons(ROOT / "notebooks", home)
    except OSError as error:
        print(f"The lessons could not be copied to {home} ({error.strerror or error}).", file=sys.stderr)
        print("What was there is untouched. Make room, or set VAE_COURSE_HOME to another folder.", file=sys.stderr)
        return 1
    print(f"Your course lies in {home}" + (f" (new: {', '.join(new)})" if new else ""), flush=True)
    try:
        return subprocess.call(lab_command(home, new[0] if fresh and new else None, arguments), env=environment(home))
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
