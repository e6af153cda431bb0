"""Settings from a file, the environment and flags."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.errors import SettingsError
from pipeline.settings import Settings

DEFAULT_FILE = Path("storyfold.toml")


def load_settings(config: Path | None, flags: Mapping[str, Any]) -> Settings:
    """Read settings: flags before ``STORYFOLD_...`` variables before the file.

    Parameters
    ----------
    config : Path or None
        A TOML file; by default ``storyfold.toml`` in the working folder, if it is there.
    flags : mapping
        Nested like the models: ``{"dedup": {"jaccard": 0.8}}``.

    Returns
    -------
    Settings

    Raises
    ------
    SettingsError
        The file cannot be read, or a value does not fit.
    """
    from pydantic_settings import (
        BaseSettings,
        PydanticBaseSettingsSource,
        SettingsConfigDict,
        TomlConfigSettingsSource,
    )

    file = config or DEFAULT_FILE
    if config and not config.is_file():
        raise SettingsError(f"--config: no file at {config}; expected a TOML file of settings")

    class Layers(Settings, BaseSettings):
        model_config = SettingsConfigDict(
            env_prefix="STORYFOLD_", env_nested_delimiter="__", toml_file=file, extra="forbid"
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    try:
        return Settings(**Layers(**flags).model_dump())
    except ValidationError as error:
        raise SettingsError(_explain(error)) from error
    except ValueError as error:  # the file is no TOML, or a variable no JSON
        raise SettingsError(f"settings cannot be read: {error}; expected TOML in {file}") from error


def parse_assignments(assignments: list[str]) -> dict[str, Any]:
    """Turn ``stage.name=value`` flags into nested settings.

    Raises
    ------
    SettingsError
        One has no ``=``.
    """
    nested: dict[str, Any] = {}
    for assignment in assignments:
        path, equals, value = assignment.partition("=")
        *stages, name = path.split(".")
        if not equals or not name:
            raise SettingsError(
                f"--set: got {assignment!r}; expected stage.name=value, like dedup.jaccard=0.8"
            )
        place = nested
        for stage in stages:
            place = place.setdefault(stage, {})
        place[name] = value.split(",") if path == "export.formats" else value
    return nested


def _explain(error: ValidationError) -> str:
    faults = [
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}, got {fault['input']!r}"
        for fault in error.errors()
    ]
    return f"settings do not fit: {'; '.join(faults)}"
