"""What nbval cannot see: notebooks are executed, free of errors, small, legible, and blank where the student writes."""

import ast
import inspect
import re
import textwrap

import pytest

from tests.guards import EXEMPT, cells_to_compare
from tests.notebooks.lessons import LESSONS, code_cells, exercises, is_blank, read, resolve

MINIMUM_COMPARED = 10  # cells with outputs that nbval compares, in each lesson
NOT_COMPARED = {
    "08_the_vae": 3,
    "09_sampling": 3,
    "10_rate_and_distortion": 4,
    "11_how_good_is_it": 8,
    "12_convolutions": 3,
    "13_the_same_code_on_a_gpu": 3,
    "14_your_own_images": 2,
    "15_where_this_leads": 3,
}  # lesson: how many of its cells may be run and not compared, numbers of one training run
MIME_TYPES = {"text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/svg+xml"}
TAGS = EXEMPT | {"hide-input"}
PROSE_WORDS = range(800, 1801)
MARKERS = re.compile(r"#\s*(NBVAL|PYTEST_VALIDATE)_", re.IGNORECASE)  # comments that would quietly turn nbval off

pytestmark = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def words(markdown):
    """Number of words of prose; formulas, code blocks and what is folded away count as none."""
    bare = re.sub(r"<details>.*?</details>|```.*?```|\$\$.*?\$\$|\$[^$]*\$|<[^>]+>", " ", markdown, flags=re.DOTALL)
    return len(re.findall(r"[^\W\d_][\w'’-]*", bare))


def summary(docstring):
    """First sentence or line of a docstring."""
    return inspect.cleandoc(docstring).splitlines()[0]


def calls(cell, name):
    """The calls of a function in a code cell, as syntax trees."""
    nodes = ast.walk(ast.parse(cell.source))
    return [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == name]


def keywords(call):
    """{name: value} of a call's keyword arguments, as syntax trees."""
    return {keyword.arg: keyword.value for keyword in call.keywords}


def test_every_code_cell_was_executed_in_order_from_a_fresh_kernel(path):
    counts = [cell.execution_count for _, cell in code_cells(read(path))]
    assert counts == list(range(1, len(counts) + 1))


def test_no_stored_output_is_an_error_or_of_a_type_that_others_cannot_show(path):
    outputs = [output for _, cell in code_cells(read(path)) for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"stream", "display_data", "execute_result"}
    assert {mime for output in outputs for mime in output.get("data", {})} <= MIME_TYPES
    assert not [output.text for output in outputs if output.get("name") == "stderr"]


def test_enough_cells_are_compared_and_every_exemption_is_on_the_list(path):
    notebook = read(path)
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert set(tags) <= TAGS
    assert sum(tag in EXEMPT for tag in tags) == NOT_COMPARED.get(path.stem, 0)
    assert len(cells_to_compare(path)) >= MINIMUM_COMPARED
    assert not [cell.source for cell in notebook.cells if MARKERS.search(cell.source)]


def test_the_file_is_small_and_carries_no_widget_state_nor_times(path):
    notebook = read(path)
    assert path.stat().st_size < 400_000
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    assert not [key for cell in notebook.cells for key in cell.metadata if key not in ("tags", "jupyter")]


def test_cells_are_short_plain_python_and_have_names_of_their_own(path):
    notebook = read(path)
    for _, cell in code_cells(notebook):
        ast.parse(cell.source)
        assert 1 <= len(cell.source.splitlines()) <= 25, cell.source
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_exercises_are_blank_and_match_the_core(path):
    for exercise in exercises(read(path)):
        function = resolve(exercise.reference)
        plain = inspect.unwrap(getattr(function, "plain", function))
        core = ast.parse(textwrap.dedent(inspect.getsource(plain))).body[0]
        assert is_blank(exercise.node), ast.unparse(exercise.node)
        assert exercise.node.name == core.name
        assert ast.unparse(exercise.node.args) == ast.unparse(core.args), exercise.reference
        assert summary(ast.get_docstring(exercise.node)) == summary(ast.get_docstring(core)), exercise.reference


def test_a_question_that_brings_its_answer_does_not_show_it_in_its_source(path):
    for _, cell in code_cells(read(path)):
        if any("answer" in keywords(call) for call in calls(cell, "predict")):
            assert cell.metadata.get("jupyter", {}).get("source_hidden"), cell.source


def test_every_prediction_is_answered_once_after_it_was_asked(path):
    cells = [cell for _, cell in code_cells(read(path))]
    questions = [
        (index, keywords(call)["answer_from"].value)
        for index, cell in enumerate(cells)
        for call in calls(cell, "predict")
        if "answer_from" in keywords(call)
    ]
    answers = [(index, call.args[0].value) for index, cell in enumerate(cells) for call in calls(cell, "reveal")]
    assert sorted(name for _, name in questions) == sorted(name for _, name in answers)
    asked_at = {name: index for index, name in questions}
    assert len(asked_at) == len(questions)
    assert [name for index, name in answers if index <= asked_at[name]] == []


def test_a_lesson_is_read_in_one_sitting(path):
    prose = " ".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    assert words(prose) in PROSE_WORDS
