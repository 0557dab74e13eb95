# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import FunctionSource
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.relative_paths import PathUse, working_directory_uses
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import SourceFile

DATA = (SourceFile("data.json", b"{}"), SourceFile("static/index.html", b"<p>"))


def uses(code: str, name: str = "func.py") -> list[str]:
    return [use.path for use in working_directory_uses([SourceFile(name, code.encode()), *DATA])]


@pytest.mark.parametrize(
    "code, paths",
    [
        ("open('data.json')", ["data.json"]),
        ("x = 1\nwith open('./data.json', 'rb') as f: ...", ["./data.json"]),
        ("Path('static/index.html').read_text()", ["static/index.html"]),
        ("open('function/static/index.html')", ["function/static/index.html"]),
        ("io.open(file='data.json')", ["data.json"]),
        ("app.mount('/', StaticFiles(directory='static'))", ["static"]),
        ("FileResponse('static/')", ["static/"]),
        ("os.listdir('static') + os.listdir('elsewhere')", ["static"]),
        ("open('./function/data.json')", ["./function/data.json"]),
        ("open('/home/app/function/data.json')", ["/home/app/function/data.json"]),
        ("open('/home/app/data.json')", ["/home/app/data.json"]),
        ("PAGE = 'function/static/index.html'\ndef f(): return page(PAGE)", ["function/static/index.html"]),
        ("DATA = 'data.json'\ndef f():\n    return open(DATA)", ["data.json"]),
        ("DATA: str = 'data.json'\nopen(DATA)", ["data.json"]),
        ("DATA = 'data.json'\nDATA = HERE + DATA\nopen(DATA)", []),
        ("open(os.path.join('static', 'index.html'))", ["static"]),
        ("open(os.path.join('function', 'static', name))", ["function"]),
        ("(Path('function') / 'static').iterdir()", ["function"]),
        ("open(f'static/{name}')", ["static"]),
        ("open(f'function/static/{name}')", ["function/static"]),
        ("open('static/' + name)", ["static"]),
        ("open('static/%s' % name)", ["static"]),
        ("open(f'{HERE}/static')", []),
        ("route('/function/data.json')\nlog('function data.json')", []),
        ("open(HERE + 'data.json')", []),
        ("open(os.path.join(HERE, 'data.json'))", []),
        ("(Path(__file__).parent / 'data.json').open()", []),
        ("'data.json'\nprint('data.json')", []),
        ("# open('data.json')", []),
        ("open('/etc/passwd')\nopen('../data.json')\nopen('other.json')", []),
        ("os.chdir(os.path.dirname(__file__))\nopen('data.json')", []),
        ("send_file('data.json')", []),
        ("open(", []),
        ("open(name)\nopen()\nopen(1)\nf()(0)", []),
        ("x = " + "-" * 100_000 + "1", []),
    ],
)
def test_python(code: str, paths: list[str]) -> None:
    assert uses(code) == paths


@pytest.mark.parametrize(
    "code, paths",
    [
        ("fs.readFileSync('./data.json')", ["./data.json"]),
        ('await readFile( "static/index.html", "utf8")', ["static/index.html"]),
        ("app.use(express.static('static'))", ["static"]),
        ("fs.readFileSync('./function/data.json')", ["./function/data.json"]),
        ("const page = '/home/app/function/static/index.html'", ["/home/app/function/static/index.html"]),
        ("fs.readFileSync(`./data.json`)", ["./data.json"]),
        ("path.join(process.cwd(), 'static')", ["static"]),
        ("fs.readFileSync(path.join(__dirname, 'data.json'))", []),
        ("require('./data.json')", []),
        ("fs.readFileSync(new URL('./data.json', import.meta.url))", []),
        ("process.chdir(__dirname)\nfs.readFileSync('data.json')", []),
    ],
)
def test_node(code: str, paths: list[str]) -> None:
    assert uses(code, "index.mjs") == paths


def test_places_and_other_files() -> None:
    files = [SourceFile("func.py", b"\n\nopen('data.json')"), SourceFile("lib/x.py", b"open('data.json')"), SourceFile("a.txt", b"open('data.json')"), *DATA]
    assert working_directory_uses(files) == [PathUse("func.py", 3, "data.json"), PathUse("lib/x.py", 1, "data.json")]


def test_the_warning_of_a_source() -> None:
    code = b"open('data.json')\nopen('static')\nopen('./data.json')\nopen('./static')\n"
    source = FunctionSource((*DATA, SourceFile("func.py", code)), "func.py", None, layout_for("python-3.11-http"))
    (warning,) = source.text_warnings()
    assert "data.json (func.py:1), static (func.py:2), ./data.json (func.py:3) and 1 more. Build such paths from __file__." in warning
    lone = FunctionSource((SourceFile("func.py", code),), "func.py", None, layout_for("python-3.11-http"))
    other = FunctionSource((*DATA, SourceFile("index.php", code)), "index.php", None, layout_for("php"))
    assert (lone.text_warnings(), other.text_warnings()) == ([], [])
    node = FunctionSource((*DATA, SourceFile("index.mjs", b"readFile('data.json')")), "index.mjs", None, layout_for("node-20-http"))
    assert node.text_warnings()[0].endswith("Build such paths from __dirname or import.meta.url.")
