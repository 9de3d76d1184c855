"""Weight blocks: the weights of K draws make one bound; the same draws cut into blocks of another size, another.

Above, one image's log weights in the order they were drawn, with the bound of each block. Below, what the bound misses,
split: the encoder's guess, and the family of q. From a program: `set(size=25, proposal="q refined", image=3)`,
`state()`.
"""

import numpy as np
from ipywidgets import HTML, HBox, IntSlider, Layout, SelectionSlider, ToggleButtons

import vae_from_scratch
from vae_from_scratch.course import plots
from vae_from_scratch.course.widgets.base import Widget, image_of
from vae_from_scratch.course.widgets.weight_pictures import WIDTH, WeightPictures


class WeightBlocks(Widget):
    """Log weights of the same images under two proposals, with sliders for the block and the image. Shows itself.

    encoder, refined: log weights (K, N) of draws of the encoder's q and of a q refined for each image; captions: a
    name for each image, or none; task and answer: a line of HTML each; core: the package, ours or the student's;
    averaged: how many of the images, from the first, make the mean.
    log p(x) is taken from the refined weights, all K together. The task is reached at `enough`, the smallest block with
    which the encoder's bound, averaged over images, is what one draw of the refined q gives.
    """

    name = "blocks"

    def __init__(self, encoder, refined, *, task, answer, averaged, core=vae_from_scratch, captions=None):
        self.weights = {"encoder's q": np.asarray(encoder), "q refined": np.asarray(refined)}
        self.log_mean_exp, self.captions, self.reached = core.distributions.log_mean_exp, captions, False
        draws, self.averaged = len(encoder), slice(averaged)
        self.sizes = [size for size in range(1, draws + 1) if draws % size == 0]
        self.log_px = self.bounds("q refined", draws)[0]
        self.elbo, self.refined_elbo = (np.mean(w, axis=0, dtype=np.float64) for w in self.weights.values())
        means = {size: self.mean(self.bounds("encoder's q", size)) for size in self.sizes}
        self.enough = next((size for size in self.sizes if means[size] >= self.mean(self.refined_elbo)), None)
        self.pictures = WeightPictures()
        super().__init__(task, answer, self.make_parts())
        self.draw()
        for control in (self.size_slider, self.image_slider, self.proposal_choice):
            control.observe(self.shown(lambda change: self.draw()), "value")

    # -------------------------------------------------------------- for programs

    def bounds(self, proposal, size):
        """The bound of each block of `size` draws: (K / size, N), in nats."""
        weights = self.weights[proposal]
        return self.log_mean_exp(weights.reshape(-1, size, weights.shape[1]), axis=1)

    def mean(self, values):
        """Mean over the images that are averaged, and over blocks if there are: (N,) or (n, N) -> float."""
        return float(np.mean(values[..., self.averaged]))

    def set(self, size=None, proposal=None, image=None):
        """Move the controls, as one does by hand."""
        controls = (self.size_slider, size), (self.proposal_choice, proposal), (self.image_slider, image)
        for control, value in controls:
            if value is not None:
                control.value = value

    def state(self):
        """Plain numbers, in nats: this image's bound and the mean over images, log p(x), the parts of the gap."""
        image, bounds = self.image_slider.value, self.bounds(self.proposal_choice.value, self.size_slider.value)
        guess, family = self.refined_elbo - self.elbo, self.log_px - self.refined_elbo
        return {
            "size": self.size_slider.value,
            "proposal": self.proposal_choice.value,
            "image": image,
            "bound": float(np.mean(bounds[:, image])),
            "mean_bound": self.mean(bounds),
            "log_px": float(self.log_px[image]),
            "mean_log_px": self.mean(self.log_px),
            "guess": self.mean(guess),
            "family": self.mean(family),
            "guess_here": float(guess[image]),
            "family_here": float(family[image]),
        }

    def alt(self):
        """What the picture shows, without a number that depends on the training."""
        draws, images = self.weights["q refined"].shape
        return (
            f"Weight blocks: {draws} log weights of image {self.image_slider.value} of {images}, draws of the"
            f" {self.proposal_choice.value}, in blocks of {self.size_slider.value}, with each block's bound and log"
            " p(x); two bars split the gap into the encoder's guess and the Gaussian family, for this image and for"
            " the mean."
        )

    def still(self):
        """Both pictures, as one Pillow image."""
        return plots.stacked([image_of(self.strip), image_of(self.bars)])

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """The controls and pictures, from top to bottom."""
        style, layout = {"description_width": "96px"}, Layout(width="340px")
        self.size_slider = self.part(
            SelectionSlider(options=self.sizes, value=1, description="block of K", style=style, layout=layout), "size"
        )
        last = self.weights["q refined"].shape[1] - 1
        self.image_slider = self.part(IntSlider(0, 0, last, description="image", style=style, layout=layout), "image")
        in_a_row = Layout(display="flex", flex_flow="row wrap", align_items="center")
        choice = ToggleButtons(options=list(self.weights), description="draws of", layout=in_a_row)
        choice.style.button_width, choice.style.description_width = "110px", "96px"
        self.proposal_choice = self.part(choice, "proposal")
        self.numbers = self.part(HTML(layout=Layout(height="24px")), "numbers")
        self.strip, self.bars = self.picture("strip", WIDTH), self.picture("bars", WIDTH)
        row = HBox([self.size_slider, self.image_slider], layout=Layout(flex_flow="row wrap"))
        return [row, self.proposal_choice, self.numbers, self.strip, self.bars]

    # ------------------------------------------------------------------- showing

    def draw(self):
        """Show where the controls stand."""
        now, image = self.state(), self.image_slider.value
        size, weights = now["size"], {name: w[:, image] for name, w in self.weights.items()}
        blocks = self.bounds(now["proposal"], size)[:, image]
        caption = f"image {image}" if self.captions is None else self.captions[image]
        self.strip.value = self.pictures.strip(caption, weights, now["proposal"], blocks, now["log_px"])
        gaps = [(now["guess"], now["family"]), (now["guess_here"], now["family_here"])]
        missing = [now["mean_log_px"] - now["mean_bound"], now["log_px"] - now["bound"]]
        self.bars.value = self.pictures.bars(self.log_px, self.elbo, gaps, missing, caption, size)
        self.numbers.value = (
            f"Mean over {len(self.log_px[self.averaged])} images: bound with K = {size} "
            f"<b>{plots_sign(now['mean_bound'])}</b> · "
            f"log p(x) about <b>{plots_sign(now['mean_log_px'])}</b> · "
            f"missing <b>{now['mean_log_px'] - now['mean_bound']:.2f}</b> nats"
        )
        self.say("")
        if not self.reached and now["proposal"] == "encoder's q" and size == self.enough:
            self.reached = True
            self.show_answer(f"Reached at K = {size}.")


def plots_sign(nats):
    """A number of nats with the minus sign that the axes have."""
    return f"{nats:.2f}".replace("-", "−")
