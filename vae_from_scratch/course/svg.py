"""Small pictures inside a card, as SVG: an image in shades of the text's color, and two curves in one frame.

They are drawn in the color of the text around them, so a light and a dark theme need nothing of their own. What is
seen is said by `alt`, too. Neither ids nor scripts nor style sheets.
"""

import html

import numpy as np

SHADES = 8
YOURS = "#c2571a"  # the tone of a wrong answer: at least 3:1 on white and on JupyterLab's dark background
WIDTH, HEIGHT, LEFT, MARGIN = 340, 170, 44, 6  # of curves: the whole, the room of the numbers, that around the curves
BROAD = 'stroke="currentColor" stroke-width="5" opacity=".35"'
DASHED = f'stroke="{YOURS}" stroke-width="2" stroke-dasharray="5 3"'
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
    return _svg((width, height), side, alt, [*paths, edge])


def _runs(chosen, style):
    """One path over the chosen pixels, a stroke for each run in a row."""
    steps = np.diff(np.pad(chosen.astype(int), ((0, 0), (1, 1))), axis=1)
    runs = zip(*np.nonzero(steps == 1), np.nonzero(steps == -1)[1], strict=True)
    path = "".join(f"M{start} {row + 0.5:g}h{end - start}" for row, start, end in runs)
    return f'<path d="{path}" {style} fill="none"/>' if path else ""


def curves(places, target, yours, alt):
    """Two curves over the same places, (P,) each: the target as a broad pale line, yours dashed over it, both named."""
    low, high = _span(target, yours)
    across = float(places[0]), float(places[-1])
    points = [_points(places, values, across, (low, high)) for values in (target, yours)]
    lines = [
        f'<path d="{path}" fill="none" stroke-linejoin="round" {style}/>'
        for path, style in zip(points, (BROAD, DASHED), strict=True)
    ]
    edge = f'<path d="M{LEFT} {TOP - MARGIN}V{BOTTOM}H{WIDTH}" fill="none" stroke="currentColor" opacity=".5"/>'
    corners = (
        (LEFT - 5, TOP + 4, "end", high),
        (LEFT - 5, BOTTOM - MARGIN + 4, "end", low),
        (LEFT, HEIGHT - 2, "start", across[0]),
        (WIDTH, HEIGHT - 2, "end", across[1]),
    )
    style = 'fill="currentColor" font-size="11" opacity=".8"'
    texts = [
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" {style}>{value:.3g}</text>' for x, y, anchor, value in corners
    ]
    return _svg((WIDTH, HEIGHT), WIDTH, alt, [*_legend(), *lines, edge, *texts])


def _legend():
    """Above the curves: a piece of each line, and whose it is."""
    names = ((LEFT, "target", BROAD), (LEFT + 90, "yours", DASHED))
    return [
        f'<path d="M{x} 8h24" {style}/><text x="{x + 30}" y="12" fill="currentColor" font-size="12">{name}</text>'
        for x, name, style in names
    ]


def _span(target, yours):
    """Lowest and highest value that the frame shows: all of the target, and of yours what is not far out of it."""
    low, high = float(np.min(target)), float(np.max(target))
    reach = high - low or abs(high) or 1.0
    finite = yours[np.isfinite(yours)]
    low = min(low, max(np.min(finite, initial=low), low - reach))
    return low, max(high, min(np.max(finite, initial=high), high + reach))


def _points(places, values, across, up):
    """A path through the points that are finite, in the frame's coordinates; what lies outside runs along its edge."""
    x = LEFT + (WIDTH - LEFT) * (places - across[0]) / (across[1] - across[0])
    y = TOP + (BOTTOM - MARGIN - TOP) * (up[1] - np.clip(values, *up)) / ((up[1] - up[0]) or 1.0)
    path, pen = "", "M"
    for a, b in zip(x, y, strict=True):
        path, pen = (path + f"{pen}{a:.1f} {b:.1f}", "L") if np.isfinite(b) else (path, "M")
    return path


def _svg(size, width, alt, parts):
    style = f"width:{width}px;max-width:100%;height:auto;display:block;overflow:hidden"
    box = f'viewBox="0 0 {size[0]} {size[1]}" role="img" aria-label="{html.escape(alt)}"'
    return f'<svg {box} style="{style}">{"".join(parts)}</svg>'
