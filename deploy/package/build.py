"""Makes the app package: a zip of the manifest and its two icons, the same bytes for the same settings."""

import json
import string
import tomllib
import uuid
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.package.icons import ACCENT, colour_icon, outline_icon
from deploy.package.png import encode

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
READABLE_BY_ALL = 0o644 << 16


class PackageError(Exception):
    """A setting that Teams would refuse; the message names it."""


@dataclass(frozen=True)
class AppSettings:
    """What differs from one tenant to the next. `app_id` names the app in the catalogue, `bot_id` the Entra application."""

    bot_id: str
    app_id: str
    developer: str
    website: str
    privacy: str
    terms: str

    def check(self) -> None:
        for name in ("bot_id", "app_id"):
            check_guid(name, getattr(self, name))
        for name in ("website", "privacy", "terms"):
            if not getattr(self, name).startswith("https://"):
                raise PackageError(f"{name} must be an address that begins with https://")
        if not 1 <= len(self.developer) <= 32:  # noqa: PLR2004 - Teams' limit
            raise PackageError("developer must be a name of at most 32 characters")


def check_guid(name: str, value: str) -> None:
    try:
        uuid.UUID(value)
    except ValueError:
        raise PackageError(f"{name} must be a GUID such as 20000000-0000-4000-8000-000000000001") from None


def project_version() -> str:
    project: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def manifest(settings: AppSettings) -> dict[str, Any]:
    """The template with its gaps filled, each value written as JSON text writes it."""
    settings.check()
    values = {**asdict(settings), "version": project_version(), "accent": ACCENT}
    escaped = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in values.items()}
    template = string.Template((HERE / "manifest.template.json").read_text(encoding="utf-8"))
    filled: dict[str, Any] = json.loads(template.substitute(escaped))
    return filled


def write_package(settings: AppSettings, place: Path) -> None:
    """Everything at the root of the zip, with a fixed date: the same settings give the same bytes."""
    text = json.dumps(manifest(settings), indent=2, ensure_ascii=False) + "\n"
    files = {
        "manifest.json": text.encode(),
        "color.png": encode(colour_icon()),
        "outline.png": encode(outline_icon()),
    }
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(entry(name), data)


def entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, FIRST_ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = READABLE_BY_ALL
    return info
