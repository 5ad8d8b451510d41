"""The tree that the style tests read: this repository, or a small one that a test writes."""

from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_SKIPPED = frozenset({"__pycache__", "build", "dist", "node_modules"})
_READ_THOUGH_HIDDEN = frozenset({".ci", ".github", ".gitignore"})


def write_tree(root: Path, files: Mapping[str, str]) -> None:
    """Write each file, named by its path from `root`."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def sources(folder: Path) -> Iterator[Path]:
    """Every file of the project below `folder`, in order: no caches, environments or build products."""
    for path in sorted(folder.iterdir()):
        if path.name in _SKIPPED or path.name.endswith(".egg-info"):
            continue
        if path.name.startswith(".") and path.name not in _READ_THOUGH_HIDDEN:
            continue
        if path.is_dir():
            if not (path / "pyvenv.cfg").exists() and path != folder / "reports":
                yield from sources(path)
        else:
            yield path
