"""A few images, each large enough to see its pixels."""

import numpy as np

from vae_from_scratch.course import plots


def enlarged(images, zoom=5):
    """Framed images side by side under their captions: {caption: image (784,)}, `zoom` shown pixels for each pixel."""
    pictures = [
        plots.captioned(caption, np.asarray(plots.large_digit(image, zoom))) for caption, image in images.items()
    ]
    return plots.still(plots.matted(plots.beside(pictures, gap=40)), "; ".join(images))
