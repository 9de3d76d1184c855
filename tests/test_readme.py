"""What the README promises: its twelve lines print what it says, and the files in its tree are there."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_twelve_lines_print_what_the_readme_says():
    code, printed = re.search(r"```python\n(.*?)```\n\nprints\n\n```\n(.*?)```", README, re.DOTALL).groups()
    assert len([line for line in code.splitlines() if line]) == 12
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=300)
    assert (run.stdout, run.stderr) == (printed, "")


def test_every_file_in_the_annotated_tree_is_there_and_every_core_module_is_in_it():
    tree = re.search(r"## What is here\n\n```\n(.*?)```", README, re.DOTALL)[1]
    modules = set(re.findall(r"\b(\w+\.py)\b", tree))
    assert modules == {path.name for path in (ROOT / "vae_from_scratch").glob("*.py")} - {"__init__.py"}
    for folder in re.findall(r"^(\w+)/", tree, re.MULTILINE):
        assert (ROOT / folder).is_dir()
    lessons = set(re.findall(r"^  (\d\d_\w+)", tree, re.MULTILINE))
    assert lessons == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}


def test_pictures_and_links_inside_the_project_exist():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_speeds_it_states_are_those_that_were_measured():
    one_core = json.loads((ROOT / "benchmarks/results/step.json").read_text(encoding="utf-8"))["results"][0]
    prose = " ".join(re.search(r"## Speed\n(.*?)\n## ", README, re.DOTALL)[1].split())
    peers = {
        "good PyTorch": "good PyTorch",
        "PyTorch's example": "example's style",
        "stock autograd, float64": "stock autograd in float64",
        "products alone": "the bare matrix products",
        "JAX, jit, donated": "JAX",
    }
    assert one_core["threads"] == 1
    assert f"takes {one_core['summary']['this package']['ms'][1]:.1f} ms" in prose
    for peer, words in peers.items():
        assert f"{words} {one_core['summary'][peer]['ratio'][1]:.2f}" in prose
