"""Enlarged images show every pixel of what they are given."""

from io import BytesIO

import numpy as np
from PIL import Image

from vae_from_scratch.course.figures.enlarged import enlarged
from vae_from_scratch.course.pictures import MARGIN


def test_each_image_stands_under_its_caption_pixel_by_pixel():
    first, second = (np.random.default_rng(0).random((2, 784)) < 0.3).astype(np.float32)
    picture = enlarged({"first": first, "second": second}, zoom=4)
    sheet = np.asarray(Image.open(BytesIO(picture.png)).convert("L"))[MARGIN:-MARGIN, MARGIN:-MARGIN]
    side, head = 28 * 4 * 2, sheet.shape[0] - 28 * 4 * 2
    for image, left in ((first, 0), (second, side + 40)):
        middles = sheet[head + 4 :: 8, left + 4 : left + side : 8]
        np.testing.assert_allclose(1 - middles / 255.0, image.reshape(28, 28), atol=0.02)
    assert repr(picture) == "first; second" and (sheet[:head] < 128).any()
