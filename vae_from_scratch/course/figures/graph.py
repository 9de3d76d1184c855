"""The picture of a traced graph: a box for each value, an arrow for each use, and what comes back.

Boxes stand from left to right in the order of computation, inputs one column before they are first used. Values
are gray, cotangents vermilion. Nothing here computes a number that is shown.
"""

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED

BACK = COLORS["rate"]  # the color of what comes back
WIDTH, HEIGHT = 0.78, 0.66  # of a box, where columns and rows are 1 apart
COLUMN, ROW, EDGE = 165, 92, 0.0  # shown pixels of a column and of a row; rows left free above and below


def draw_graph(labels, edges, known, asked=None):
    """The graph as a Pillow image.

    labels: {node: (how it is made, its value)} in the order of computation; edges: [(parent, user, what came back
    or None)]; known: {node: cotangent}; asked: the node whose cotangent is asked for.
    """
    places = arranged(list(labels), [(parent, user) for parent, user, _ in edges])
    columns, rows = zip(*places.values(), strict=True)
    figure, axes = plots.new_figure(COLUMN * (max(columns) + 1), ROW * (max(rows) - min(rows) + 1 + 2 * EDGE))
    axes.set_position([0, 0, 1, 1])
    axes.set_axis_off()
    axes.set(xlim=(-0.5, max(columns) + 0.5), ylim=(max(rows) + 0.5 + EDGE, min(rows) - 0.5 - EDGE))
    for node, (made, value) in labels.items():
        draw_box(axes, places[node], made, value, known.get(node), node is asked)
    pairs = [(parent, user) for parent, user, _ in edges]
    for i, (parent, user, sent) in enumerate(edges):
        turn = pairs[:i].count((parent, user)), pairs.count((parent, user))
        draw_edge(axes, places[parent], places[user], sent, turn)
    return plots.drawn(figure)


def arranged(nodes, pairs):
    """{node: (column, row)}: steps in a row, each behind its parents; inputs above, those that reach far below."""
    column = {}
    for node in nodes:
        column[node] = max((column[parent] + 1 for parent, user in pairs if user is node), default=0)
    inputs = [node for node in nodes if not any(user is node for _, user in pairs)]
    for node in inputs:
        column[node] = max(0, min((column[user] for parent, user in pairs if parent is node), default=1) - 1)
    row = dict.fromkeys(nodes, 0)
    for node in inputs:
        row[node] = 1 if any(column[user] - column[node] > 1 for parent, user in pairs if parent is node) else -1
    taken = set()
    for node in nodes:
        while (column[node], row[node]) in taken:
            row[node] += 1 if row[node] >= 0 else -1
        taken.add((column[node], row[node]))
    return {node: (column[node], row[node]) for node in nodes}


def draw_box(axes, place, made, value, cotangent, is_asked):
    """One value: how it is made, what it is, and its cotangent, a question mark where it is asked for."""
    (x, y), edge = place, BACK if is_asked else MUTED
    frame = FancyBboxPatch(
        (x - WIDTH / 2, y - HEIGHT / 2),
        WIDTH,
        HEIGHT,
        boxstyle="round,pad=0,rounding_size=0.06",
        facecolor="white",
        edgecolor=edge,
        linewidth=2.2 if is_asked else 0.9,
        zorder=3,
    )
    axes.add_patch(frame)
    style = {"ha": "center", "va": "center", "zorder": 4}
    axes.text(x, y - 0.18, made, fontsize=9, color=INK, fontweight="bold", **style)
    axes.text(x, y + 0.02, f"value {value}", fontsize=8, color=MUTED, **style)
    back = "cotangent ?" if is_asked else "" if cotangent is None else f"cotangent {told(cotangent)}"
    axes.text(x, y + 0.21, back, fontsize=8, color=BACK, fontweight="bold", **style)


def draw_edge(axes, start, end, sent, turn):
    """An arrow from a value to where it is used; `sent`, what came back, stands beside it. turn: which of how many."""
    (x0, y0), (x1, y1), (nth, count) = start, end, turn
    color = "#A0A0A0" if sent is None else BACK
    style = {"arrowstyle": "-|>", "mutation_scale": 9, "color": color, "linewidth": 1.3, "zorder": 2}
    lift = 0.16 * (2 * nth - count + 1) if count > 1 else 0.0
    if y0 != y1 and x1 - x0 > 1:  # along its row, then up or down
        begin, tip, bend = (
            (x0 + WIDTH / 2, y0),
            (x1, y1 + (HEIGHT / 2 if y0 > y1 else -HEIGHT / 2)),
            "angle,angleA=0,angleB=90,rad=8",
        )
        label = (x1 - 0.5, y0)
    else:
        begin, tip, bend = (x0 + WIDTH / 2, y0 + lift), (x1 - WIDTH / 2, y1 + lift), "arc3"
        label = ((begin[0] + tip[0]) / 2, (begin[1] + tip[1]) / 2)
    axes.add_patch(FancyArrowPatch(begin, tip, connectionstyle=bend, shrinkA=0, shrinkB=0, **style))
    if sent is not None:
        axes.text(*label, told(sent), fontsize=7.5, color=BACK, ha="center", va="center", bbox=plots.HALO, zorder=5)


def told(number):
    """A number with four digits that count."""
    return f"{number:.4g}".replace("-", "−")
