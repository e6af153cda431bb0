"""Where an archive is: a folder, or a URL that delta-rs understands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Place:
    """A folder or bucket of Delta tables."""

    root: str
    """A path, or a URL such as ``s3://bucket/news``."""
    options: dict[str, str] = field(default_factory=dict)
    """Storage options, as the ``deltalake`` package understands them."""

    @property
    def folder(self) -> Path | None:
        """The local folder; None in an object store."""
        parts = urlsplit(self.root)
        if parts.scheme == "file":
            return Path(unquote(parts.path))
        return None if "://" in self.root else Path(self.root)

    def table(self, name: str) -> str:
        """Path or URL of one table."""
        if self.folder is not None:
            return str(self.folder.absolute() / name)
        return f"{self.root.rstrip('/')}/{name}"

    def filesystem(self, name: str) -> Any:
        """Arrow's file system within a table."""
        from pyarrow.fs import LocalFileSystem, PyFileSystem, SubTreeFileSystem

        if self.folder is not None:
            return SubTreeFileSystem(self.table(name), LocalFileSystem())
        from deltalake.fs import DeltaStorageHandler

        return PyFileSystem(DeltaStorageHandler(self.table(name), self.options))


def place(root: str, options: Mapping[str, str]) -> Place:
    """Name a place."""
    return Place(root, dict(options))
