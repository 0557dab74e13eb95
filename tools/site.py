# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site: the modules' own documentation, the guides of `docs/docsite`, and the pages of `docs/`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.project import BUILD, ToolError, environment
from tools.venvs import ensure
from tools.workspace import assemble

SITE = Path("docs") / "site"
# Pages in Markdown that readers of the site want, by section of the side bar.
PAGES = {
    "What it promises": ("promises.md",),
    "Versions": ("supported_versions.md", "versions.md"),
    "Inside": ("architecture.md", "releasing.md"),
    "What is known of the APIs": ("api/README.md",),
}


@dataclass(frozen=True)
class Group:
    """Modules of one subject. ``page`` is the name of the file that lists them."""

    page: str
    title: str
    text: str
    modules: tuple[str, ...]


def groups(text: str) -> list[Group]:
    """Read `docs/site/groups.json`, the groups in the order of the side bar."""
    return [Group(**{**entry, "modules": tuple(entry["modules"])}) for entry in json.loads(text)]


def guides(extra_docs: str) -> list[str]:
    """Return the names of the guides in the order of `docs/docsite/extra-docs.yml`."""
    return re.findall(r"^\s+- (guide_\w+)$", extra_docs, re.MULTILINE)


def descriptions(listing: str) -> dict[str, str]:
    """Return what the list that antsibull-docs makes says of each module."""
    return dict(re.findall(r"^\* :ansplugin:`(\w+) module <[^>]*>` -- (.+)$", listing, re.MULTILINE))


def group_page(group: Group, described: Mapping[str, str]) -> str:
    """The page of a group: a line for each module, and the modules below it in the side bar."""
    lines = [f"{group.title} modules", "=" * (len(group.title) + 8), "", group.text, ""]
    lines += [f"* :ansplugin:`{name} <e2enetworks.cloud.{name}#module>`: {described[name]}" for name in group.modules]
    return "\n".join([*lines, "", *_toctree("", [f"{name} <{name}_module>" for name in group.modules], hidden=True)])


def _toctree(caption: str, entries: Iterable[str], *, hidden: bool = True) -> list[str]:
    options = [f"   :caption: {caption}"] if caption else []
    return [".. toctree::", "   :maxdepth: 1", *options, *(["   :hidden:"] if hidden else []), "", *(f"   {entry}" for entry in entries), ""]


def toctrees(guide_names: Iterable[str], module_groups: Iterable[Group], others: Iterable[str], pages: Mapping[str, Iterable[str]]) -> str:
    """The side bar."""
    lines = _toctree("Guides", [f"docsite/{name}" for name in guide_names])
    lines += _toctree("Modules", [f"modules_{group.page}" for group in module_groups])
    lines += _toctree("Role and plugins", others)
    for caption, names in pages.items():
        lines += _toctree(caption, [name.removesuffix(".md") for name in names])
    return "\n".join(lines)


def build() -> Path:
    """Build the site and return its first page.

    Raises ToolError with the output of the program that failed, or with the warnings of Sphinx.
    """
    where = assemble("docs")
    top = where.parents[2]
    env = environment(ensure("docs"), collections=top)
    site = top / "site"
    rst = site / "rst"
    rst.mkdir(parents=True)
    # antsibull-docs refuses an output folder into which others may write.
    for folder in (site, rst):
        os.chmod(folder, 0o755)
    _run(["antsibull-docs", "collection", "--cleanup", "everything", "--use-current", "--squash-hierarchy",
          "--dest-dir", "rst", "e2enetworks.cloud"], cwd=site, env=env)
    # antsibull-docs takes over the pages alone.
    for picture in (where / "docs" / "docsite" / "rst").glob("*.svg"):
        shutil.copyfile(picture, rst / "docsite" / picture.name)
    _write_pages(where, rst)
    for name in ("conf.py", "_static"):
        source = where / SITE / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, site / name)
    _run(["sphinx-build", "-M", "html", "rst", "build", "-c", ".", "-q", "-W", "--keep-going"], cwd=site, env=env)
    return site / "build" / "html" / "index.html"


def _write_pages(where: Path, rst: Path) -> None:
    """Put the pages of this project among those that antsibull-docs has made."""
    module_groups = groups((where / SITE / "groups.json").read_text(encoding="utf-8"))
    listing = (rst / "index.rst").read_text(encoding="utf-8")
    for group in module_groups:
        (rst / f"modules_{group.page}.rst").write_text(group_page(group, descriptions(listing)), encoding="utf-8")
    # Its own list of everything stays, without its place in the side bar.
    listing = re.sub(r"^\.\. toctree::\n(?:    .*\n|\n(?=    ))*", "", listing, flags=re.MULTILINE)
    (rst / "everything.rst").write_text(listing.replace("E2Enetworks.Cloud\n=================", "Everything by name\n==================", 1), encoding="utf-8")
    for page in (where / "docs").rglob("*.md"):
        target = rst / page.relative_to(where / "docs")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, target)
    for picture in (where / "docs").glob("*.svg"):
        shutil.copy(picture, rst / picture.name)
    api = sorted(path.relative_to(where / "docs").as_posix() for path in (where / "docs" / "api").glob("*.md") if path.name != "README.md")
    known = {**PAGES, "What is known of the APIs": (*PAGES["What is known of the APIs"], *api)}
    plugins = sorted(path.stem for path in rst.glob("*.rst") if re.search(r"_(role|inventory|filter|callback)$", path.stem))
    others = [*(f"{' '.join(name.rsplit('_', 1))} <{name}>" for name in plugins), "Environment variables <environment_variables>", "everything"]
    names = guides((where / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))
    index = (where / SITE / "index.rst").read_text(encoding="utf-8")
    pages = {caption: [name for name in entries if (rst / name).exists()] for caption, entries in known.items()}
    (rst / "index.rst").write_text(index.replace("@toctrees@", toctrees(names, module_groups, others, pages)), encoding="utf-8")


def _run(command: list[str], *, cwd: Path, env: Mapping[str, str]) -> None:
    result = subprocess.run(command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode:
        raise ToolError(f"{' '.join(command)}\n{result.stdout}")


if __name__ == "__main__":
    try:
        print(f"The site's first page: {build().relative_to(BUILD.parent)}")
    except ToolError as error:
        sys.exit(str(error))
