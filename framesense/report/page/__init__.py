"""The page: a report as one HTML file that needs nothing else, to look at a film shot by shot.

    compose      FilmReport -> Page: what stands on the page; pure
    cards        a shot's part of it
    view         the values of a Page
    timeline     lanes and curves over the film's time, as SVG paths: a plain path from the template
                 is smaller, faster and easier to print than a chart library, which would weigh more
                 than the whole page and draw what a path can say
    pictures     thumbnails and portraits as data URIs
    facets       what shots can be filtered by
    copies       the exports, a piece for each shot
    making       how the report was made
    colours      families of colours, to filter by
    templates/   HTML by Jinja2, which escapes all that comes from the film
    page.css     how it looks, in light, in dark and on paper
    *.js         a module for each thing it does

The page's own policy lets no request out, and no script run but ours.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from framesense.atomic import write_atomically
from framesense.records import FilmReport
from framesense.report.page.compose import compose
from framesense.report.page.pictures import Pictures
from framesense.report.page.words import percent

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
_MODULES = ("theme.js", "player.js", "filters.js", "timeline.js", "copy.js")


def render(report: FilmReport, *, folder: Path, page_folder: Path | None = None) -> str:
    """The page as HTML text.

    folder: where the report lies, thumbnails beside it; those that are missing leave a blank.
    page_folder: where the page will lie, by default `folder`. It looks for the film there, then
        where the film is now.
    """
    pictures = Pictures.read(report.shots, folder)
    page = compose(report, pictures, page_folder=page_folder or folder)
    modules = [(_HERE / name).read_text(encoding="utf-8") for name in _MODULES]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            page=page,
            css=(_HERE / "page.css").read_text(encoding="utf-8"),
            modules=modules,
            policy=_policy(modules),
        )
    )


def write(report: FilmReport, path: Path, *, folder: Path) -> None:
    """`render` into a file, whole or not at all. Raises OutputError."""
    html = render(report, folder=folder, page_folder=path.parent)
    write_atomically(path, html.encode("utf-8", "replace"))


def _policy(modules: list[str]) -> str:
    """Content security policy: nothing is fetched but the film beside the page, and a script runs
    only if its text is ours to the letter.
    """
    hashes = (b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in modules)
    scripts = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; img-src data:; media-src 'self' file: blob:; "
        f"style-src 'unsafe-inline'; script-src {scripts}; base-uri 'none'; form-action 'none'"
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    return environment
