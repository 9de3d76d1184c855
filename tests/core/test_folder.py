"""A folder of one's own pictures: any kind that Pillow reads, and nothing in it that can stop or harm."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from vae_from_scratch import data, folder

RED = (255, 0, 0)


def stripes(width=60, height=40):
    """A picture whose left half is black and whose right half is white."""
    pixels = np.zeros((height, width), np.uint8)
    pixels[:, width // 2 :] = 255
    return Image.fromarray(pixels)


def filled(path, count=25):
    """A folder of so many pictures, each of its own gray."""
    path.mkdir(exist_ok=True)
    for i in range(count):
        Image.new("L", (30 + i, 40), 5 * i).save(path / f"{i:02}.png")
    return path


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(side):
    """A PNG of a few bytes that says it is side x side pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif", "webp", "tiff"])
@pytest.mark.parametrize("color", [False, True])
def test_any_format_becomes_a_small_square_of_its_middle(tmp_path, suffix, color):
    stripes().convert("RGB").save(tmp_path / f"one.{suffix}")
    images, skipped = folder.pictures(tmp_path, 28, color)
    assert images.shape == (1, 784 * (3 if color else 1)) and images.dtype == np.float32 and skipped == {}
    image = images.reshape(28, 28, -1)
    assert image[:, :12].max() < 0.1 and image[:, 16:].min() > 0.9


def test_color_is_kept_or_made_gray(tmp_path):
    Image.new("RGB", (50, 50), RED).save(tmp_path / "red.png")
    assert folder.pictures(tmp_path, 4, True)[0].reshape(16, 3) == pytest.approx(np.tile([1.0, 0, 0], (16, 1)))
    assert folder.pictures(tmp_path, 4, False)[0] == pytest.approx(np.full((1, 16), 76 / 255))


WHITE = {
    "1": 1, "L": 255, "LA": (255, 255), "P": 0, "RGB": (255,) * 3, "RGBA": (255,) * 4, "CMYK": (0,) * 4, "I;16": 65535,
    "F": 1.0,
}  # fmt: skip


@pytest.mark.parametrize("mode, white", WHITE.items())
def test_white_is_1_in_any_mode(tmp_path, mode, white):
    image = Image.new(mode, (40, 40), white)
    if mode == "P":
        image.putpalette([255] * 768)
    image.save(tmp_path / "one.tiff")
    images, skipped = folder.pictures(tmp_path, 8, False)
    assert skipped == {} and images.min() > 0.99


def test_16_bits_keep_their_grays(tmp_path):
    Image.new("I;16", (40, 40), 65535 // 4).save(tmp_path / "one.png")
    assert folder.pictures(tmp_path, 8, False)[0] == pytest.approx(np.full((1, 64), 0.25), abs=0.01)


def test_what_is_transparent_is_paper(tmp_path):
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(tmp_path / "nothing.png")
    assert folder.pictures(tmp_path, 8, False)[0].min() == 1


def test_a_photograph_is_set_upright_as_its_camera_noted(tmp_path):
    turned = stripes(40, 40).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    turned.save(tmp_path / "one.jpg", exif=exif)
    image = folder.pictures(tmp_path, 28, False)[0].reshape(28, 28)
    assert image[:, :12].max() < 0.1 and image[:, 16:].min() > 0.9


def test_what_cannot_be_used_is_passed_over_with_its_reason(tmp_path):
    good = filled(tmp_path / "pictures")
    (good / "notes.txt").write_text("no picture")
    (good / "empty.png").write_bytes(b"")
    (good / "cut.png").write_bytes((good / "01.png").read_bytes()[:40])
    (good / "bomb.png").write_bytes(bomb(20_000))
    (good / "large.png").write_bytes(bomb(8_000))
    (good / "link.png").symlink_to(good / "00.png")
    (good / "loop").symlink_to(good)
    (good / "inside").mkdir()
    Image.new("L", (9, 9), 200).save(good / "inside" / "one.png")
    (good / ".hidden.png").write_bytes(b"not looked at")
    found = data.load_folder(good)
    assert len(found.train) + len(found.test) == 26
    assert {*found.skipped} == {"notes.txt", "empty.png", "cut.png", "bomb.png", "large.png", "link.png"}
    assert "8000 x 8000" in found.skipped["large.png"] and "bomb" in found.skipped["bomb.png"]
    assert "link" in found.skipped["link.png"]
    assert found.skipped["notes.txt"] == "no picture that Pillow can read"


def test_train_and_test_share_no_picture_and_are_the_same_each_time(tmp_path):
    one, two = (data.load_folder(filled(tmp_path)) for _ in range(2))
    assert (len(one.train), len(one.test)) == (20, 5)
    assert np.array_equal(one.train, two.train) and not one.train.flags.writeable
    assert len(np.unique(np.concatenate([one.train[:, 0], one.test[:, 0]]))) == 25


def test_a_wrong_path_and_too_few_pictures_are_told_apart(tmp_path):
    with pytest.raises(NotADirectoryError, match="is no folder"):
        data.load_folder(tmp_path / "nowhere")
    (filled(tmp_path / "few", 3) / "notes.txt").write_text("no picture")
    with pytest.raises(ValueError, match=r"3 pictures, and 20 are the fewest(.|\n)*notes.txt: no picture"):
        data.load_folder(tmp_path / "few")
