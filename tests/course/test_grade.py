"""A class is graded to its end, whatever its notebooks do; nothing that they hold comes to life in the results."""

import csv
import html.parser
import os
import subprocess
import sys

import pytest

from tests.course.submitted import (
    BLANK,
    DEAF,
    DRAW,
    IMPORTS,
    KL,
    RIGHT_DRAW,
    RIGHT_KL,
    SIGN,
    answer,
    draw,
    handed_in,
    kl,
)
from vae_from_scratch.course import grade, gradebook
from vae_from_scratch.course.grade import Limits, graded
from vae_from_scratch.course.gradebook import OUTCOMES, Grade

LIMITS = Limits(processor=2, clock=600, file=2**16, notebook=2**20)


# ------------------------------------------------------------------- what notebooks do

FLOODS = "import sys, os\nfor _ in range(300): sys.stdout.write('x' * 9999)\nos.write(1, b'{}' * 9999)\n"
TELLS = "import os; os.write(1, b'\\n{\"ended\": true}\\n'); print('{\"ended\": true}')\n"
THREADS = "import threading, time; threading.Thread(target=time.sleep, args=(1000,)).start()\n"
IDLES = ("raised", "thread") if os.geteuid() else ("right", "")  # root's processes and threads are not limited
DOES = {  # exercise: what its answer does; the outcome, and words of the message
    KL: ("mean, log_var", FLOODS + RIGHT_KL, "right", ""),
    DRAW: ("mean, log_var, epsilon", TELLS + RIGHT_DRAW, "right", ""),
    "data.binarize": ("x, uniforms", THREADS + "return (uniforms < x).astype(x.dtype)", *IDLES),
    "distributions.bernoulli_log_prob": ("x, logits", "while True:\n    pass", "raised", "Does a loop ever finish?"),
    "vae.decode": ("params, z", "return np.zeros((2**17, 2**17))", "raised", "`MemoryError`"),
    "vae.elbo": ("params, x, epsilon, beta=1.0, model=None", "import os; os.fork()", "raised", "os.fork"),
    "vae.loss": (
        "params, x, epsilon, beta=1.0, model=None",
        "import subprocess; subprocess.run(['sleep', '1000'])",
        "raised",
        "subprocess.Popen",
    ),
    "vae.encode": (
        "params, x",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "raised",
        "socket.getaddrinfo",
    ),
    "evaluation.lower_bound": (
        "log_joint, log_q",
        "open('big', 'wb').write(b'0' * 2**20)",
        "raised",
        "File too large",
    ),
    "distributions.kl_on_grid": ("log_q, log_p, dz", "return input()", "raised", "EOFError"),
    "autoencoder.loss": ("params, x", "return sum(iter(int, 1))", "stopped", "more than 2 seconds of processor time"),
    "autoencoder.quantize": ("code, low, high, bits", "import ctypes; ctypes.string_at(0)", "stopped", "SIGSEGV"),
    "layers.mlp": ("params, x, activation=None", "import os; os._exit(0)", "stopped", "It ended Python itself."),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """{exercise: its Grade} of one notebook in which every answer does something else."""
    folder = tmp_path_factory.mktemp("class")
    cells = [answer(name, arguments, body) for name, (arguments, body, *_) in DOES.items()]
    grades = graded(handed_in(folder, "ada.ipynb", IMPORTS, *cells), folder, LIMITS)
    return {one.exercise: one for one in grades}


@pytest.mark.parametrize("name", DOES)
def test_whatever_an_answer_does_it_gets_its_outcome_and_the_others_are_judged(told, name):
    *_, outcome, words = DOES[name]
    assert (told[name].outcome, words in told[name].message) == (outcome, True), told[name]


def test_an_answer_that_no_alarm_wakes_is_ended_by_the_clock(tmp_path):
    path = handed_in(tmp_path, "ada.ipynb", IMPORTS, kl(DEAF))
    (told,) = [one for one in graded(path, tmp_path, LIMITS._replace(clock=2)) if one.exercise == KL]
    assert (told.outcome, told.message) == ("stopped", "It took more than 2 seconds, and was stopped.")


def test_an_answer_sees_nothing_of_the_teacher_s_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("A_SECRET", "the key")
    path = handed_in(tmp_path, "ada.ipynb", IMPORTS, kl("import os; raise ValueError(' '.join(os.environ.values()))"))
    (told,) = [one for one in graded(path, tmp_path) if one.exercise == KL]
    assert "the key" not in told.message and "vae-grade-" in told.message


def test_what_is_left_of_a_process_group_is_ended():
    script = "sleep 1000 & exec sleep 1000"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    child = subprocess.Popen(["sh", "-c", script], **pipes, start_new_session=True)
    with os.fdopen(os.dup(child.stdout.fileno()), "rb") as stream:
        grade.end(child)
        assert stream.read() == b""  # which ends only when nobody is left who could write


# ------------------------------------------------------------------- what files there are


def test_files_that_are_no_notebooks_are_one_row_each(tmp_path):
    (tmp_path / "text.ipynb").write_text("not JSON at all")
    (tmp_path / "bytes.ipynb").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "large.ipynb").write_bytes(b" " * (LIMITS.notebook + 1))
    (tmp_path / "link.ipynb").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.ipynb")
    paths = grade.notebooks(tmp_path)
    told = {path.stem: graded(path, tmp_path, LIMITS) for path in paths}
    assert {(name, one.outcome) for name, grades in told.items() for one in grades} == {
        (name, "no notebook") for name in ("text", "bytes", "large", "link", "pipe")
    }
    assert "not JSON" in told["text"][0].message and "larger than 1 MB" in told["large"][0].message


def test_a_notebook_that_went_away_is_a_row(tmp_path):
    assert [one.outcome for one in graded(tmp_path / "gone.ipynb", tmp_path)] == ["no notebook"]


def test_a_student_is_the_first_folder_or_the_file_and_hidden_files_are_left_out(tmp_path):
    names = ["ada/08.ipynb", "ada/more/deep.ipynb", "bob 08 final (2).ipynb", ".hidden.ipynb"]
    for name in [*names, "ada/.ipynb_checkpoints/08-checkpoint.ipynb", "ada/notes.txt"]:
        handed_in(tmp_path, name)
    (tmp_path / "round").symlink_to(tmp_path)
    found = grade.notebooks(tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in found] == sorted(names[:3])
    assert [grade.student_of(path, tmp_path) for path in found] == ["ada", "ada", "bob 08 final (2)"]


# ------------------------------------------------------------------- a class


def test_a_class_is_graded_from_the_command_line(tmp_path, capsys):
    handed_in(tmp_path, "ada/renamed.ipynb", draw(BLANK), kl(RIGHT_KL), IMPORTS)
    handed_in(tmp_path, "=1+1/06.ipynb", IMPORTS, kl(SIGN))
    (tmp_path / "<b>x.ipynb").write_text("not JSON")
    assert grade.main([str(tmp_path), str(tmp_path / "results")]) == 0
    with open(tmp_path / "results" / "grades.csv", encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["student", "notebook", "exercise", "outcome", "mistake"]
    judged = [row for row in rows if row[3] != "missing"]
    assert judged == [
        ["<b>x", "<b>x.ipynb", "", "no notebook", ""],
        ["'=1+1", "'=1+1/06.ipynb", KL, "wrong", "kl-sign"],
        ["ada", "ada/renamed.ipynb", KL, "right", ""],
        ["ada", "ada/renamed.ipynb", DRAW, "unwritten", ""],
    ]
    assert "&lt;b&gt;x" in (tmp_path / "results" / "grades.html").read_text()
    assert "against accidents, not against fraud" in capsys.readouterr().out


def test_the_help_says_what_is_guarded_against_and_gives_the_container_line(tmp_path):
    command = [sys.executable, "-m", "vae_from_scratch.course.grade"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=grade.environment(str(tmp_path)))
    assert done.returncode == 2
    assert "NOT AGAINST FRAUD" in done.stderr and "docker run --rm --network none" in done.stderr


def test_a_class_that_is_interrupted_keeps_what_was_judged(tmp_path, monkeypatch):
    handed_in(tmp_path, "ada.ipynb")
    handed_in(tmp_path, "bob.ipynb")

    def interrupted(path, folder):
        if path.stem == "bob":
            raise KeyboardInterrupt
        return [Grade("ada", "ada.ipynb", KL, "right", "", "")]

    monkeypatch.setattr(grade, "graded", interrupted)
    assert grade.main([str(tmp_path)]) == 0
    assert (tmp_path / "grades.csv").read_text(encoding="utf-8-sig").count("\n") == 2


def test_a_folder_without_notebooks_is_said_to_be_one(tmp_path, capsys):
    assert grade.main([str(tmp_path)]) == 1
    assert "no notebook below" in capsys.readouterr().err


def test_results_that_cannot_be_written_are_a_message(tmp_path, capsys):
    (tmp_path / "a_file").write_text("")
    (tmp_path / "ada.ipynb").symlink_to(tmp_path / "nowhere")
    assert grade.main([str(tmp_path), str(tmp_path / "a_file")]) == 1
    assert "could not be written" in capsys.readouterr().err


# ------------------------------------------------------------------- what is written


class Page(html.parser.HTMLParser):
    """Checks that tags are closed in order; keeps names and text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.names, self.text = [], set(), ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        if tag not in ("meta", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


NASTY = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1", '"=1", "x', "a\u202eb", "\udcff"]
SCRIPT = "<script>alert(1)</script> <img src=x onerror=alert(1)> & \" '"


@pytest.mark.parametrize("name", NASTY)
def test_no_cell_of_the_table_begins_a_formula(name):
    (_, row) = csv.reader(gradebook.plain(gradebook.table([Grade(name, name, KL, "wrong", name, "")])).splitlines())
    for cell in row[:2]:
        assert cell.isprintable() and not cell.lstrip().startswith(gradebook.FORMULA)
    assert len(row) == 5


def test_the_page_shows_what_was_submitted_as_text_only():
    grades = [Grade(name, name, name, outcome, name, name) for name in [*NASTY, SCRIPT] for outcome in OUTCOMES]
    page = Page(gradebook.plain(gradebook.page(grades)))
    assert not page.names & {"script", "img", "b", "a", "link", "iframe"}
    assert "<script>alert(1)</script>" in page.text


def test_the_page_sums_up_each_exercise_with_its_most_frequent_mistakes():
    rows = [("right", ""), ("close", ""), ("wrong", "kl-sign"), ("wrong", "kl-sign"), ("raised", ""), ("unwritten", "")]
    grades = [Grade("s", "n", KL, outcome, mistake, "") for outcome, mistake in rows]
    page = gradebook.page(grades)
    numbers = '<td class="number">2</td><td class="number">3</td><td class="number">1</td><td>kl-sign (2)</td>'
    assert numbers in page and "1 student, 6 rows. " in page


def test_a_full_disk_leaves_the_older_grades(tmp_path, monkeypatch):
    gradebook.write([Grade("ada", "n", KL, "right", "", "")], tmp_path)
    before = (tmp_path / "grades.csv").read_text()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        gradebook.write([], tmp_path)
    assert (tmp_path / "grades.csv").read_text() == before and len(list(tmp_path.iterdir())) == 2
