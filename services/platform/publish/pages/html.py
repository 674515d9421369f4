"""Plain HTML: text is escaped, links are relative, nothing is loaded from another host."""

from collections.abc import Iterable, Sequence
from html import escape

LEVEL = "../"
"""Every page but the first lies in a folder."""


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Cell = str | Html


def text(value: Cell) -> Html:
    """A value as HTML."""
    return value if isinstance(value, Html) else Html(escape(value))


def link(target: str, label: str) -> Html:
    """A link to another page of the catalogue."""
    return Html(f'<a href="{escape(target)}">{escape(label)}</a>')


def code(value: str) -> Html:
    """A code as it stands on the wire."""
    return Html(f"<code>{escape(value)}</code>")


def joined(cells: Iterable[Cell], separator: str = ", ") -> Html:
    """Several values beside each other, a dash where there is none."""
    return Html(separator.join(text(cell) for cell in cells) or "—")


def heading(value: str, level: int = 2) -> Html:
    """A heading."""
    return Html(f"<h{level}>{escape(value)}</h{level}>")


def paragraph(value: Cell) -> Html:
    """A paragraph."""
    return Html(f"<p>{text(value)}</p>")


def listed(rows: Iterable[tuple[str, Cell]]) -> Html:
    """Terms and what they are."""
    body = "".join(f"<dt>{escape(term)}</dt><dd>{text(value)}</dd>" for term, value in rows)
    return Html(f"<dl>{body}</dl>")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Html:
    """A table with a caption; the first cell of a row is its head."""
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "\n".join(_row(row) for row in rows)
    return Html(
        f"<table><caption>{escape(caption)}</caption>\n<thead><tr>{top}</tr></thead>\n"
        f"<tbody>\n{lines}\n</tbody></table>"
    )


def _row(row: Sequence[Cell]) -> str:
    first, *rest = (text(cell) for cell in row)
    return f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{c}</td>" for c in rest) + "</tr>"


def block(value: str) -> Html:
    """Preformatted text, such as a sample."""
    return Html(f'<pre tabindex="0"><code>{escape(value)}</code></pre>')


def page(title: str, *parts: Html, root: str = LEVEL) -> str:
    """A whole page."""
    body = "\n".join(parts)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} — Staffel catalogue</title>
<link rel="stylesheet" href="{root}style.css">
</head>
<body>
<a class="skip" href="#content">To the content</a>
<nav aria-label="Catalogue"><a href="{root}index.html">Events</a>
<a href="{root}commands.html">Commands</a> <a href="{root}fields.html">Fields</a>
<a href="{root}codes.html">Codes</a></nav>
<main id="content">
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""


STYLE = """\
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
nav a { margin-inline-end: 1rem; }
.skip { position: absolute; inset-inline-start: -100rem; }
.skip:focus { position: static; }
table { border-collapse: collapse; margin-block: 1rem; width: 100%; }
caption { text-align: start; font-weight: bold; padding-block: .5rem; }
th, td { border: 1px solid #767676; padding: .3rem .6rem; text-align: start; vertical-align: top; }
dt { font-weight: bold; }
dd { margin-inline-start: 1.5rem; }
pre { border: 1px solid #767676; padding: .6rem; overflow-x: auto; }
a:focus-visible, pre:focus-visible { outline: 3px solid #1a4fa3; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  body { background: #16181d; color: #eceef2; } a { color: #9cc1ff; }
}
@media print { nav { display: none; } }
"""
