"""Bytes of HTML to text, whatever encoding they are in."""

import re

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)"
    rb"|<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_HEAD = 4096  # browsers look for a declaration in the first 1024 bytes: we are more patient
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_WIDE = ("utf-16", "iso2022")
_MISTAKES = 0.001
"""Share of bytes that do not fit an encoding from which its declaration is taken for wrong."""


def decode_html(data: bytes, declared: str | None = None) -> str:
    """Decode a page.

    Parameters
    ----------
    data : bytes
        As fetched.
    declared : str, optional
        The encoding that the HTTP header names.

    Returns
    -------
    str
        By its byte order mark; else as UTF-8 where it is that, whatever is declared, for
        nothing else looks like it; else as declared in the header or in the page; else as
        resiliparse detects. Names mean what they mean to browsers (``iso-8859-1`` is
        Windows-1252). Bytes that do not fit become U+FFFD.
    """
    from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

    for mark, marked in _MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace")
    stated = [
        name
        for said in (declared, _declared_in(data))
        if said and (name := map_encoding_to_html5(said, fallback_utf8=False))
    ]
    if not (stated and stated[0].replace("_", "").startswith(_WIDE)):
        stated = ["utf-8", *stated]
    for fitting in stated:
        if (text := _decoded(data, fitting)) is not None:
            return text
    return data.decode(detect_encoding(data) or "utf-8", "replace")


def _declared_in(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_HEAD])
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def _decoded(data: bytes, name: str) -> str | None:
    """Decode by an encoding; None where too much does not fit."""
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        text = data.decode(name, "replace")
    return text if text.count("\ufffd") <= _MISTAKES * len(data) else None
