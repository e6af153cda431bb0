"""What can go wrong, as one tree.

::

    StoryfoldError
    ├── SettingsError      a settings file, environment variable or flag is wrong
    ├── InputError         no input can be read at all
    ├── ArchiveError       the archive cannot be used: damaged, of other settings
    │   └── ArchiveHeldError   another writer holds it
    └── ExportError        the results cannot be written

A record that cannot be used raises nothing: it becomes a row of ``rejects``.
Every message says what failed, what was got, what was expected, and how to mend it.
"""


class StoryfoldError(Exception):
    """Base of every error that storyfold raises on purpose."""


class SettingsError(StoryfoldError):
    """A settings file, environment variable or flag is wrong."""


class InputError(StoryfoldError):
    """No input can be read at all."""


class ArchiveError(StoryfoldError):
    """The archive cannot be used: held by another writer, damaged, or of other settings."""


class ArchiveHeldError(ArchiveError):
    """Another writer holds the archive."""


class ExportError(StoryfoldError):
    """The results cannot be written."""


def first_line(error: Exception) -> str:
    """Give the first line of a message: some libraries add the causes of causes."""
    return (str(error).splitlines() or [type(error).__name__])[0]
