"""The drawing pad and the latent pad, driven as programs and through the traits that the browser sets."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from ipywidgets import IntSlider
from PIL import Image

from vae_from_scratch import data
from vae_from_scratch.course import plots, your_digit
from vae_from_scratch.course.widgets import DrawingPad, LatentPad, drawing_pad
from vae_from_scratch.course.widgets.latent_map import DIGIT_COLORS, RADIUS, SIDE, draw_map

ONE, BAR = [(0.5, 0.2), (0.45, 0.8)], [(0.3, 0.8), (0.6, 0.8)]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "course"))
    monkeypatch.setattr(your_digit, "_held", {})


def pixels(png):
    return np.asarray(Image.open(BytesIO(png)))


def bundle_of(widget):
    """The bundle's picture and its words, after a look at the rest."""
    bundle, metadata = widget._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["text/plain"] == repr(widget) == metadata["image/png"]["alt"]
    return pixels(b64decode(bundle["image/png"])), bundle["text/plain"]


# ----------------------------------------------------------------- drawing pad


def new_pad():
    return DrawingPad(task="Draw.", answer="That is why.")


def gesture(pad, strokes):
    """Strokes as the browser sends them: a few points at a time, then that it has ended."""
    before = pad.canvas.strokes
    for count in range(1, len(strokes[-1]) + 1):
        pad.canvas.strokes = [*before, *strokes[:-1], strokes[-1][:count]]
    pad.canvas._handle_custom_msg({"ended": [*before, *strokes]}, [])


def seen(pad):
    """The 28x28 digit that the pad shows, read back from its picture."""
    picture = pixels(pad.digit.value)
    cell = picture.shape[0] // 28
    return 1 - picture[cell // 2 :: cell, cell // 2 :: cell] / 255


def test_the_digit_beside_the_pad_is_the_one_that_models_get_while_one_draws():
    pad = new_pad()
    for count in range(2, 9):
        pad.canvas.strokes = [[(0.5, 0.2 + 0.08 * i) for i in range(count)]]
        np.testing.assert_array_equal(pad.image, your_digit.from_strokes(pad.canvas.strokes))
        np.testing.assert_allclose(seen(pad).ravel(), pad.image, atol=1 / 255)


def test_keep_makes_it_your_digit_and_opens_the_answer():
    pad = new_pad()
    assert "stands in" in pad.message_line.value and not pad.state()["kept"]
    pad.draw([ONE, BAR])
    pad.keep_button.click()
    np.testing.assert_array_equal(your_digit(), pad.image)
    assert your_digit.look().drawn and pad.state()["kept"]
    assert "<details open>" in pad.answer_line.value and "your_digit.txt" in pad.message_line.value
    assert "This is your digit" in new_pad().message_line.value


def test_after_a_change_the_kept_digit_stays_until_another_is_kept():
    pad = new_pad()
    pad.draw([ONE])
    pad.keep()
    kept = your_digit()
    gesture(pad, [BAR])
    assert not pad.state()["kept"] and "stays until you keep another" in pad.message_line.value
    np.testing.assert_array_equal(your_digit(), kept)


@pytest.mark.parametrize(("strokes", "says"), [([], "Nothing is drawn"), ([[(0.5, 0.5)]], "a dot")])
def test_a_blank_pad_and_a_dot_are_not_kept(strokes, says):
    pad = new_pad()
    pad.draw([ONE])
    pad.keep()
    pad.clear()
    pad.draw(strokes)
    in_use = drawing_pad.PALE * your_digit().reshape(28, 28)
    np.testing.assert_allclose(seen(pad)[1:-1, 1:-1], in_use[1:-1, 1:-1], atol=0.01)
    pad.keep_button.click()
    assert says in pad.message_line.value and "error" in pad.message_line.value
    np.testing.assert_array_equal(your_digit(), your_digit.from_strokes([ONE]))


def test_the_whole_gesture_is_kept_though_its_points_come_late():
    pad = new_pad()
    pad.canvas.strokes = [ONE[:2]]
    pad.canvas._handle_custom_msg({"ended": [ONE]}, [])
    pad.keep()
    pad.canvas.strokes = [ONE]
    assert pad.state()["kept"] and pad.state()["undos"] == 1
    np.testing.assert_array_equal(your_digit(), your_digit.from_strokes([ONE]))
    assert "Kept in your_digit.txt" in pad.message_line.value
    gesture(pad, [[(x + 0.1, 0.5 * y) for x, y in ONE]])
    assert "stays until you keep another" in pad.message_line.value


@pytest.mark.parametrize("back", ["clear", "undo"])
def test_points_that_come_late_do_not_bring_back_what_was_cleared_or_undone(back):
    pad = new_pad()
    pad.canvas._handle_custom_msg({"ended": [ONE]}, [])
    getattr(pad, f"{back}_button").click()
    pad.canvas.set_state({"strokes": [ONE]})
    assert pad.canvas.strokes == [] and pad.image is None
    gesture(pad, [ONE])
    pad.clear()
    pad.undo()
    assert pad.canvas.strokes == [ONE]
    np.testing.assert_array_equal(pad.image, your_digit.from_strokes([ONE]))


def test_undo_takes_back_whole_gestures_clearing_too():
    pad = new_pad()
    gesture(pad, [ONE])
    first = pad.image
    gesture(pad, [BAR])
    second = pad.image
    pad.clear_button.click()
    assert pad.image is None and pad.state() == {"strokes": 0, "undos": 3, "ink": 0.0, "kept": False}
    pad.undo_button.click()
    np.testing.assert_array_equal(pad.image, second)
    pad.undo_button.click()
    np.testing.assert_array_equal(pad.image, first)
    for _ in range(3):
        pad.undo_button.click()
    assert pad.image is None and pad.state()["undos"] == 0


def test_a_gesture_that_changed_nothing_is_nothing_to_undo():
    pad = new_pad()
    pad.canvas._handle_custom_msg({"ended": []}, [])
    pad.clear()
    assert pad.state()["undos"] == 0


def test_pen_and_eraser_are_told_to_the_canvas():
    pad = new_pad()
    pad.tool.value = "Eraser"
    assert pad.canvas.erasing
    pad.tool.value = "Pen"
    assert not pad.canvas.erasing


def test_a_folder_that_takes_nothing_is_told_of_in_the_pad(tmp_path):
    (tmp_path / "course").write_text("in the way")
    pad = new_pad()
    pad.draw([ONE])
    pad.keep()
    assert "could not be saved" in pad.message_line.value and pad.state()["kept"]


def test_the_pad_without_a_kernel_is_a_picture_and_words():
    pad = new_pad()
    blank, words = bundle_of(pad)
    assert "blank" in words
    pad.draw([ONE])
    drawn, words = bundle_of(pad)
    assert "28x28" in words and "blank" not in words
    assert (drawn < 128).sum() > (blank < 128).sum() + 10_000


def test_every_part_of_the_drawing_pad_has_its_class_and_every_control_a_label():
    pad = new_pad()
    buttons = {"undo": pad.undo_button, "clear": pad.clear_button, "keep": pad.keep_button}
    others = {"canvas": pad.canvas, "tool": pad.tool, "digit": pad.digit, "message": pad.message_line}
    for role, part in {**buttons, **others}.items():
        assert f"vae-pad-{role}" in part._dom_classes
    assert all(button.description and button.tooltip for button in buttons.values())
    assert "Draw." in pad.task_line.value and "That is why." in pad.answer_line.value


# ------------------------------------------------------------------ latent pad

DIGITS = data.load("digits")
POINTS = np.random.default_rng(0).normal(size=(30, 2))
LABELS = np.arange(30) % 10


def decode(z):
    """The first pixel is x, the second y, the rest half ink: (N, 2) -> (N, 784)."""
    assert z.shape[1:] == (2,) and z.dtype == np.float32
    return np.concatenate([z, np.full((len(z), 782), 0.5, np.float32)], axis=1)


def new_latent(decode=decode, **options):
    options = {"task": "Move.", "answer": "So it is.", "goal": lambda state: False, **options}
    return LatentPad(decode, POINTS, LABELS, **options)


def test_what_is_decoded_at_the_point_is_sent_in_bytes():
    pad = new_latent()
    pad.move(0.25, 0.75)
    sent = np.frombuffer(pad.canvas.images, np.uint8)
    assert (sent[:3] == np.rint(255 * np.array([0.25, 0.75, 0.5]))).all() and len(sent) == 784
    np.testing.assert_allclose(pad.decoded()["decoded here"][:2], [0.25, 0.75])
    assert pad.canvas.point == [0.25, 0.75] and "latent 0 = 0.25" in pad.canvas.said


def test_the_browser_moves_the_point_as_a_program_does():
    by_browser, by_program = new_latent(), new_latent()
    by_browser.canvas.point = [0.5, -0.5]
    by_program.move(0.5, -0.5)
    assert by_browser.state() == by_program.state() and by_browser.state()["moves"] == 1
    assert by_browser.canvas.images == by_program.canvas.images


def test_the_point_stays_in_the_frame():
    pad = new_latent()
    left, right, bottom, top = pad.map.limits
    pad.canvas.point = [1e9, -1e9]
    assert [pad.state()["x"], pad.state()["y"]] == [right, bottom] == pad.canvas.point
    assert right - left == pytest.approx(top - bottom)


def test_state_names_the_nearest_dot_and_the_distance_to_yours():
    pad = new_latent(yours=np.array([3.0, 4.0]))
    x, y = POINTS[7] + 1e-3
    pad.move(x, y)
    state = pad.state()
    assert state["nearest_label"] == 7
    assert state["nearest_distance"] == pytest.approx(np.sqrt(2) * 1e-3)
    assert state["yours_distance"] == pytest.approx(np.hypot(3 - x, 4 - y))
    assert all(isinstance(value, (int, float)) for value in state.values())
    assert "yours_distance" not in new_latent().state()


def test_several_decoders_show_side_by_side_under_their_captions():
    pad = new_latent({"mean": decode, "one draw": lambda z: np.ones((len(z), 784))})
    assert pad.canvas.captions == ["mean", "one draw"]
    sent = np.frombuffer(pad.canvas.images, np.uint8).reshape(2, 784)
    assert sent[1].min() == 255 and sent[0].max() == 128


def test_refresh_decodes_again_where_the_point_stands():
    ink = [0.0]
    pad = new_latent(lambda z: np.full((len(z), 784), ink[0]))
    pad.move(0.1, 0.2)
    ink[0] = 1.0
    pad.refresh()
    assert set(pad.canvas.images) == {255} and pad.canvas.point == [0.1, 0.2] and pad.state()["moves"] == 1


def test_pixels_that_are_no_numbers_or_out_of_range_are_shown_as_paper_and_ink():
    pad = new_latent(lambda z: np.repeat([np.nan, 7.0, -7.0, 0.5], 196)[None])
    assert np.unique(np.frombuffer(pad.canvas.images, np.uint8)).tolist() == [0, 128, 255]


def test_the_goal_opens_the_answer_once_and_says_where():
    pad = new_latent(goal=lambda state: state["x"] > 0.5)
    pad.move(0.4, 0.0)
    assert "<details><summary>Answer" in pad.answer_line.value
    pad.canvas.point = [0.6, 0.0]
    pad.move(0.9, 0.0)
    assert "<details open><summary>✓ Reached at latent 0 = 0.60, latent 1 = 0.00." in pad.answer_line.value


def test_an_error_in_decode_is_shown_escaped_and_goes_when_it_works_again():
    def fails(z):
        if z[0, 0] > 0.5:
            raise ValueError("shapes <do> not match")
        return decode(z)

    pad = new_latent(fails)
    pad.canvas.point = [1.0, 0.0]
    assert "ValueError: shapes &lt;do&gt; not match" in pad.message_line.value and "in fails" in pad.message_line.value
    assert pad.state()["x"] == 0.0
    with pytest.raises(ValueError, match="shapes"):
        pad.move(1.0, 0.0)
    pad.move(0.2, 0.0)
    assert "ValueError" not in pad.message_line.value


def rgb(color):
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])


def color_at(drawn, x, y, dx=0.0, dy=0.0):
    """Color of the map at a point of the plane, moved by shown pixels."""
    column, row = drawn.pixel(x, y)
    return np.asarray(drawn.picture)[round(2 * (row + dy)), round(2 * (column + dx))].astype(int)


def test_each_dot_lies_at_its_place_in_the_color_of_its_digit():
    points = np.array([(np.cos(t), np.sin(t)) for t in np.linspace(0.2, 6, 10)])
    drawn = draw_map(points, np.arange(10))
    for point, color in zip(points, DIGIT_COLORS, strict=True):
        assert np.abs(color_at(drawn, *point, dx=RADIUS - 1.75) - rgb(color)).max() < 40
        assert color_at(drawn, *point, dx=RADIUS + 3).min() > 250


def test_the_frame_holds_all_points_to_scale_and_the_prior_where_there_is_one():
    drawn = draw_map(POINTS, LABELS, yours=(5.0, 1.0))
    places = np.array([drawn.pixel(*point) for point in [*POINTS, (5.0, 1.0)]])
    left, right, bottom, top = drawn.limits
    corner = np.array(drawn.pixel(left, top))
    assert (places > corner).all() and (places < corner + SIDE).all()
    assert drawn.pixel(right, bottom) == pytest.approx(corner + SIDE)
    assert draw_map(POINTS / 100, LABELS, prior=True).limits[1] > 2
    assert np.isfinite(draw_map(np.zeros((1, 2)), [3]).limits).all()


def test_ellipses_reach_two_standard_deviations():
    points = np.array([(-4.0, -4.0), (4.0, 4.0), (0.0, 0.0)])
    drawn = draw_map(points, [6, 6, 6], stds=np.array([(0.1, 0.1), (0.1, 0.1), (1.0, 0.5)]))
    for inside, outside in (((1.9, 0.05), (2.15, 0.05)), ((0.05, 0.9), (0.05, 1.15))):
        assert color_at(drawn, *inside).min() < 235 < color_at(drawn, *outside).min()


def test_every_digit_on_its_dot_can_be_read():
    def luminance(color):
        channels = np.array(color) / 255
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    drawn = draw_map(np.array([(float(i % 5), i // 5) for i in range(10)]), np.arange(10))
    for label, color in enumerate(DIGIT_COLORS):
        column, row = (round(2 * at) for at in drawn.pixel(label % 5, label // 5))
        disc = np.asarray(drawn.picture)[row - 8 : row + 8, column - 5 : column + 5].reshape(-1, 3)
        ground = luminance(rgb(color))
        contrasts = [(max(ground, luminance(c)) + 0.05) / (min(ground, luminance(c)) + 0.05) for c in disc]
        assert max(contrasts) > 4


def test_your_dot_is_marked_and_says_whose_it_is():
    without, stand_in = new_latent(), new_latent(yours=np.zeros(2))
    assert (np.asarray(without.map.picture) != np.asarray(stand_in.map.picture)).any()
    assert "stand-in for your digit" in repr(stand_in) and "your digit" not in repr(without)
    your_digit.keep(your_digit.from_strokes([ONE]))
    assert "stand-in" not in repr(new_latent(yours=np.zeros(2)))


def test_the_latent_pad_without_a_kernel_is_a_picture_and_words():
    pad = new_latent(prior=True, stds=np.full((30, 2), 0.1), names=("component 1", "component 2"))
    picture, words = bundle_of(pad)
    assert picture.shape[1] > 1300 and "30 test digits" in words and "component 1 = 0.00" in words
    pad.move(1.0, 1.0)
    assert (bundle_of(pad)[0] != picture).any()


def test_every_part_of_the_latent_pad_has_its_class():
    pad = new_latent()
    assert "vae-latent" in pad.view._dom_classes and "vae-latent-canvas" in pad.canvas._dom_classes
    assert "Move." in pad.task_line.value and "So it is." in pad.answer_line.value
    np.testing.assert_array_equal(pixels(pad.canvas.background), np.asarray(pad.map.picture))
    assert plots.PIXELS * pad.canvas.size[0] == pad.map.picture.width


def test_controls_of_its_own_lie_beneath_the_plane():
    slider = IntSlider(description="bits")
    pad = new_latent(controls=[slider])
    children = list(pad.view.children)
    assert children.index(slider) == children.index(pad.canvas) + 1


def test_the_point_snaps_to_where_it_may_stand_and_is_sent_there():
    pad = new_latent(snap=lambda x, y: (round(x), round(y)))
    pad.canvas.point = [0.8, -0.7]
    assert pad.canvas.point == [1.0, -1.0] and pad.state()["x"] == 1.0
    np.testing.assert_allclose(pad.decoded()["decoded here"][:2], [1.0, -1.0])


def test_another_plane_moves_the_dots_and_keeps_the_point_and_the_frame_if_told_to():
    pad = new_latent(yours=np.zeros(2))
    pad.move(0.5, 0.5)
    before, limits = pad.canvas.background, pad.map.limits
    pad.show_plane(points=np.round(POINTS), limits=limits)
    assert pad.canvas.background != before and pad.canvas.limits == list(limits)
    assert pad.state()["x"] == 0.5 and pad.state()["moves"] == 1
    pad.move(*np.round(POINTS)[3])
    assert pad.state()["nearest_distance"] == 0.0
    pad.show_plane(points=10 * POINTS, limits=None)
    assert pad.canvas.limits[1] > limits[1]


def test_what_is_said_of_the_point_can_be_chosen():
    assert "the nearest dot is a" in new_latent().canvas.said
    assert new_latent(says=lambda state: f"{state['moves']} moves").canvas.said.endswith("· 0 moves")
