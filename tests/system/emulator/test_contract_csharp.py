# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""C#, where the host has an SDK of .NET."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from runner_bench import Bench

from tests.emulator.faas.templates import CSHARP_HANDLER, CSHARP_PROJECT
from tests.emulator.runner.dependencies import Interpreters
from tests.emulator.runner.spec import BuildError, CallTimeout, WorkerDied

needs_dotnet = pytest.mark.skipif(not Interpreters(sys.executable, None).has("dotnet"), reason="no SDK of .NET is installed")
USING = "using System;\nusing System.Collections.Generic;\nusing System.Text.Json;\nusing System.Threading.Tasks;\n"
SIGNATURE = "public async Task<Dictionary<string, object>> HandleAsync(Dictionary<string, object> awsEvent, Dictionary<string, object> context)"
# Written from reference P.6: the class, the method and its types.
ECHO = """
public class Handler
{
    SIGNATURE
    {
        await Task.Yield();
        switch ((string)awsEvent["path"])
        {
            case "/bad": throw new InvalidOperationException("no such luck");
            case "/slow": await Task.Delay(TimeSpan.FromMinutes(1)); break;
            case "/big": var big = new byte[400 << 20]; Array.Fill(big, (byte)1); break;
            case "/die": Environment.Exit(3); break;
            case "/null": return null;
            case "/binary": return new Dictionary<string, object> { ["statusCode"] = 200, ["isBase64Encoded"] = true,
                ["headers"] = new Dictionary<string, string> { ["content-type"] = "image/png" },
                ["body"] = Convert.ToBase64String((byte[])awsEvent["rawBody"]) };
        }
        var headers = (Dictionary<string, object>)awsEvent["headers"];
        var query = (Dictionary<string, object>)awsEvent["queryStringParameters"];
        var all = (Dictionary<string, object>)awsEvent["multiValueQueryStringParameters"];
        var around = (Dictionary<string, object>)awsEvent["requestContext"];
        Console.WriteLine("served " + awsEvent["httpMethod"]);
        headers.TryGetValue("x-ask", out var asked);
        var body = JsonSerializer.Serialize(new object[] { Greeting.Text, awsEvent["httpMethod"], awsEvent["path"], query == null ? null : query["x"],
            all == null ? null : (List<object>)all["x"], asked, (string)awsEvent["body"], (bool)awsEvent["isBase64Encoded"], around["stage"], context.Count,
            ((Dictionary<string, object>)around["identity"])["sourceIp"],
            Environment.GetEnvironmentVariable("GREETING"), System.IO.File.ReadAllText("data.txt") });
        var own = new Dictionary<string, object> { ["X-Answer"] = "yes", ["X-Number"] = 7 };
        return new Dictionary<string, object> { ["statusCode"] = 207, ["headers"] = own, ["body"] = body };
    }
}
""".replace("SIGNATURE", SIGNATURE)
GREETING = 'static class Greeting { public const string Text = "hi"; }\n'
FILES: dict[str, str | bytes] = {"Handler.cs": USING + ECHO, "lib/Greeting.cs": GREETING, "data.txt": "data"}


def returning(expression: str) -> str:
    """A function that returns ``expression``; those that only this test uses have one project, so one build."""
    return f"{USING}public class Handler {{ {SIGNATURE} {{ await Task.Yield(); return {expression}; }} }}\n"


@needs_dotnet
def test_csharp(bench: Bench) -> None:
    function = bench.deploy("dotnet", "server", FILES, memory=192, environment={"GREETING": "hello"})
    headers = [("X-Ask", "me"), ("Content-Type", "application/json")]
    answer = function.call("/a b", "PUT", body=b'{"a": 1}', query=[("x", "1"), ("x", "2")], headers=headers)
    assert (answer.status, sorted(answer.headers)) == (207, [("Content-Type", "application/json"), ("X-Answer", "yes"), ("X-Number", "7")])
    facts = ["local", 0, "192.0.2.7", "hello", "data"]
    assert json.loads(answer.body) == ["hi", "PUT", "/a b", "2", ["1", "2"], "me", '{"a": 1}', False, *facts]
    assert function.logged("served PUT")
    assert json.loads(function.call().body) == ["hi", "GET", "/", None, None, None, None, False, *facts]
    binary = function.call("/binary", "POST", body=b"\x00\xff" * 100000)
    assert (binary.body == b"\x00\xff" * 100000, binary.headers) == (True, [("content-type", "image/png")])
    assert not function.deployment.spec.handles_cors
    bad = function.call("/bad")
    assert (bad.status, json.loads(bad.body)) == (500, {"message": "The function raised an error; its log has the details."})
    assert function.logged("InvalidOperationException: no such luck")
    with pytest.raises(WorkerDied, match="192 MB of memory"):
        function.call("/big")
    with pytest.raises(WorkerDied, match="code 3"):
        function.call("/die")
    assert [answer.status for answer in function.together("/", "/null")] == [207, 500]


@needs_dotnet
def test_csharp_that_takes_too_long(bench: Bench) -> None:
    function = bench.deploy("dotnet", "handler", FILES, timeout=2.0)
    with pytest.raises(CallTimeout):
        function.call("/slow")
    assert function.call().status == 207


@needs_dotnet
def test_an_answer_that_is_none(bench: Bench) -> None:
    """One build for all of them: the query chooses."""
    answers = {
        "new Dictionary<string, object>()": "a dictionary with statusCode, it returned one without",
        'new Dictionary<string, object> { ["statusCode"] = "200" }': "statusCode must be a whole number from 200 to 599, it is 200",
        'new Dictionary<string, object> { ["statusCode"] = 42 }': "statusCode must be a whole number from 200 to 599, it is 42",
        'new Dictionary<string, object> { ["statusCode"] = 200, ["body"] = 1 }': "body must be a string, it is of type Int32",
        'new Dictionary<string, object> { ["statusCode"] = 200, ["headers"] = "x" }': "headers must be a dictionary, it is of type String",
        'new Dictionary<string, object> { ["statusCode"] = 200, ["isBase64Encoded"] = "yes" }': "isBase64Encoded must be true or false, it is of type String",
        'new Dictionary<string, object> { ["statusCode"] = 200, ["isBase64Encoded"] = true, ["body"] = "!" }': "not a valid Base-64 string",
    }
    chosen = "".join(f'(string)awsEvent["path"] == "/{number}" ? {answer} : ' for number, answer in enumerate(answers))
    left_out = 'new Dictionary<string, object> { ["statusCode"] = 200, ["cookies"] = 1 }'
    function = bench.deploy("dotnet", "server", returning(chosen + left_out))
    for number, reason in enumerate(answers.values()):
        assert function.call(f"/{number}").status == 500
        assert function.logged(reason)
    fine = function.call()
    assert (fine.status, fine.headers, fine.body) == (200, [("Content-Type", "application/json")], b"")
    assert function.logged("the answer's cookies is left out")


@needs_dotnet
def test_a_project_for_another_framework_is_built_for_the_one_at_hand(bench: Bench) -> None:
    function = bench.deploy("dotnet", "server", CSHARP_HANDLER, CSHARP_PROJECT)
    assert function.call().body == b"Hello from a C# function!"


@needs_dotnet
@pytest.mark.parametrize(
    "code, reason",
    [
        (returning("missing"), "dotnet build failed: Handler.cs(5,"),
        ("class Function {}\n", "the handler could not be loaded: Handler.cs defines no public class Handler"),
        ("public class Handler { public void HandleAsync() {} }\n", "the handler could not be loaded: the class Handler has no public Task<Dictionary"),
        (
            returning("null").replace("{ public", '{ public Handler() { throw new InvalidOperationException("no such luck"); } public', 1),
            "the handler could not be loaded: InvalidOperationException: no such luck",
        ),
    ],
)
def test_csharp_that_cannot_be_brought_up(bench: Bench, code: str, reason: str) -> None:
    with pytest.raises(BuildError) as error:
        bench.deploy("dotnet", "server", code)
    assert str(error.value).startswith(reason) and "\n" not in str(error.value)


@pytest.mark.parametrize("listing, found", [("", False), ("9.0.100 [/somewhere/sdk]", True)])
def test_a_runtime_without_an_sdk_builds_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listing: str, found: bool) -> None:
    program = tmp_path / "dotnet"
    program.write_text(f'#!/bin/sh\n[ "$1" = --list-sdks ] && echo "{listing}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Interpreters(sys.executable, None).has("dotnet") is found
