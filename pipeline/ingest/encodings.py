"""Bytes to text, whatever encoding they are in."""

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)"
    rb"|<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_HEAD = 4096  # browsers look for a declaration in the first 1024 bytes: we are more patient
_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_WIDE = ("utf-16", "iso2022")
_MISTAKES = 0.001
"""Share of bytes that do not fit an encoding from which its declaration is taken for wrong."""
_SAMPLE = 1 << 16  # bytes that tell an encoding
_LEAST_HIGH = 4  # bytes above ASCII's that tell one from others
_ASCII = bytes(range(0x80))
_WINDOWS_MARKS = b"\x80\x85\x91\x92\x93\x94\x95\x96\x97"
"""Euro sign, ellipsis, quotes, bullet and dashes: the same in all of Windows' 8-bit encodings."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_MOSTLY = 0.8
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


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
    if marked := mark_of(data):
        return data[len(marked[0]) :].decode(marked[1], "replace")
    for fitting in _to_try(data, declared):
        if (text := _decoded(data, fitting)) is not None:
            return text
    return data.decode(_detect(data), "replace")


def html_as_utf8(data: bytes, declared: str | None = None) -> bytes:
    """Give a page in UTF-8: the same bytes where they are that, else by way of `decode_html`."""
    as_it_is = not mark_of(data) and _to_try(data, declared)[0] == "utf-8" and is_utf8(data)
    return data if as_it_is else decode_html(data, declared).encode()


def _to_try(data: bytes, declared: str | None) -> list[str]:
    """Give UTF-8 and the encodings that a page states, in the order in which they are tried."""
    from resiliparse.parse.encoding import map_encoding_to_html5

    stated = [
        name
        for said in (declared, _declared_in(data))
        if said and (name := map_encoding_to_html5(said, fallback_utf8=False))
    ]
    if stated and stated[0].replace("_", "").startswith(_WIDE):
        return stated
    return ["utf-8", *stated]


def decode_text(data: bytes, legacy: str | None = None) -> str | None:
    """Decode text that declares nothing.

    Parameters
    ----------
    data : bytes
        UTF-8, or what `legacy_encoding` takes for another encoding.
    legacy : str, optional
        That encoding, if it is known already; else ``data`` itself must tell.

    Returns
    -------
    str or None
        Where a few bytes among good UTF-8 are broken, they become U+FFFD. None where the bytes
        are no text, or too few to tell in which encoding.
    """
    marked = mark_of(data)
    if marked:
        data = data[len(marked[0]) :]
    for encoding in (marked[1],) if marked else _likely(data, legacy):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if not _CONTROLS.search(text):
            return text
    text = data.decode("utf-8", "replace")
    few = text.count("\ufffd") < len(_SEQUENCE.findall(data))
    return text if few and not _CONTROLS.search(text) else None


def _likely(data: bytes, legacy: str | None) -> Iterator[str]:
    """Give UTF-8, and only to whom that is not enough, the encoding that has to be found out."""
    yield "utf-8"
    if found := legacy or legacy_encoding([data]):
        yield found


def undecodable(data: bytes) -> str:
    """Say what is wrong with bytes that `decode_text` cannot decode."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start + 1}"
    return "no text: it has control characters"


def legacy_encoding(samples: Iterable[bytes]) -> str | None:
    """Tell in which encoding texts are that are not in UTF-8.

    Parameters
    ----------
    samples : iterable of bytes
        Texts of one origin.

    Returns
    -------
    str or None
        None where too little is there to tell, or where it is UTF-8 that was broken.
    """
    sample = b"\n".join(samples)[:_SAMPLE]
    high = sample.translate(None, _ASCII)
    if not high or b"\0" in sample:
        return _wide(sample)
    if not high.strip(_WINDOWS_MARKS):
        return "cp1252"
    whole = sum(map(len, _SEQUENCE.findall(sample)))
    if len(high) < _LEAST_HIGH or whole > len(high) / 2:
        return None
    return _detect(sample)


def is_utf8(data: bytes | NDArray[np.uint8]) -> bool:
    """Tell whether bytes are UTF-8, without making text of them."""
    ends = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    text = pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(data)])
    try:
        text.validate(full=True)  # of the bytes as they lie: nothing is copied
    except pa.ArrowInvalid:
        return False
    return True


def mark_of(data: bytes) -> tuple[bytes, str] | None:
    """Give the byte order mark at the beginning of some bytes, and the encoding it stands for."""
    return next(((mark, name) for mark, name in _MARKS.items() if data.startswith(mark)), None)


def _wide(sample: bytes) -> str | None:
    """Tell UTF-16 without a mark: of ASCII, every other byte is zero."""
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = sample[start::2].count(0)
        if zeros > _MOSTLY * len(sample) / 2 and not sample[1 - start :: 2].count(0):
            return name
    return None


def _detect(data: bytes) -> str:
    from resiliparse.parse.encoding import detect_encoding

    found = detect_encoding(data) or "utf-8"
    if found == "utf-8" and _is_korean(data):  # which resiliparse does not know
        return "cp949"
    return str(found)


def _is_korean(data: bytes) -> bool:
    text = data[:_SAMPLE].decode("cp949", "ignore")
    others = [char for char in text if ord(char) >= 0x3000]
    return len(_HANGUL.findall(text)) > _MOSTLY * max(len(others), 1)


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
