"""The picture of the rows there are: how each run's loss fell, and the NLL at its end, beside the published one.

One panel for each data set. Lines: minus the bound of one draw, on test images and, dotted, on training images. Dot:
NLL of the trained network, two standard errors up and down. Dashed: the published NLL of a row that was run.
"""

from matplotlib.figure import Figure


def plot(panels, path):
    """Write the picture of {title: {(layers, k, objective): (published NLL or None, runs)}}, panels without runs left
    out.
    """
    panels = {title: rows for title, rows in panels.items() if any(runs for _, runs in rows.values())}
    figure = Figure(figsize=(4.2 * len(panels), 4), layout="constrained")
    for axes, (title, rows) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
        for (layers, k, objective), (published, runs) in rows.items():
            for run in runs:
                draw(axes, run, f"{layers} layer{'s' * (layers > 1)}, k = {k}, {objective.upper()}, {run['protocol']}")
            if published and runs:
                axes.axhline(published, color="black", linewidth=0.8, linestyle="--")
        lowest = min(min(run["nll"], -run["log"][-1]["train"]) for _, runs in rows.values() for run in runs)
        highest = max(-run["log"][-1]["test"] for _, runs in rows.values() for run in runs)
        axes.set(title=title, xlabel="epoch", ylim=(lowest - 2, highest + 2 * (highest - lowest) + 4))
        axes.legend(frameon=False, fontsize=8)
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("nats per image")
    figure.savefig(path, dpi=100)


def draw(axes, run, name):
    """One run's two curves and its NLL."""
    epochs = [look["epoch"] for look in run["log"]]
    (line,) = axes.plot(epochs, [-look["test"] for look in run["log"]], linewidth=1, label=name)
    axes.plot(epochs, [-look["train"] for look in run["log"]], ":", color=line.get_color(), linewidth=1)
    axes.errorbar(epochs[-1], run["nll"], 2 * run["standard_error"], fmt="o", color=line.get_color(), markersize=4)
