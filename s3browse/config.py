"""The settings file and the places that the program uses on disk."""

from __future__ import annotations

from pathlib import Path

import msgspec
import platformdirs

from s3browse.errors import SetupError


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What ``config.toml`` may say. The command line goes over it."""

    theme: str = "s3browse-dark"
    """A theme's name: s3browse-dark, s3browse-light, or one of Textual's."""
    keys: dict[str, str] = {}
    """Other keys, by the id of what they do: ``refresh = "ctrl+l"``."""


def config_file() -> Path:
    """Where the settings file is read from; it need not exist."""
    return platformdirs.user_config_path("s3browse") / "config.toml"


def log_file() -> Path:
    """Where ``--debug`` writes."""
    return platformdirs.user_log_path("s3browse") / "s3browse.log"


def load_config(path: Path | None = None) -> Config:
    """Read the settings file.

    Args:
        path: Another file than the usual one.

    Raises:
        SetupError: When it cannot be read, or says something that is not known.
    """
    path = path or config_file()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config)
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise SetupError(str(error), title=f"Cannot use {path}", hint="Mend the file or take it away.") from error
