"""What grading stands on may be missing: limits that a system refuses, room on the machine, the grader itself."""

import json
import signal
import subprocess
import sys

import pytest

from tests.course.submitted import DEAF, IMPORTS, KL, RIGHT_KL, handed_in, kl
from vae_from_scratch.course import confined, grade
from vae_from_scratch.course.grade import Limits
from vae_from_scratch.course.gradebook import Grade


def started(script, *arguments, folder):
    """A Python process as `grade` starts one."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=grade.environment(str(folder)),
    )


# ------------------------------------------------------------------- the system

MAC = """
import resource, sys
def setrlimit(*_):
    raise ValueError("current limit exceeds maximum limit")
resource.setrlimit = setrlimit
del resource.RLIMIT_NPROC
from vae_from_scratch.course import confined
confined.main(*sys.argv[1:])
"""


def test_where_a_system_refuses_its_limits_or_has_none_answers_are_judged_all_the_same(tmp_path):
    path = handed_in(tmp_path, "ada.ipynb", IMPORTS, kl(RIGHT_KL))
    with started(MAC, path, json.dumps(Limits()._asdict()), folder=tmp_path) as child:
        events = [json.loads(line) for line in child.stdout]
    assert child.returncode == 0
    assert [event["outcome"] for event in events if event.get("name") == KL] == ["right"]
    assert events[-1] == {"ended": True}


def test_a_lower_limit_of_the_system_stays(monkeypatch):
    asked = []
    monkeypatch.setattr(confined.resource, "getrlimit", lambda kind: (10, 10))
    monkeypatch.setattr(confined.resource, "setrlimit", lambda kind, limits: asked.append(limits))
    confined.lower("RLIMIT_FSIZE", 5)
    confined.lower("RLIMIT_FSIZE", 50)
    confined.lower("RLIMIT_CPU", 5, for_good=False)
    confined.lower("RLIMIT_OF_NO_SYSTEM", 5)
    assert asked == [(5, 5), (10, 10), (5, 10)]


TRIES = """
import os, socket, subprocess
from vae_from_scratch.course import confined
from vae_from_scratch.course.grade import Limits
confined.confine(Limits())
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
tries = [
    lambda: os.kill(os.getppid(), 0),
    lambda: os.killpg(0, 0),
    lambda: os.fork(),
    lambda: os.system("true"),
    lambda: os.execv("/bin/true", ["true"]),
    lambda: os.posix_spawn("/bin/true", ["true"], {}),
    lambda: subprocess.run(["true"]),
    lambda: datagrams.sendto(b"x", ("127.0.0.1", 9)),
    lambda: datagrams.bind(("127.0.0.1", 0)),
    lambda: datagrams.connect(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: socket.gethostbyname("localhost"),
]
for number, act in enumerate(tries):
    try:
        act()
    except PermissionError as error:
        print("may not use" in str(error), number)
"""


def test_a_confined_process_reaches_no_other_one_and_no_network(tmp_path):
    child = started(TRIES, folder=tmp_path)
    told, _ = child.communicate()
    assert told.splitlines() == [f"True {number}" for number in range(12)]


# ------------------------------------------------------------------- the machine


def test_a_machine_without_room_costs_a_row_and_not_the_class(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    handed_in(tmp_path, "ada.ipynb", IMPORTS, kl(RIGHT_KL))
    (tmp_path / "bob.ipynb").write_text("not JSON")
    monkeypatch.setattr(grade.tempfile, "TemporaryDirectory", full)
    assert grade.main([str(tmp_path)]) == 0
    table = (tmp_path / "grades.csv").read_text(encoding="utf-8-sig")
    assert "ada,ada.ipynb,,not judged," in table and "bob,bob.ipynb,,not judged," in table
    assert "No space left on device" in (tmp_path / "grades.html").read_text()


def test_a_folder_that_takes_no_results_is_told_of_before_anything_is_judged(tmp_path, monkeypatch, capsys):
    handed_in(tmp_path, "ada.ipynb")
    (tmp_path / "a_file").write_text("")
    monkeypatch.setattr(grade, "graded", lambda *_: pytest.fail("judged in vain"))
    assert grade.main([str(tmp_path), str(tmp_path / "a_file" / "results")]) == 1
    assert "could not be written" in capsys.readouterr().err


HEARING = (  # tests that run in the background, or under nohup, hand down deaf ears
    "signal.signal(signal.SIGINT, signal.default_int_handler);"
    " [signal.signal(kind, signal.SIG_DFL) for kind in (signal.SIGTERM, signal.SIGHUP)]"
)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_grader_that_is_told_to_end_writes_what_it_has(tmp_path, kind):
    handed_in(tmp_path / "class", "ada.ipynb", IMPORTS)
    handed_in(tmp_path / "class", "bob.ipynb", IMPORTS, kl(DEAF))
    run = (
        f"import signal, sys; {HEARING}; from vae_from_scratch.course import grade; sys.exit(grade.main(sys.argv[1:]))"
    )
    child = started(run, tmp_path / "class", tmp_path / "results", folder=tmp_path)
    assert "1 of 2" in child.stdout.readline()
    child.send_signal(kind)
    told, _ = child.communicate()
    assert child.returncode == 0 and "Interrupted" in told
    assert "ada,ada.ipynb,,no exercise," in (tmp_path / "results" / "grades.csv").read_text(encoding="utf-8-sig")


def test_a_grader_whose_reader_went_away_writes_what_it_has(tmp_path):
    for name in ("ada.ipynb", "bob.ipynb"):
        handed_in(tmp_path / "class", name, IMPORTS)
    run = "import sys; from vae_from_scratch.course import grade; grade.main(sys.argv[1:])"
    with started(run, tmp_path / "class", tmp_path / "results", folder=tmp_path) as child:
        assert "1 of 2" in child.stdout.readline()
    assert "bob,bob.ipynb" in (tmp_path / "results" / "grades.csv").read_text(encoding="utf-8-sig")


def test_an_answer_does_not_outlive_a_grader_that_was_killed(tmp_path):
    path = handed_in(tmp_path, "ada.ipynb", IMPORTS, kl(DEAF))
    run = "import sys; from vae_from_scratch.course import confined; confined.main(*sys.argv[1:])"
    with started(run, path, json.dumps(Limits()._asdict()), folder=tmp_path) as child:
        while "begun" not in child.stdout.readline():
            pass
        child.stdin.close()  # as the system does when the grader is no more
        assert child.wait() == 1


# ------------------------------------------------------------------- what is told

LIES = [
    *("", "3", "null", "[1]", '"begun"', "[" * 100_000, '{"begun": 7}', '{"missing": "x"}', '{"missing": [1]}'),
    *('{"late": true}', '{"outcome": "right"}', '{"stopped": null}', '{"name": "x", "outcome": "right"}'),
    '{"name": "x", "outcome": "great", "mistake": null, "message": ""}',
    '{"name": "x", "outcome": "right", "mistake": 3, "message": ""}',
    '{"name": "x", "outcome": "right", "mistake": null, "message": "", "begun": "y"}',
]


@pytest.mark.parametrize("line", LIES, ids=range(len(LIES)))
def test_what_no_judge_would_tell_is_not_heard(line):
    assert grade.event_in(line.encode()) is None


def test_a_verdict_on_what_was_not_begun_is_not_heard(tmp_path, monkeypatch):
    forged = {"name": KL, "outcome": "right", "mistake": None, "message": ""}
    monkeypatch.setattr(grade, "told_by", lambda *_: iter([{"missing": []}, forged, {"ended": True}]))
    assert [one.outcome for one in grade.graded(handed_in(tmp_path, "ada.ipynb"), tmp_path)] == ["no exercise"]


def test_what_stops_between_two_exercises_is_a_row_beside_those_that_were_judged(tmp_path, monkeypatch):
    right = {"name": KL, "outcome": "right", "mistake": None, "message": ""}
    runs = [[{"begun": KL}, right, {"begun": "vae.elbo"}, {"stopped": "Once."}], [{"stopped": "Again."}]]
    monkeypatch.setattr(grade, "told_by", lambda *_: iter(runs.pop(0)))
    told = grade.graded(handed_in(tmp_path, "ada.ipynb"), tmp_path)
    assert [(one.exercise, one.outcome, one.message) for one in told] == [
        (KL, "right", ""),
        ("vae.elbo", "stopped", "Once."),
        ("", "stopped", "Again."),
    ]


# ------------------------------------------------------------------- who handed in nothing


def test_a_student_whose_folder_has_no_notebook_is_a_row(tmp_path):
    handed_in(tmp_path, "ada/deep/06.IPYNB")
    for name in ("bob", "carol/empty", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "bob" / "report.pdf").write_text("")
    paths = grade.notebooks(tmp_path)
    assert [path.name for path in paths] == ["06.IPYNB"]
    why = "There is no notebook in this folder."
    assert grade.without_notebook(tmp_path, paths) == [
        Grade(name, "", "", "no notebook", "", why) for name in ("bob", "carol")
    ]


def test_where_students_have_files_a_folder_beside_them_is_nobody(tmp_path):
    handed_in(tmp_path, "ada.ipynb")
    (tmp_path / "results").mkdir()
    assert grade.without_notebook(tmp_path, grade.notebooks(tmp_path)) == []


def test_the_results_are_not_taken_for_a_student(tmp_path):
    handed_in(tmp_path, "ada/06.ipynb")
    assert grade.main([str(tmp_path), str(tmp_path / "results")]) == 0
    assert "results" not in (tmp_path / "results" / "grades.csv").read_text()
