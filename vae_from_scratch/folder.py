"""A folder of one's own pictures as a data set: whatever Pillow reads, cropped to a square and made small.

A file that cannot be used stops nothing: it is passed over, and the reason is told. Links are not followed, and
nothing larger than PIXELS is ever unpacked.
"""

import os
import warnings
from pathlib import Path

import numpy as np

PIXELS = 50_000_000  # of a picture, as its header says; beyond it the file may be a bomb
BYTES = 200_000_000  # of a file


def pictures(path, side, color):
    """The pictures of a folder and of the folders in it: images (N, side * side), or (N, side * side * 3) in color,
    float32 in [0, 1]; and {name: reason} of the files passed over.

    Raises NotADirectoryError where there is no such folder.
    """
    path = Path(path).expanduser()
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is no folder; write the path of the folder in which your pictures lie")
    images, skipped = [], {}
    for file in files_in(path):
        try:
            images.append(picture(file, side, color))
        except Exception as error:  # what the readers of some fifty formats raise for a damaged file is no fixed list
            skipped[str(file.relative_to(path))] = reason(error)
    width = side * side * (3 if color else 1)
    return np.array(images, np.float32).reshape(-1, width), skipped


def files_in(path):
    """Files below a folder, in the order of their names, without hidden ones; no link is entered."""
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(names) if not name.startswith("."))


def picture(file, side, color):
    """One picture, upright, its middle square, scaled to side x side: (side * side [* 3],), in [0, 1]."""
    from PIL import Image, ImageOps

    if file.is_symlink() or not file.is_file():
        raise ValueError("a link, or no plain file")
    if file.stat().st_size > BYTES:
        raise ValueError(f"larger than {BYTES // 10**6} MB")
    with warnings.catch_warnings(action="ignore"), Image.open(file) as image:
        if image.width * image.height > PIXELS:
            raise ValueError(f"{image.width} x {image.height} pixels are too many")
        image = ImageOps.exif_transpose(in_bytes(image).convert("RGBA"))
    paper = Image.new("RGBA", image.size, "white")
    flat = Image.alpha_composite(paper, image).convert("RGB" if color else "L")
    small = ImageOps.fit(flat, (side, side), Image.Resampling.LANCZOS)
    return np.asarray(small, np.float32).ravel() / 255


def in_bytes(image):
    """The picture itself; one of wider numbers than bytes with its greatest value, or 65535 of 16 bits, as white."""
    from PIL import Image

    if image.mode[0] not in "IF":
        return image
    values = np.asarray(image, np.float32)
    greatest = 65535 if image.mode.startswith("I;16") else max(values.max(), 1e-6)
    return Image.fromarray(np.uint8(255 * np.clip(values / greatest, 0, 1)))


def reason(error):
    """Why a file was passed over, in a few words."""
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "no picture that Pillow can read"
    return f"{str(error)[:100] or type(error).__name__}"
