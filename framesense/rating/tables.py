"""Delimited text files of a data set, read strictly: what is wrong is told with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np

from framesense.errors import InputError
from framesense.rating.ratings import Floats

if TYPE_CHECKING:
    import pandas as pd

SEPARATOR_NAMES = {"\t": "tabs", "|": "|", ",": "commas", "::": "::"}


class Folder(Protocol):
    """A file or folder, on disk or in an archive: `pathlib.Path` and `zipfile.Path` both are."""

    @property
    def name(self) -> str: ...
    def joinpath(self, part: str, /) -> Folder: ...
    def iterdir(self) -> Iterator[Folder]: ...
    def is_file(self) -> bool: ...
    def read_bytes(self) -> bytes: ...


def read_table(
    path: Folder,
    columns: tuple[str, ...],
    *,
    separator: str,
    header: bool = False,
    optional: tuple[str, ...] = (),
) -> pd.DataFrame:
    """All rows as text, indexed by their line in the file.

    With a header the file must name the columns (what RecBole writes after a colon is cut);
    `optional` ones that it lacks are empty, and others are dropped. Without one, `columns` are
    its first fields and the rest follow. Raises InputError for an unreadable or empty file, a wrong
    separator or a missing column; a field missing from a line is empty.
    """
    text = _text(path)
    remedy = f"it must be separated by {SEPARATOR_NAMES[separator]}"
    table = _parsed(text, separator, header, path, remedy)
    if header:
        table.columns = [str(name).split(":")[0].strip() for name in table.columns]
        missing = [name for name in columns if name not in table.columns]
        if missing:
            raise InputError(f"{path}: has no column {', '.join(missing)}", remedy=remedy)
        table = table.reindex(columns=[*columns, *optional], fill_value="")
    elif table.shape[1] < len(columns):
        raise InputError(
            f"{path}: {table.shape[1]} fields a line where {len(columns)} are due", remedy=remedy
        )
    else:
        table.columns = [*columns, *map(str, range(table.shape[1] - len(columns)))]
    table.index = table.index + (2 if header else 1)
    return table


def numbers(table: pd.DataFrame, column: str, path: Folder, *, blank: bool = False) -> Floats:
    """A column as float64, (n,). What is no finite number is NaN with `blank`, else InputError."""
    import pandas as pd

    found = pd.to_numeric(table[column], errors="coerce").astype(float)
    found = found.where(np.isfinite(found))
    wrong = found.isna()
    if wrong.any() and not blank:
        line = wrong.idxmax()
        raise InputError(
            f"{path}: line {line}: {column} is {table[column][line]!r}, not a number",
            remedy="mend or delete that line",
        )
    return np.asarray(found, dtype=np.float64)


def _text(path: Folder) -> str:
    try:
        data = path.read_bytes()
    except (OSError, KeyError) as error:
        raise InputError(f"{path}: cannot be read ({error})", remedy="check --data") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # the older sets


def _parsed(text: str, separator: str, header: bool, path: Folder, remedy: str) -> pd.DataFrame:
    import pandas as pd

    if separator == "::":  # pandas is quick with one character only, and titles hold colons
        text, separator = text.replace("\t", " ").replace("::", "\t"), "\t"
    try:
        return pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=0 if header else None,
            dtype=str,
            keep_default_na=False,
            na_values=[],
            quoting=csv.QUOTE_MINIMAL if separator == "," else csv.QUOTE_NONE,
            index_col=False,
        )
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{path}: is empty", remedy="check --data") from error
    except pd.errors.ParserError as error:
        raise InputError(f"{path}: cannot be parsed ({error})", remedy=remedy) from error
