"""Picking up from a drop folder."""

from pathlib import Path


def inbox_files(folder: Path) -> list[Path]:
    """Files in a folder, oldest first, so that of two with the same period the later one counts as the newer."""
    found = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")] if folder.is_dir() else []
    return sorted(found, key=_age)


def inbox_folders(folder: Path) -> list[Path]:
    """The sub-folders of a folder, by name."""
    found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")] if folder.is_dir() else []
    return sorted(found)


def _age(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name
