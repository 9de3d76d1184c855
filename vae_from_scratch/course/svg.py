"""Small pictures inside a card, as SVG: an image in shades of the text's color, and two curves in one frame.

They are drawn in the color of the text around them, so a light and a dark theme need nothing of their own. What is
seen is said by `alt`, too. Neither ids nor scripts nor style sheets.
"""

import html

import numpy as np

SHADES = 8
YOURS = "#c2571a"  # the tone of a wrong answer: at least 3:1 on white and on JupyterLab's dark background
WIDTH, HEIGHT, LEFT, MARGIN = 340, 170, 44, 6  # of curves: the whole, the room of the numbers, that around the curves
TARGET_LINE = 'stroke="currentColor" stroke-width="1.5"'
YOUR_LINE = f'stroke="{YOURS}" stroke-width="3" stroke-dasharray="7 4"'
TOP, BOTTOM = 20 + MARGIN, HEIGHT - 16  # of the frame, below the legend


def image(pixels, alt, side=112):
    """An image (H, W) of ink from 0 to 1, as SVG of this width. What is not finite is drawn in the color of errors."""
    height, width = pixels.shape
    shades = np.round(SHADES * np.clip(np.nan_to_num(pixels, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)).astype(int)
    paths = [
        _runs(shades == shade, f'stroke="currentColor" opacity="{shade / SHADES:g}"') for shade in range(1, SHADES + 1)
    ]
    paths.append(_runs(~np.isfinite(pixels), f'stroke="{YOURS}"'))
    edge = (
        f'<rect width="{width}" height="{height}" fill="none" stroke="currentColor" stroke-width=".15" opacity=".5"/>'
    )
    crisp = ['<g shape-rendering="crispEdges">', *paths, "</g>"]  # no seams between rows
    return _svg((width, height), side, alt, [*crisp, edge])


def _runs(chosen, style):
    """One path over the chosen pixels, a stroke for each run in a row."""
    steps = np.diff(np.pad(chosen.astype(int), ((0, 0), (1, 1))), axis=1)
    runs = zip(*np.nonzero(steps == 1), np.nonzero(steps == -1)[1], strict=True)
    path = "".join(f"M{start} {row + 0.5:g}h{end - start}" for row, start, end in runs)
    return f'<path d="{path}" {style} fill="none"/>' if path else ""


def curves(places, target, yours, alt):
    """Two curves over the same places, (P,) each, both named: the target as a thin line, yours dashed and thicker, so
    that each is seen where they are one. What lies outside the `frame` is cut off.
    """
    up, across = frame(target, yours), (float(places[0]), float(places[-1]))
    lines = [
        f'<path d="{_path(places, values, across, up)}" fill="none" stroke-linejoin="round" {style}/>'
        for values, style in ((target, TARGET_LINE), (yours, YOUR_LINE))
    ]
    edge = f'<path d="M{LEFT} {TOP - MARGIN}V{BOTTOM}H{WIDTH}" fill="none" stroke="currentColor" opacity=".5"/>'
    corners = (
        (LEFT - 5, TOP + 4, "end", up[1], up),
        (LEFT - 5, BOTTOM - MARGIN + 4, "end", up[0], up),
        (LEFT, HEIGHT - 2, "start", across[0], across),
        (WIDTH, HEIGHT - 2, "end", across[1], across),
    )
    style = 'fill="currentColor" font-size="11" opacity=".8"'
    texts = [
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" {style}>{_number(value, *span)}</text>'
        for x, y, anchor, value, span in corners
    ]
    return _svg((WIDTH, HEIGHT), WIDTH, alt, [*_legend(), *lines, edge, *texts])


def _legend():
    """Above the curves: a piece of each line, and whose it is."""
    names = ((LEFT, "target", TARGET_LINE), (LEFT + 90, "yours", YOUR_LINE))
    return [
        f'<path d="M{x} 8h25" {style}/><text x="{x + 31}" y="12" fill="currentColor" font-size="12">{name}</text>'
        for x, name, style in names
    ]


def frame(target, yours):
    """Lowest and highest value that are shown: all of the target, and of yours what is not far out of it; as far as
    shows half of yours, if that is not too far.
    """
    low, high = float(np.min(target)), float(np.max(target))
    finite, span = yours[np.isfinite(yours)], high - low or abs(high) or 1.0
    lowest, highest = float(np.min(finite, initial=low)), float(np.max(finite, initial=high))
    for reach in (span, 2 * span, 4 * span):
        bottom = lowest if low - lowest <= 1.25 * reach else low - reach  # no cut for a little more
        top = highest if highest - high <= 1.25 * reach else high + reach
        if 2 * np.sum((bottom <= finite) & (finite <= top)) >= finite.size:
            return bottom, top
    return max(lowest, low - span), min(highest, high + span)


def _number(value, low, high):
    """A number with as many digits as count beside the span from low to high."""
    digits = 2 - int(np.floor(np.log10((high - low) or 1.0)))
    text = f"{round(value, digits) + 0.0:,.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _path(places, values, across, up):
    """A path through the points that are finite, in the picture's coordinates, cut where it leaves the frame."""
    x = LEFT + (WIDTH - LEFT) * (places - across[0]) / (across[1] - across[0])
    y = TOP + (BOTTOM - MARGIN - TOP) * (up[1] - values) / ((up[1] - up[0]) or 1.0)
    path, end = "", ""
    for piece in zip(x, x[1:], y, y[1:], strict=False):
        for pen, point in zip("ML", _inside(*piece), strict=False):
            place = f"{point[0]:.1f} {point[1]:.1f}"
            path += f"{pen}{place}" if pen == "L" or place != end else ""
            end = place
    return path


def _inside(x, next_x, y, next_y):
    """The two ends of what lies of a line between the frame's top and its bottom; nothing if that is nothing."""
    if not np.isfinite(y + next_y) or max(y, next_y) < TOP or min(y, next_y) > BOTTOM - MARGIN:
        return ()
    if y == next_y:
        return (x, y), (next_x, y)
    ends = (min(max(height, TOP), BOTTOM - MARGIN) for height in (y, next_y))
    return [(x + (next_x - x) * (end - y) / (next_y - y), end) for end in ends]


def _svg(size, width, alt, parts):
    style = f"width:{width}px;max-width:100%;height:auto;display:block;overflow:hidden"
    box = f'viewBox="0 0 {size[0]} {size[1]}" role="img" aria-label="{html.escape(alt)}"'
    return f'<svg {box} style="{style}">{"".join(parts)}</svg>'
