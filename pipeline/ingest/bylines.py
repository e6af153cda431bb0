"""Authors, which come as a name, as names, and as objects with a name."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_BETWEEN = ", "
_NAMED = pa.struct([("name", pa.string())])


def byline_of(value: Any) -> str | None:
    """Make one line of whatever a record says of its authors; None of what names nobody.

    >>> byline_of(["Ada Pell", {"name": "Tom Rook"}])
    'Ada Pell, Tom Rook'
    """
    if isinstance(value, list):
        return _BETWEEN.join(name for item in value if (name := byline_of(item)))
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else None


def arrow_type(value: Any) -> pa.DataType:
    """Guess the type of a column from one of its values."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return pa.list_(pa.string())
    return _NAMED if isinstance(value, dict) else pa.string()


def byline_column(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Do the same to a column as `byline_of` to its values; None where Arrow would not."""
    kind = column.type
    if pa.types.is_struct(kind):
        return pc.struct_field(column, "name") if _has_name(kind) else None
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        names = pc.list_flatten(column)
        if names.null_count or pc.any(pc.equal(pc.binary_length(names), 0)).as_py():
            return None
        return pc.binary_join(column, _BETWEEN)
    return column


def _has_name(kind: pa.DataType) -> bool:
    names = {kind.field(at).name: kind.field(at).type for at in range(kind.num_fields)}
    return pa.types.is_string(names.get("name", pa.null()))
