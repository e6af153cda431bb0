"""XML as a stream of elements, with text that any parser accepts."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

_FORBIDDEN = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2), and the carriage return, which it reads
as a line feed."""


def legal(text: str) -> str:
    """Put the replacement character where XML 1.0 forbids one."""
    return _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


class Document:
    """An XML document that is being written."""

    def __init__(self, generator: XMLGenerator) -> None:
        self._generator = generator

    @contextmanager
    def inside(self, name: str, attributes: Mapping[str, object] | None = None) -> Iterator[None]:
        """Write an element around what is written meanwhile."""
        self._generator.startElement(name, _texts(attributes or {}))
        yield
        self._generator.endElement(name)

    def element(
        self, name: str, text: object = "", attributes: Mapping[str, object] | None = None
    ) -> None:
        """Write an element that holds text alone. Attributes that are None are left out."""
        self._generator.startElement(name, _texts(attributes or {}))
        self._generator.characters(legal(str(text)))
        self._generator.endElement(name)


@contextmanager
def document(
    path: Path, root: str, attributes: Mapping[str, object] | None = None
) -> Iterator[Document]:
    """Write a file in UTF-8 with one root element.

    Parameters
    ----------
    path : Path
    root : str
        Name of the root element.
    attributes : mapping of str to object, optional
        Of the root.

    Yields
    ------
    Document
        What is written into it stands inside the root.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        generator = XMLGenerator(file, "utf-8", short_empty_elements=True)
        generator.startDocument()
        found = Document(generator)
        with found.inside(root, attributes):
            yield found
        generator.endDocument()
        file.write("\n")


def _texts(attributes: Mapping[str, object]) -> "AttributesImpl[str]":
    known = {name: value for name, value in attributes.items() if value is not None}
    return AttributesImpl({name: legal(str(value)) for name, value in known.items()})
