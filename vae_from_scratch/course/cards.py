"""Verdicts, hints and solutions as HTML: inline styles only, so that they look the same where style sheets are
stripped.

Colors are JupyterLab's variables with fallbacks that read on white and on black; the outcome is said by a symbol and
words, never by color alone. Everything that a student wrote is escaped. No ids, no scripts.
"""

import html
import re
from pathlib import Path

TONES = {  # edge and symbol of the card: middle tones, at least 3:1 on white and on JupyterLab's dark background
    "unwritten": "#7b8794",
    "raised": "#c2571a",
    "wrong": "#c2571a",
    "close": "#2a8a57",
    "right": "#2a8a57",
}
BLUE = "#4a7ebb"  # of a card that judges nothing
FRAME = (
    "border:1px solid var(--jp-border-color2,rgba(128,128,128,.4));border-left:5px solid {tone};border-radius:6px;"
    "padding:10px 14px;margin:4px 0;max-width:46em;box-sizing:border-box;overflow-wrap:anywhere;"
    "color:var(--jp-content-font-color1,inherit);background:var(--jp-layout-color1,transparent);"
    "font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:14px;line-height:1.5"
)
_CODE = (
    "font-family:var(--jp-code-font-family,ui-monospace,monospace);font-size:.92em;"
    "background:var(--jp-layout-color2,rgba(128,128,128,.14));color:inherit;border-radius:3px"
)
TRAIN_ANYWAY = "It runs, so what would become of a VAE with it? In a cell of its own:"
QUIET = "color:var(--jp-content-font-color2,inherit);font-size:.93em"


def sheet(name):
    """Rules of a style sheet of ours, for those parts of a page that do not load it by themselves."""
    return (Path(__file__).parent / "jupyter" / "custom" / f"{name}.css").read_text(encoding="utf-8")


def verdict_card(verdict, symbol, words):
    """Card of a verdict: symbol, name and outcome; what is off and where to look; a picture of it; notes; hints, ours
    and prints, folded.
    """
    tone = TONES[verdict.outcome]
    head = (
        f'<div style="display:flex;flex-wrap:wrap;gap:0 8px;align-items:baseline">'
        f'<span aria-hidden="true" style="color:{tone};font-size:1.35em;font-weight:700">{symbol}</span> '
        f'<strong style="{_CODE};background:transparent;font-size:1.02em">{html.escape(verdict.name)}</strong> '
        f"<span>{html.escape(words)}</span> {_badge(verdict.mistake)}</div>"
    )
    parts = [head, *_paragraphs(verdict.message), verdict.picture]
    parts += [f'<div style="margin-top:6px;{QUIET}">{inline(note)}</div>' for note in verdict.notes]
    if verdict.printed.strip():
        parts.append(folded("What your function printed", _pre(_shortened(verdict.printed))))
    if not verdict.accepted:
        parts.append(_staged(verdict.hints))
    if verdict.anyway:
        parts.append(folded("Train with mine anyway", prose(TRAIN_ANYWAY) + _pre(verdict.anyway)))
    if verdict.solution:
        title = "Ours, to compare" if verdict.accepted else "Solution"
        parts.append(folded(title, _pre(verdict.solution.code) + prose(verdict.solution.why)))
    return framed(parts, tone)


def hint_card(hint):
    """Card of one hint."""
    title = f"<strong>Hint {hint.number} of {hint.total}</strong> · {inline(f'`{hint.name}`')}"
    return framed([f"<div>{title}</div>", prose(hint.text)], BLUE)


def solution_card(solution):
    """Card of a plain definition."""
    title = f"<strong>Solution</strong> · {inline(f'`{solution.name}`')}"
    return framed([f"<div>{title}</div>", _pre(solution.code), prose(solution.why)], BLUE)


def framed(parts, tone):
    return f'<div style="{FRAME.format(tone=tone)}">{"".join(parts)}</div>'


def _badge(mistake):
    if not mistake:
        return ""
    style = "border:1px solid currentColor;border-radius:9px;padding:0 8px;font-size:.82em;opacity:.85"
    return f'<span style="{style}">{html.escape(mistake)}</span>'


def folded(title, inside):
    summary = f'<summary style="cursor:pointer;{QUIET}">{html.escape(title)}</summary>'
    return f'<details style="margin-top:6px">{summary}<div style="margin:4px 0 2px 16px">{inside}</div></details>'


def _staged(hints, number=1):
    """Hints one inside the other: each is opened from the one before."""
    if not hints:
        return ""
    title = "Hint" if number == 1 else "Another hint" if len(hints) > 1 else "The last hint"
    return folded(title, prose(hints[0]) + _staged(hints[1:], number + 1))


def _paragraphs(text):
    return [f'<div style="margin-top:6px">{_block(part)}</div>' for part in text.split("\n\n") if part]


def prose(text):
    return "".join(_paragraphs(text))


def _block(text):
    """A paragraph; indented lines of it are code."""
    if all(line.startswith("    ") for line in text.split("\n")):
        return _pre("\n".join(line[4:] for line in text.split("\n")))
    return inline(text)


def _pre(code):
    style = f"{_CODE};display:block;padding:6px 10px;margin:6px 0;overflow-x:auto;white-space:pre;line-height:1.4"
    return f'<pre style="{style}">{html.escape(code)}</pre>'


def inline(text):
    """Text as HTML: escaped; `words` as code, and outside of code *words* with stress."""
    return "".join(map(_piece, re.split(r"(`[^`\n]+`)", html.escape(text))))


def _piece(text):
    """Escaped text of one kind: code with its backticks, or words."""
    if len(text) > 2 and text[0] == text[-1] == "`":
        return f'<code style="{_CODE};padding:1px 4px">{text[1:-1]}</code>'
    return re.sub(r"(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])", r"<em>\1</em>", text)


def _shortened(printed, lines=12):
    shown = printed.rstrip().split("\n")
    return "\n".join(shown[:lines] + (["…"] if len(shown) > lines else []))[:2000]
