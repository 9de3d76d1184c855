"""Lesson 12: patches, convolution and its transpose. Claims that are true of them, and hints.

Values are judged, and no gradients, so that an answer may write into an array: it trains with our derivatives. The
transpose has the dot-product test to pass, which needs nobody's solution.
"""

import numpy as np

from vae_from_scratch import layers
from vae_from_scratch.course.checks import Case, Claim, Task, furthest, near, shown
from vae_from_scratch.course.checks.mistakes_12_convolutions import CONV2D, KERNELS
from vae_from_scratch.course.checks.mistakes_12_patches import IM2COL, IMAGES, PADDING, SIZE, STRIDE, padded
from vae_from_scratch.course.checks.mistakes_12_transposes import BACK, CONV2D_TRANSPOSE, HIDDEN, sides_of

_rng = np.random.default_rng(1200)
_NINE = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
_KERNEL = np.arange(1.0, 10.0).reshape(3, 3, 1, 1)


def _normal(*shape):
    return _rng.normal(size=shape)


def _listed(numbers):
    return ", ".join(f"{float(number):.4g}" for number in np.ravel(numbers))


# ---- claims: im2col -------------------------------------------------------------------------------


def _first_and_last_patch(f):
    got = f(_NINE, 2)
    if got.shape != (1, 2, 2, 4):
        return f"Yours has shape {got.shape}; wanted is (1, 2, 2, 4): two by two places, four numbers at each."
    first, last = got[0, 0, 0], got[0, 1, 1]
    if not near(first, [1.0, 2.0, 4.0, 5.0]):
        return f"Your first patch is {_listed(first)}."
    return near(last, [5.0, 6.0, 8.0, 9.0]) or f"Your last patch is {_listed(last)}."


def _corner_of_zeros(f):
    got = f(_NINE, 2, 1, 1)
    if got.shape != (1, 4, 4, 4):
        return f"Yours has shape {got.shape}; wanted is (1, 4, 4, 4)."
    first, last = got[0, 0, 0], got[0, 3, 3]
    return bool(near(first, [0.0, 0.0, 0.0, 1.0]) and near(last, [9.0, 0.0, 0.0, 0.0])) or (
        f"Yours are {_listed(first)} and {_listed(last)}."
    )


def _patches_are_cut_out(f):
    around = padded(IMAGES, (PADDING, PADDING))
    patch = f(IMAGES, SIZE, STRIDE, PADDING)[:, 1, 2]
    return near(patch, around[:, 2:5, 4:7].reshape(len(IMAGES), -1)) or "Yours is something else there."


# ---- claims: conv2d -------------------------------------------------------------------------------


def _upper_left(f):
    pick = np.array([[1.0, 0.0], [0.0, 0.0]]).reshape(2, 2, 1, 1)
    got = f((pick, np.zeros(1)), _NINE)
    return near(np.ravel(got), [1.0, 2.0, 4.0, 5.0]) or f"Yours gives {_listed(got)}."


def _only_bias(f):
    return _is_everywhere(KERNELS[1], f(KERNELS, 0 * IMAGES, STRIDE, PADDING))


def _is_everywhere(b, got):
    want = np.broadcast_to(b, got.shape)
    if near(got, want):
        return True
    place = furthest(got, want)
    return f"b[{place[-1]}] is {want[place]:.4g}, and yours has {shown(got[place], want[place])} at index {place}."


def _moves_along(f):
    image = np.zeros((1, 9, 9, 5))
    image[:, 3:6, 2:5] = IMAGES[:1, :3, :3]
    here, there = f(KERNELS, image), f(KERNELS, np.roll(image, (1, 2), axis=(1, 2)))
    return near(there, np.roll(here, (1, 2), axis=(1, 2))) or "Yours changes by more than that."


# ---- claims: conv2d_transpose ---------------------------------------------------------------------


def _single_one(f):
    got = f((_KERNEL, np.zeros(1)), np.ones((1, 1, 1, 1)))
    if got.size == 0:
        return "Yours leaves nothing: with padding 0 a cut `padding : -padding` is `0 : 0`, and that is empty."
    return near(np.ravel(got), np.ravel(_KERNEL)) or f"Yours leaves {_listed(got)}."


def _overlap(f):
    kernel = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(2, 2, 1, 1)
    got = f((kernel, np.zeros(1)), np.ones((1, 1, 2, 1)))
    return near(np.ravel(got), [1.0, 3.0, 2.0, 3.0, 7.0, 4.0]) or f"Yours gives {_listed(got)}."


def _dot_products_agree(f):
    W = BACK[0]
    for stride, padding in ((STRIDE, PADDING), (1, 0), (3, 1)):
        back = f((W, np.zeros(W.shape[2])), HIDDEN, stride, padding)
        x = np.random.default_rng(5).normal(size=(len(HIDDEN), *sides_of(HIDDEN, SIZE, stride, padding), W.shape[2]))
        if back.shape != x.shape:
            return (
                f"With stride {stride} and padding {padding} conv2d takes images of shape {x.shape} to the shape of y,"
                f" and yours gives back {back.shape}."
            )
        there = np.sum(HIDDEN * layers.conv2d((W, np.zeros(W.shape[3])), x, stride, padding))
        if not near(np.sum(back * x), there):
            return (
                f"With stride {stride} and padding {padding} the two sums are {there:.4f} and, with yours,"
                f" {np.sum(back * x):.4f}."
            )
    return True


def _only_bias_back(f):
    return _is_everywhere(BACK[1], f(BACK, 0 * HIDDEN, STRIDE, PADDING))


TASKS = (
    Task(
        reference=layers.im2col,
        lesson=12,
        fixture=(IMAGES, SIZE, STRIDE, PADDING),
        axes={3: "examples", 5: "channels", 7: "image rows", 11: "image columns"},
        by_hand=(
            Claim(
                "In the image 1 to 9, three by three, the first patch of size 2 is 1, 2, 4, 5, the last 5, 6, 8, 9.",
                _first_and_last_patch,
                "The kernel covers two rows and two columns: first the upper row, then the lower.",
            ),
            Claim(
                "With a border of one zero, its first patch is 0, 0, 0, 1, and its last 9, 0, 0, 0.",
                _corner_of_zeros,
                "The border stands on all four sides, so the kernel starts one pixel above and left of the image.",
            ),
        ),
        properties=(
            Claim(
                "The patch at place (1, 2), with stride 2, begins at row 2 and column 4 of the padded image.",
                _patches_are_cut_out,
                "Row 1 · stride, column 2 · stride; then `size` rows and columns from there, channels last.",
            ),
        ),
        also=(
            Case("with a kernel of one pixel", (_normal(2, 5, 4, 3), 1)),
            Case(
                "with stride and padding left out",
                (_normal(2, 6, 5, 2), 3),
                hint="They are 1 and 0 if nobody says more.",
            ),
            Case("with stride 1 and a border of 2", (_normal(2, 4, 5, 3), 2, 1, 2)),
            Case("with the lesson's size 4, stride 2, padding 1", (_normal(2, 8, 6, 3), 4, 2, 1)),
            Case(
                "where the kernel does not come out even",
                (_normal(2, 8, 9, 2), 3, 3, 0),
                hint="A place at which the kernel would reach beyond the image does not count: `//` rounds down.",
            ),
        ),
        lesson_size=lambda: (np.ones((50, 28, 28, 1)), 4, 2, 1),
        hints=(
            "At how many places does a kernel of 4 stand on 28 pixels with a border of 1, if it moves on by 2? And"
            " which pixels of the padded image lie under its *upper left* corner, over all the places?",
            "`np.pad` takes one pair for each axis: (0, 0), (padding, padding), (padding, padding), (0, 0). There are"
            " H' = (H + 2 · padding - size) // stride + 1 rows of places. Under the kernel's pixel (i, j) lie, over all"
            " places, the pixels `x[:, i : i + stride * H' : stride, j : …]`: an image of shape (N, H', W', C).",
            "A skeleton:\n\n    x = np.pad(x, …)\n    height, width = …\n"
            "    parts = [x[:, i : … : stride, j : … : stride] for i in range(size) for j in range(size)]\n"
            "    return np.concatenate(parts, axis=…)",
        ),
        why="A loop over the few pixels of the kernel, not over the many places: each turn takes one pixel of every"
        " patch at once. Joined along the last axis they list every patch row after row, channels last.",
        mistakes=IM2COL,
    ),
    Task(
        reference=layers.conv2d,
        lesson=12,
        fixture=(KERNELS, IMAGES, STRIDE, PADDING),
        axes={3: "examples", 5: "channels", 7: "image rows", 11: "image columns", 13: "kernels"},
        by_hand=(
            Claim(
                "On the image 1 to 9 a kernel of size 2 with a 1 in its upper left corner gives 1, 2, 4, 5.",
                _upper_left,
                "At each place it picks the pixel under that corner.",
            ),
        ),
        properties=(
            Claim("Of images of zeros it makes b, at every place.", _only_bias, "One b for each kernel."),
            Claim(
                "What is moved in the image moves in the result by as much, and nothing else changes.",
                _moves_along,
                "The same kernel at every place: which part of yours knows where it is?",
            ),
        ),
        also=(
            Case("with stride and padding left out", ((_normal(2, 2, 3, 4), _normal(4)), _normal(2, 5, 6, 3))),
            Case(
                "with the lesson's size 4, stride 2, padding 1",
                ((_normal(4, 4, 1, 6), _normal(6)), _normal(2, 8, 10, 1), 2, 1),
            ),
            Case(
                "with a b for each place, (H', W', M)",
                ((_normal(3, 3, 2, 4), _normal(4, 5, 4)), _normal(2, 6, 7, 2)),
                hint="A plain `+ b` broadcasts either shape.",
            ),
        ),
        lesson_size=lambda: ((np.ones((4, 4, 16, 28)), np.ones(28)), np.ones((50, 14, 14, 16)), 2, 1),
        hints=(
            "At one place stand k · k · C numbers of the image, and M kernels of as many numbers want their sum of"
            " products. Which operation makes M sums of products at once?",
            "`im2col(x, k, stride, padding)`, (N, H', W', k · k · C), times W as a matrix of shape (k · k · C, M), plus"
            " b. In which order does a patch list its numbers, and in which does W?",
            "A skeleton:\n\n    W, b = params\n    return im2col(x, len(W), …) @ W.reshape(…) + b",
        ),
        why="A patch lists row, column, channel; W's axes are row, column, channel, kernel. One reshape merges the"
        " first three, and `@` adds up the products for all kernels, places and images.",
        mistakes=CONV2D,
    ),
    Task(
        reference=layers.conv2d_transpose,
        lesson=12,
        fixture=(BACK, HIDDEN, STRIDE, PADDING),
        axes={3: "examples", 5: "rows of places", 11: "columns of places", 7: "kernels", 13: "channels"},
        by_hand=(
            Claim(
                "A single 1 in y lays down the kernel, as it is.",
                _single_one,
                "y of shape (1, 1, 1, 1), the kernel 1 to 9: the image should read 1 to 9, row after row.",
            ),
            Claim(
                "Two neighboring ones and the kernel (1, 2; 3, 4) give (1, 3, 2; 3, 7, 4).",
                _overlap,
                "The second kernel lies one column to the right of the first: in the middle column both add up.",
            ),
        ),
        properties=(
            Claim(
                "The dot-product test: sum(y * conv2d(x)) = sum(conv2d_transpose(y) * x) for any x and y, with b = 0.",
                _dot_products_agree,
                "Each number of the image that conv2d read at a place, with a weight, gets y of that place back, times"
                " the same weight.",
            ),
            Claim("Of y = 0 it makes b, at every pixel.", _only_bias_back, "b is added once, at the end."),
        ),
        also=(
            Case("with stride and padding left out", ((_normal(2, 2, 3, 4), _normal(3)), _normal(2, 5, 6, 4))),
            Case(
                "with the lesson's size 4, stride 2, padding 1",
                ((_normal(4, 4, 3, 6), _normal(3)), _normal(2, 4, 5, 6), 2, 1),
            ),
            Case(
                "with a b for each pixel, (H, W, C), as the decoder's last layer has it",
                ((_normal(4, 4, 2, 3), _normal(8, 10, 2)), _normal(2, 4, 5, 3), 2, 1),
                hint="A plain `+ b` broadcasts either shape.",
            ),
            Case(
                "where the stride is as large as the kernel",
                ((_normal(2, 2, 3, 4), _normal(3)), _normal(2, 3, 5, 4), 2),
            ),
        ),
        lesson_size=lambda: ((np.ones((4, 4, 16, 28)), np.ones(16)), np.ones((50, 7, 7, 28)), 2, 1),
        hints=(
            "conv2d reads patches, then multiplies by a matrix. A product of matrices is transposed by transposing each"
            " and turning their order round: what comes first, and what does the transpose of *reading* patches do?",
            "y @ W.reshape(k · k · C, M).T gives a patch for every place, (N, H', W', k · k · C). Add each patch to a"
            " canvas of zeros where it was read, H = (H' - 1) · stride + k rows high; cut `padding` off each side; add"
            " b. `ops.col2im(patches, shape, k, stride, padding)` adds them up for you.",
            "A skeleton:\n\n    W, b = params\n    height, width = ((side - 1) * stride + … for side in y.shape[1:3])\n"
            "    patches = y @ …\n"
            "    return ops.col2im(patches, (len(y), height, width, …), len(W), stride, padding) + b",
        ),
        why="conv2d is a matrix with very few free numbers, and its transpose hands each y back to the pixels it was"
        " made of, with the same weights. What reads one pixel in many places adds up on the way back: fan-out adds.",
        mistakes=CONV2D_TRANSPOSE,
    ),
)
