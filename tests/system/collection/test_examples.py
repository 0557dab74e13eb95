# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example of the documentation runs against the emulator, exactly as it is printed."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from account import make_nodes, reserve_address
from builders import Builders
from controller import PLAY, ROOT, Controller
from samples import HELLO, PYTHON_TODAY, handler

MODULES = sorted((ROOT / "plugins" / "modules").glob("e2e_*.py"))
FILTERS = sorted(path for path in (ROOT / "plugins" / "filter").glob("*.py") if not path.name.startswith("_"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("roles/*/*.md"), *ROOT.glob("docs/**/*.rst")])

_FENCE = re.compile(r"^(?P<indent> *)```ya?ml\n(?P<text>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
_RST_BLOCK = re.compile(r"^(?P<indent> *)\.\. code-block:: ya?ml(?:\+jinja)?\n(?: +:.*\n)*\n(?P<text>(?:(?P=indent) +.*\n|\n)+)", re.MULTILINE)

# What the examples take for granted: the reader's files and variables, and the functions that earlier examples made.
FILES = {
    "functions/invoice/func.py": handler('{"status": "ok"}'),
    "functions/invoice/requirements.txt": "",
    "functions/hello/func.py": (ROOT / "README.md").read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0],
    "functions/shop/func.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    "services/orders/func.py": handler("orders"),
    "services/stock/func.py": handler("stock"),
    "functions/greeter/index.mjs": "export const handler = async () => ({ statusCode: 200 });\n",
    "files/service-account.json": "{}",
    "images/figlet/Dockerfile": "FROM scratch\n",
    "template/python3-http/Dockerfile": "FROM scratch\n",
    "shop/stack.yml": "provider: {name: openfaas}\nfunctions: {pay: {image: shop/pay}, pay-later: {image: shop/later}}\n",
    "functions/legacy/handler.py": HELLO,
    "functions/legacy/requirements.txt": "",
    "functions/legacy/function_config.yaml": """\
function:
  compute_type: cpu
  limits: {memory: 256, timeout: 15}
  name: legacy
  runtime: python
  environment: {GREETING: hi}
""",
}
VARIABLES = {"database_password": "a long password", "output_directory": "output"}
EXISTING = ("hello", "invoice")
EXISTING_AT_GATEWAY = ("figlet",)
SECRETS = ("database-password",)
# Examples that make the functions which the others use begin without them, and so does the one that needs an account without any.
MAKES_ITS_OWN = ("e2e_faas_activation", "e2e_faas_function", "e2e_faas_runtime_info", "e2e_faas_stack", "e2e_secret")
# What faasd cannot do, and its example shows.
ON_KUBERNETES = ("e2e_faas_scale",)
# Examples that attach something to nodes, and those that find a free address.
USES_NODES = ("e2e_image", "e2e_node_action", "e2e_reserved_ip", "e2e_volume")
USES_ADDRESS = ("e2e_reserved_ip_info",)
# The tools that build images are stand-ins, because the real ones need a registry.
USES_BUILDERS = ("e2e_faas_image",)
NODES = ("web", "web2")


@dataclass(frozen=True)
class Example:
    """Tasks or plays, as printed in ``place``."""

    place: str
    entries: list[dict[str, Any]]

    @property
    def plays(self) -> list[dict[str, Any]]:
        """The example as a playbook. Tasks become a play with the author's module defaults left alone."""
        if all("hosts" in play or "import_playbook" in play for play in self.entries):
            return self.entries
        return [{**PLAY, "tasks": self.entries}]


def examples_of(plugin: Path) -> str:
    """The EXAMPLES text of a plugin; empty when it has none."""
    for node in ast.parse(plugin.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "EXAMPLES":
            return str(ast.literal_eval(node.value))
    return ""


def examples_in(page: Path) -> list[Example]:
    """The YAML blocks of a page that are a list: tasks, or plays. Other blocks are settings, not examples to run."""
    text = page.read_text(encoding="utf-8")
    blocks = (_FENCE if page.suffix == ".md" else _RST_BLOCK).finditer(text)
    found = []
    for block in blocks:
        lines = block["text"].splitlines()
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        entries = yaml.safe_load("\n".join(line[indent:] for line in lines))
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            line = text.count("\n", 0, block.start()) + 1
            found.append(Example(f"{page.relative_to(ROOT)}:{line}", entries))
    return found


def prepare(controller: Controller, *, existing: bool) -> None:
    """Put the reader's files in place, and deploy what earlier examples deployed."""
    for path, content in FILES.items():
        controller.file(path, content)
    (controller.folder / "output").mkdir()
    for name in EXISTING if existing else ():
        assert controller.function(name=name, runtime=PYTHON_TODAY, code=handler("hello"))["function"]["status"] == "running"
    for name in EXISTING_AT_GATEWAY if existing else ():
        assert controller.function(name=name, provider="openfaas", image=f"functions/{name}:1")["function"]["status"] == "running"
    for name in SECRETS if existing else ():
        assert controller.module("e2e_secret", name=name, value="a long password")["changed"]


def run(controller: Controller, example: Example) -> set[str]:
    """Run an example to its end, and give the actions of its tasks."""
    text = json.dumps(example.plays)
    play = controller.playbook(controller.file("example.yml", text), "-e", json.dumps(VARIABLES))
    assert play.code == 0, f"{example.place}\n{play.output}"
    skipped = [task.name for task in play.tasks if task.status == "skipped" and not task.action.startswith("ansible.builtin.")]
    assert not skipped, f"{example.place}: {skipped} did not run"
    return {task.action for task in play.tasks}


@pytest.mark.parametrize("plugin", MODULES, ids=lambda path: path.stem)
def test_modules(controller: Controller, emulator: Any, plugin: Path, request: pytest.FixtureRequest) -> None:
    if plugin.stem in ON_KUBERNETES:
        controller.environ |= request.getfixturevalue("kubernetes_emulator").gateway_env
    example = Example(plugin.name, yaml.safe_load(examples_of(plugin)) or [])
    assert example.entries, f"{plugin.name} has no examples"
    prepare(controller, existing=any(word in plugin.stem for word in ("faas", "secret")) and plugin.stem not in MAKES_ITS_OWN)
    if plugin.stem in USES_NODES:
        make_nodes(emulator, *NODES)
    if plugin.stem in USES_ADDRESS:
        reserve_address(emulator)
    if plugin.stem in USES_BUILDERS:
        Builders(controller)

    assert f"e2enetworks.cloud.{plugin.stem}" in run(controller, example)


@pytest.mark.parametrize("plugin", FILTERS, ids=lambda path: path.stem)
def test_filters(controller: Controller, plugin: Path) -> None:
    text = examples_of(plugin)
    assert f"e2enetworks.cloud.{plugin.stem}" in text, f"{plugin.name} has no example of itself"
    prepare(controller, existing=False)

    assert run(controller, Example(plugin.name, yaml.safe_load(text)))


PAGE_EXAMPLES = [example for page in PAGES for example in examples_in(page)]


@pytest.mark.parametrize("example", PAGE_EXAMPLES, ids=lambda example: example.place)
def test_pages(controller: Controller, example: Example) -> None:
    prepare(controller, existing=False)

    assert run(controller, example)


GUIDE_TO_NODES = [example for example in PAGE_EXAMPLES if "guide_nodes" in example.place and "hosts" in example.entries[0]]


def test_the_guide_to_nodes_keeps_its_promises(controller: Controller, emulator: Any) -> None:
    """It says: check mode goes through on an empty account, the second run changes nothing, and the last play removes everything."""
    make, remove = (controller.file(f"{number}.yml", json.dumps(example.plays)) for number, example in enumerate(GUIDE_TO_NODES))

    predicted = controller.playbook(make, "--check", "--diff").succeeded()
    assert emulator.writes() == 0
    assert controller.playbook(make).succeeded().changes == predicted.changes
    assert emulator.bill()["running"] == {"node": 2, "volume": 1, "vpc": 1}
    assert controller.playbook(make).succeeded().changes == []
    controller.playbook(remove).succeeded()
    assert emulator.bill()["running"] == {"node": 0, "volume": 0, "vpc": 0}


def test_the_readmes_have_examples() -> None:
    """Otherwise the test above would pass by finding nothing."""
    places = {example.place.partition(":")[0] for example in PAGE_EXAMPLES}

    assert {"README.md", *(str(path.relative_to(ROOT)) for path in ROOT.glob("roles/*/README.md"))} <= places
    assert all((role / "README.md").is_file() for role in ROOT.glob("roles/*"))


def test_every_module_is_tried() -> None:
    assert len(MODULES) >= 5 and FILTERS
