"""The traced graph: a small function as its tape recorded it, and its cotangents, which the reader predicts one by one.

It takes any tape: a list of nodes in the order of computation, each with `value` (one number), `parents`,
`products` (one per parent) and `op`, the name of what made it ("" for an input). Every number shown is the node's
own or comes out of its products. From a program: `commit(text)`, `reveal()`, `reset()`, `advance(n)`.
"""

from math import isclose

import numpy as np
from ipywidgets import HTML, HBox, Layout, Text

from vae_from_scratch.course import plots
from vae_from_scratch.course.figures.graph import draw_graph, told
from vae_from_scratch.course.questions import read_number
from vae_from_scratch.course.widgets.base import Widget, image_of

TOLERANCE = 0.01  # relative, of a number that was worked out by hand
NEAR_ZERO = 1e-9
SYMBOLS = {"add": "+", "multiply": "·", "subtract": "-"}


class TracedGraph(Widget):
    """A tape, and a name for each of its nodes. As a cell's last line it shows itself. task and answer: HTML."""

    name = "graph"

    def __init__(self, tape, names, *, task, answer):
        if len(names) != len(tape) or any(np.size(node.value) != 1 for node in tape):
            raise ValueError(
                f"one name for each node of the tape, and one number in each node: got {len(names)} names for"
                f" {len(tape)} nodes with shapes {', '.join(str(np.shape(node.value)) for node in tape)}"
            )
        self.tape, self.names = list(tape), dict(zip(tape, names, strict=True))
        self.order = self.tape[::-1]  # in which cotangents become known
        super().__init__(task, answer, self.make_parts())
        self.reset()

    # -------------------------------------------------------------- for programs

    @property
    def asked(self):
        """The node whose cotangent is asked for, or None when all are known."""
        return self.order[len(self.known)] if len(self.known) < len(self.order) else None

    def commit(self, text):
        """Say what the asked cotangent is: whether that is so. Raises ValueError for what is no number."""
        if self.asked is None:
            raise ValueError("All cotangents are known; Reset begins anew.")
        said, node = read_number(text), self.asked
        if not alike(said, self.cotangent(node)):
            self.wrong += 1
            self.say(f"✗ {self.what_is_off(said, node)}")
            return False
        self.predicted += 1
        self.known[node] = self.cotangent(node)
        self.arrive(f"✓ Right: {told(said)} for {self.names[node]}.")
        self.refresh()
        return True

    def reveal(self):
        """Show the asked cotangent, unpredicted."""
        self.advance(1)

    def advance(self, steps):
        """Reveal so many cotangents, or all that are left."""
        for node in self.order[len(self.known) :][:steps]:
            words = f"{self.names[node]}: {self.sum_of(node)}."
            self.known[node] = self.cotangent(node)
            self.arrive(words)
        self.refresh()

    def reset(self):
        """Back to the end of the tape, with nothing known."""
        self.known, self.predicted, self.wrong = {}, 0, 0
        self.say("")
        self.show_answer()
        self.refresh()

    def state(self):
        """Plain numbers: how many cotangents are known and how many predicted, wrong tries, and which is asked."""
        asked = None if self.asked is None else self.names[self.asked]
        return {"known": len(self.known), "predicted": self.predicted, "wrong": self.wrong, "asked": asked}

    def alt(self):
        """What the picture shows."""
        steps = sum(bool(node.op) for node in self.tape)
        names = ", ".join(self.names[node] for node in self.known) or "none yet"
        return (
            f"The traced graph of {self.names[self.tape[-1]]}: {len(self.tape) - steps} inputs and {steps} steps with"
            f" their values; cotangents known: {names}."
        )

    def still(self):
        """The graph as it stands, as one Pillow image."""
        return image_of(self.graph)

    # ------------------------------------------------------------- what is right

    def arrivals(self, node):
        """[(user, slope, what it hands back to node)] for every place in which node is used."""
        found = []
        for user in self.tape:
            for parent, product in zip(user.parents, user.products, strict=True):
                if parent is node:
                    slope = float(np.sum(product(np.ones_like(user.value))))
                    found.append((user, slope, slope * self.known.get(user, self.seed(user))))
        return found

    def seed(self, node):
        """The cotangent of a node that nobody uses: 1 for the end, 0 for what the end does not depend on."""
        return 1.0 if node is self.tape[-1] else 0.0

    def cotangent(self, node):
        """The cotangent of a node all of whose users are known: what they hand back, added up."""
        return sum((sent for _, _, sent in self.arrivals(node)), self.seed(node))

    def sum_of(self, node):
        """How the cotangent of a node comes about, in words."""
        parts = [
            f"{told(slope)} · {told(self.known[user])} from {self.names[user]}"
            for user, slope, _ in self.arrivals(node)
        ]
        return f"{' + '.join(parts)} = {told(self.cotangent(node))}" if parts else "the end begins with 1"

    def what_is_off(self, said, node):
        """The most specific true sentence about a wrong cotangent; it does not give the right one."""
        arrivals, name, right = self.arrivals(node), self.names[node], self.cotangent(node)
        slopes, sent = [slope for _, slope, _ in arrivals], [each for _, _, each in arrivals]
        users = " and ".join(dict.fromkeys(self.names[user] for user, _, _ in arrivals))
        if not arrivals:
            return f"{name} is the end itself. If it grows by a little, by how much does the end grow?"
        if len(sent) > 1 and any(alike(said, each) for each in sent):
            return f"That is what one use of {name} hands back. It is used in {len(sent)} places: both paths count."
        if len(sent) > 1 and alike(said, np.mean(sent)):
            return f"You took the mean of what comes back to {name}. If both paths push, do they push half as much?"
        if len(sent) > 1 and alike(said, np.prod(sent)):
            return f"You multiplied what comes back to {name} by two paths. One path multiplies; two paths add."
        if alike(said, -right):
            return "The size is right, and the sign is turned."
        if alike(said, sum(slopes)):
            return f"That is the slope of {users} in {name}. What has come back to {users} so far multiplies it."
        if any(alike(said, self.known[user]) for user, _, _ in arrivals):
            return f"That is the cotangent of {users}, unchanged. It is multiplied by the slope of {users} in {name}."
        if alike(said, float(np.sum(node.value))):
            return f"That is the value of {name}. Asked is how fast {self.names[self.tape[-1]]} grows with it."
        side = "of the other sign" if said * right < 0 else "too small" if abs(said) < abs(right) else "too large"
        return f"{told(said)} is {side}. {name} goes into {users}: slope there, times what came back, all uses added."

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """The question and its field, the buttons, the graph."""
        self.status = self.part(HTML(layout=Layout(height="24px")), "status")
        self.field = self.part(Text(placeholder="a number", layout=Layout(width="9em")), "field")
        self.field.tooltip = "the cotangent that is asked for"
        self.field.on_msg(self.shown(lambda _, content, buffers: content.get("event") == "submit" and self.press()))
        buttons = [
            self.button(
                "step", "Step back", "step-backward", "compare, and go one step back if right", self.press, "116px"
            ),
            self.button("reveal", "Show me", "eye", "show this cotangent, and go on", self.reveal, "110px"),
            self.button("reset", "Reset", "undo", "begin anew at the end", self.reset),
        ]
        self.graph = self.picture("graph", 900)
        row = HBox([self.field, *buttons], layout=Layout(flex_flow="row wrap"))
        return [self.status, row, self.graph]

    def press(self):
        """The button, or Enter: commit what stands in the field; what is no number is said."""
        try:
            self.commit(self.field.value)
        except ValueError as error:
            self.say(str(error), error=True)

    # ------------------------------------------------------------------- showing

    def arrive(self, words):
        """Another cotangent is known: say so, and, when all are, unfold the answer."""
        self.field.value = ""
        self.say(words)
        if self.asked is None:
            tries = "" if self.predicted < len(self.order) else f"all {self.predicted} predicted"
            self.show_answer(f"Back at the inputs{', ' * bool(tries)}{tries}.")

    def refresh(self):
        """Write the question, and draw the graph."""
        done = self.asked is None
        asked = "All cotangents are known." if done else f"What is the cotangent of <b>{self.names[self.asked]}</b>?"
        self.status.value = f"{asked} ({len(self.known)} of {len(self.order)} known)"
        self.field.disabled = self.step_button.disabled = self.reveal_button.disabled = done
        self.graph.value = plots.png(draw_graph(self.labels(), self.edges(), self.known, self.asked))

    def labels(self):
        """{node: (how it is made, its value)}, in the order of the tape."""
        return {node: (self.formula(node), told(float(np.sum(node.value)))) for node in self.tape}

    def formula(self, node):
        """A node's name and what made it: "s = a + b"."""
        names = [self.names[parent] for parent in node.parents]
        symbol = SYMBOLS.get(node.op)
        made = f" {symbol} ".join(names) if symbol and len(names) == 2 else f"{node.op}({', '.join(names)})"
        return f"{self.names[node]} = {made}" if node.op else self.names[node]

    def edges(self):
        """[(parent, user, what came back along it, or None)]: shown once the parent's cotangent is known."""
        return [
            (node, user, sent if node in self.known else None)
            for node in self.tape
            for user, _, sent in self.arrivals(node)
        ]


def alike(said, right):
    """Whether a number worked out by hand is this one."""
    return isclose(said, right, rel_tol=TOLERANCE, abs_tol=NEAR_ZERO)
