"""Brings every scenario's own page, `planzoo/envs/<scenario>/page.md`, into the documentation."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ENVS = Path(__file__).resolve().parent.parent / "planzoo" / "envs"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds `<scenario>.md` for each scenario; its pictures lie here, in docs/pictures."""
    for page in sorted(ENVS.glob("*/page.md")):
        text = page.read_text(encoding="utf-8").replace("../../../docs/", "")
        files.append(File.generated(config, f"{page.parent.name}.md", content=text))
    return files
