"""A saved answer is believed by nobody: it is judged again, and what is no answer is set aside whole."""

import inspect
import os

import pytest

from tests.course.carried import DOUBLED, KL, NAME, REFERENCE, full_disk, in_mine, judge, put
from vae_from_scratch import vae
from vae_from_scratch.course import guard, linking, progress, saved

pytestmark = pytest.mark.usefixtures("home")


def test_a_file_is_judged_again_and_once_only(home, monkeypatch):
    judged = []
    monkeypatch.setattr(linking, "judge", lambda *both: judged.append(both) or judge(*both))
    path = put(home, "import numpy as np\n" + KL)
    linking.yours(), linking.yours(), linking.in_use(vae.elbo)
    assert len(judged) == 1
    path.write_text("import numpy as np\n" + KL + "\n\n")
    linking.yours()
    assert len(judged) == 2


def test_nothing_is_loaded_before_a_cell_asks(home, monkeypatch):
    monkeypatch.setattr(linking, "judge", lambda *_: pytest.fail("judged without being asked"))
    put(home, "import numpy as np\n" + KL)
    progress(None)


def test_a_file_that_is_no_longer_right_stays_and_ours_is_used(home, capsys):
    path = put(home, "import numpy as np\n" + DOUBLED)
    assert in_mine().reference is REFERENCE
    out = capsys.readouterr().out
    assert "not judged right, so ours is used: The values differ." in out
    assert path.exists()
    linking.yours()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "text",
    [
        "def kl_to_standard_normal(mean, log_var",
        "\0\0\0",
        "",
        "x = 3\n",
        "import os\n" + KL,
        "from . import other\n" + KL,
        "import numpy as np\nnp.random.seed(0)\n" + KL,
        "import numpy as np\n@staticmethod" + KL,
        "import numpy as np\n" + KL + "\nkl_to_standard_normal(1, 1)\n",
        "def kl_to_standard_normal(mean, log_var, x=nowhere):\n    return mean\n",
        "def kl_to_standard_normal(mean, log_var, x=exit()):\n    return mean\n",
        "def kl_to_standard_normal(mean):\n    nonlocal mean\n",
        "import numpy as np\n" + KL + "#" * 200_000,
    ],
    ids=range(13),
)
def test_a_file_that_is_no_answer_is_set_aside_whole(home, capsys, text):
    path = put(home, text)
    assert in_mine().reference is REFERENCE
    assert path.with_name(f"{NAME}.py.damaged").read_text() == text
    assert not path.exists()
    assert f"set aside as {NAME}.py.damaged" in capsys.readouterr().out


def test_bytes_that_are_no_text_are_set_aside(home):
    put(home, "").write_bytes(b"\xff\xfe\x00")
    linking.yours()
    assert (home / "answers" / f"{NAME}.py.damaged").read_bytes() == b"\xff\xfe\x00"


def test_a_file_saved_by_an_editor_that_sets_a_mark_is_read(home):
    put(home, "\ufeffimport numpy as np\r\n" + KL.replace("\n", "\r\n"))
    assert "# mine" in inspect.getsource(in_mine())


def test_a_file_whose_name_leaves_no_room_for_another_is_a_message(home, capsys):
    put(home, "import numpy as np\n" + KL)
    name = home / "answers" / ("x" * 250 + ".py")
    name.write_text("")
    assert in_mine().__code__ is not REFERENCE.__code__
    assert "could not be set aside" in capsys.readouterr().out and name.exists()


def test_an_answer_saved_while_a_damaged_file_was_being_read_is_not_set_aside(home, monkeypatch, capsys):
    path = put(home, "import numpy as np\nx = 3\n" + KL)
    read = saved.function_in

    def meanwhile(text, *name):
        if "x = 3" in text:
            put(home, "import numpy as np\n" + KL)
        return read(text, *name)

    monkeypatch.setattr(saved, "function_in", meanwhile)
    assert in_mine().__code__ is REFERENCE.__code__
    assert in_mine().__code__ is not REFERENCE.__code__
    assert capsys.readouterr().out == "" and [*path.parent.iterdir()] == [path]


def test_a_def_that_does_not_come_to_an_end_is_set_aside(home, capsys, monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.1)
    put(home, "def kl_to_standard_normal(mean, log_var, x=sum(1 for _ in iter(int, 1))):\n    return mean\n")
    assert in_mine().reference is REFERENCE
    assert "(its def does not come to an end). It was set aside" in capsys.readouterr().out


def test_a_link_is_followed_and_one_that_leads_nowhere_is_a_message(home, capsys):
    elsewhere = put(home / "elsewhere", "import numpy as np\n" + KL)
    (home / "answers").mkdir()
    link = home / "answers" / f"{NAME}.py"
    link.symlink_to(elsewhere)
    assert "# mine" in inspect.getsource(in_mine())
    elsewhere.unlink()
    assert in_mine().__code__ is REFERENCE.__code__
    assert f"{link} leads nowhere" in capsys.readouterr().out


def test_answers_that_are_no_folder_are_a_message(home, capsys):
    (home / "answers").write_text("not a folder")
    assert in_mine().reference is REFERENCE
    assert f"{home / 'answers'} could not be read (Not a directory)." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["notes", "distributions.nothing", "vae.init", "course.exercises.check"])
def test_a_file_that_answers_nothing_is_set_aside(home, name):
    path = put(home, "import numpy as np\n" + KL, name)
    linking.yours()
    assert path.with_name(f"{name}.py.damaged").exists()


def test_files_set_aside_one_after_another_are_all_kept(home):
    for text in ("first(", "second(", "third("):
        put(home, text)
        linking.yours()
    kept = (home / "answers").iterdir()
    assert sorted(path.read_text() for path in kept) == ["first(", "second(", "third("]


def test_a_file_that_cannot_be_set_aside_is_a_message(home, capsys, monkeypatch):
    path = put(home, "broken(")
    monkeypatch.setattr(type(path), "rename", full_disk)
    linking.yours()
    assert "could not be set aside (No space left on device)" in capsys.readouterr().out
    assert path.read_text() == "broken("


def test_a_file_of_another_user_is_not_read(home, capsys, monkeypatch):
    path = put(home, "import numpy as np\n" + KL)
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)
    assert in_mine().reference is REFERENCE
    assert "not a file of yours" in capsys.readouterr().out
    assert path.exists()


def test_what_is_not_a_regular_file_is_not_read(home, capsys):
    (home / "answers" / f"{NAME}.py").mkdir(parents=True)
    linking.yours()
    assert "not a file of yours" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_a_message(home, capsys, monkeypatch):
    path = put(home, "import numpy as np\n" + KL)
    monkeypatch.setattr(type(path), "read_text", full_disk)
    assert in_mine().reference is REFERENCE
    assert "could not be read" in capsys.readouterr().out


@pytest.mark.parametrize("version", ["0.0.1", "99.0"])
@pytest.mark.parametrize("source, right", [(KL, True), (DOUBLED, False)])
def test_a_file_of_another_version_of_the_course_is_judged_like_any(home, version, source, right):
    put(home, f"# Your answer for {NAME}, saved 2020-01-01, version {version}.\nimport numpy as np\n" + source)
    assert (in_mine().__code__ is not REFERENCE.__code__) == right
