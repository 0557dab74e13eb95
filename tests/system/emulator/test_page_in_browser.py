# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as a person sees it, in Chromium: what it shows, that it keeps up, on a desk and on a phone, and that no text becomes a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browser import CHROMIUM, DRIVER, Browser
from compute_api import ComputeApi
from emulator_api import Api
from gateway_api import Gateway

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="Chromium and its driver are not installed (Debian: chromium, chromium-driver)")

DESKTOP, PHONE = 1280, 390
ATTACK = "<img src=x onerror=\"document.title='broken into'\">"
SCRIPT = "<script>document.title='broken into'</script>"
TOO_WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
GROUND = "return getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).reduce((sum, one) => sum + Number(one), 0)"


@pytest.fixture(scope="module")
def _window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def browser(_window: Browser) -> Iterator[Browser]:
    """A window that complained about nothing when the test is over."""
    _window.size(DESKTOP, 900)
    yield _window
    assert _window.problems() == []


def look(browser: Browser, api: Api | ComputeApi) -> None:
    """Open the page and wait for what it shows."""
    browser.open(f"{api.url}/")
    browser.wait(lambda window: window.text("#live") == "live", "the page shows something")


def unfold(browser: Browser) -> None:
    browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def test_it_shows_all_there_is(browser: Browser, api: Api, cloud: ComputeApi) -> None:
    api.deploy("hello", "def handle(event, context):\n    print('a line of the log')\n    return 'hi'\n", environment_variables={"GREETING": "canary-variable"})
    api.fail("broken", "import nothing_of_this_name")
    api.invoke("hello", "path/of/a/call")
    gateway = Gateway(api.process)
    gateway.secret("POST", "api-token", "canary-secret")
    gateway.deploy("figlet", "ghcr.io/shop/figlet:1.4.0", secrets=["api-token"])
    cloud.node("web")
    api.process.fault({"method": "POST", "path": "nodes/", "action": "status", "status": 503})
    look(browser, api)
    unfold(browser)

    functions = browser.text("#functions")
    assert "running" in functions and "failed" in functions and "1 call" in functions
    assert "a line of the log" in functions and "/path/of/a/call" in functions and "nothing_of_this_name" in functions
    assert "ghcr.io/shop/figlet:1.4.0" in browser.text("#gateway") and "api-token" in browser.text("#gateway > dl")
    assert "web" in browser.text("#nodes") and "Running" in browser.text("#nodes")
    assert "armed" in browser.text("#faults") and "POST nodes/" in browser.text("#faults")
    asked = browser.text("#requests")
    assert "POST faas/functions/" in asked and "def handle" in asked and "GREETING" in asked
    assert "canary" not in browser.run("return document.documentElement.outerHTML")


def test_it_keeps_up_and_keeps_open_what_is_open(browser: Browser, api: Api) -> None:
    look(browser, api)
    assert "No function is deployed." in browser.text("#functions")
    api.deploy("f")
    browser.wait(lambda window: "running" in window.text("#functions"), "the function appears")
    unfold(browser)
    browser.run("window.same = document.querySelector('#requests details'); document.querySelector('#functions details').open = true")
    api.invoke("f", "late")
    browser.wait(lambda window: "/late" in window.text("#functions"), "the call appears where it is unfolded")
    assert browser.run("return window.same.isConnected && window.same.open"), "what has not changed is not drawn anew"
    api.delete("f")
    browser.wait(lambda window: "No function is deployed." in window.text("#functions"), "the function goes")


def test_no_text_becomes_a_program(browser: Browser, api: Api, cloud: ComputeApi) -> None:
    api.fail("broken", f"raise RuntimeError({ATTACK + SCRIPT!r})")
    api.deploy("f", f"def handle(event, context):\n    print({ATTACK + SCRIPT!r})\n    return {ATTACK + SCRIPT!r}\n")
    api.invoke("f", ATTACK)
    cloud.node("web", label=ATTACK)
    api.call("POST", "faas/functions/", json={ATTACK: SCRIPT, SCRIPT: {ATTACK: [SCRIPT]}})
    api.call("GET", f"faas/function/{ATTACK}/", query={**api.query, ATTACK: ATTACK})
    api.process.fault({"path": ATTACK, "action": "status", "status": 500, "message": ATTACK})
    Gateway(api.process).deploy("g", "functions/g", annotations={"a": ATTACK}, labels={"b": ATTACK})
    look(browser, api)
    unfold(browser)

    assert ATTACK + SCRIPT in browser.text("#functions") and SCRIPT in browser.text("#requests")
    assert ATTACK in browser.text("#nodes") and ATTACK in browser.text("#requests") and ATTACK in browser.text("#faults")
    assert browser.run("return document.title") == "E2E emulator"
    assert browser.run("return document.querySelectorAll('main img, main script').length") == 0


def test_the_policy_forbids_what_is_not_its_own(browser: Browser, api: Api) -> None:
    look(browser, api)
    done = "const one = document.createElement('div'); try { one.innerHTML = '<b>x</b>'; return one.innerHTML } catch (error) { return error.name }"
    assert browser.run(done) == "TypeError"
    browser.run("const one = document.createElement('img'); one.src = '/functions/f/'; document.body.append(one)")
    browser.wait(lambda window: any("Content Security Policy" in problem for problem in window.problems()), "the picture is refused")
    browser.problems()


def test_nothing_sticks_out(browser: Browser, api: Api, cloud: ComputeApi) -> None:
    long = "https://example.com/" + "a-long-word" * 30
    api.fail("a-function-with-a-rather-long-name", f"raise RuntimeError({long!r})")
    cloud.node("a-node-with-a-name-that-is-as-long-as-it-can-be-01", label="a-label-" + "x" * 42)
    api.call("POST", "vpc/", json={long: long})
    api.process.fault({"path": long, "action": "empty"})
    for width in (DESKTOP, PHONE):
        for dark in (False, True):
            browser.size(width, 900, dark=dark)
            look(browser, api)
            unfold(browser)
            assert browser.run(TOO_WIDE) == 0, width
            assert browser.run("return document.querySelector('#nodes thead').offsetHeight > 0") == (width == DESKTOP)
            assert (browser.run(GROUND) < 200) == dark
            assert browser.picture().startswith(b"\x89PNG")


def test_it_says_when_the_emulator_is_gone(browser: Browser, api_factory: Callable[..., Api]) -> None:
    api = api_factory()
    look(browser, api)
    api.process.stop()
    browser.wait(lambda window: "not reachable" in window.text("#live"), "the page notices")
    assert all("ERR_CONNECTION" in problem for problem in browser.problems())
