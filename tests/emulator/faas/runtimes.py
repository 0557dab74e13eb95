# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runtime list (reference B.2): ids of the released CLI, and the platform's present list under ids of our own."""

from __future__ import annotations

from dataclasses import dataclass

from ..runner.spec import Family

PYTHON_BOILER = '''def handle(event, context):
    """event: body (bytes), headers, method, query, path. Return statusCode, body and headers."""
    return {"statusCode": 200, "body": "Hello from a Python function!"}
'''
PYTHON_REQUIREMENTS = "# One package a line, for example: requests==2.32.3\n"
COMMONJS_BOILER = """'use strict'

// event: body, headers, method, query, path
module.exports = async (event, context) => {
  return context.status(200).succeed({ message: 'Hello from a Node.js function!' })
}
"""
MODULE_BOILER = """// event: body, headers, method, query, path
export default async (event, context) => {
  return context.status(200).succeed({ message: 'Hello from a Node.js function!' })
}
"""
COMMONJS_PACKAGE = """{
  "name": "function",
  "version": "1.0.0",
  "private": true,
  "main": "handler.js",
  "dependencies": {}
}
"""
MODULE_PACKAGE = COMMONJS_PACKAGE.replace('"main": "handler.js"', '"type": "module",\n  "main": "index.mjs"')
DOCKERFILE = """ARG BASE_IMAGE=ghcr.io/openfaas/alpine:latest
FROM --platform=linux/amd64 ${BASE_IMAGE}
USER 1001
"""
CONTAINER_DOCS = "# Custom container\n\nSet BASE_IMAGE to a public linux/amd64 image that serves HTTP as a user other than root, on port 8080 or on __PORT__.\n"
CSHARP_BOILER = """using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Function;

public class Handler
{
    public Task<(int, string)> Handle(HttpRequest request) => Task.FromResult((200, "Hello from a C# function!"));
}
"""
CSHARP_PROJECT = """<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
</Project>
"""
RUBY_BOILER = """class Handler
  def run(body, headers)
    return "Hello from a Ruby function!", 200
  end
end
"""
GO_BOILER = """package function

import "net/http"

func Handle(w http.ResponseWriter, r *http.Request) {
    w.Write([]byte("Hello from a Go function!"))
}
"""
PHP_BOILER = """<?php

namespace App;

class Handler
{
    public function handle(string $data): string
    {
        return "Hello from a PHP function!";
    }
}
"""
FASTAPI_BOILER = """from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def hello():
    return {"message": "Hello from a FastAPI function!"}
"""
FLASK_BOILER = """from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return {"message": "Hello from a Flask function!"}
"""


@dataclass(frozen=True)
class Runtime:
    """``family`` says how this host runs it, None that it cannot; ``label`` is the dependency file's name."""

    id: str
    name: str
    family: Family | None
    code_file: str
    label: str
    boiler_code: str
    requirements_code: str
    node_type: str = "cpu"

    def view(self) -> dict[str, str]:
        """The object of the API's list; ``name`` is an addition, the other keys are the released client's."""
        return {
            "runtime": self.id,
            "name": self.name,
            "node_type": self.node_type,
            "label": self.label,
            "boiler_code": self.boiler_code,
            "requirements_code": self.requirements_code,
        }


def _python(runtime: str, name: str, code_file: str, node_type: str = "cpu") -> Runtime:
    family: Family | None = "python" if node_type == "cpu" else None
    return Runtime(runtime, name, family, code_file, "requirements.txt", PYTHON_BOILER, PYTHON_REQUIREMENTS, node_type)


def _catalog() -> list[Runtime]:
    released = [
        Runtime("node18", "Node 18.x (Express)", "node", "handler.js", "package.json", COMMONJS_BOILER, COMMONJS_PACKAGE),
        _python("python3-http-debian", "Python 3 (Http)", "handler.py"),
        _python("python3-tensorflow", "Python TensorFlow", "handler.py", "gpu"),
        _python("python3-http-cuda", "Python PyTorch", "handler.py", "gpu"),
        Runtime("dotnet8-csharp", "C# .NET 8", None, "Handler.cs", "Function.csproj", CSHARP_BOILER, CSHARP_PROJECT),
        Runtime("ruby", "Ruby", None, "handler.rb", "Gemfile", RUBY_BOILER, 'source "https://rubygems.org"\n'),
    ]
    present = [_python(f"python-3.{minor}-http", f"Python 3.{minor} (Http)", "func.py") for minor in range(9, 15)]
    present += [
        Runtime("python-3.11-fastapi", "Python 3.11 (FastAPI)", None, "func.py", "requirements.txt", FASTAPI_BOILER, "fastapi\n"),
        Runtime("python-3.11-flask", "Python 3.11 (Flask)", None, "func.py", "requirements.txt", FLASK_BOILER, "flask\n"),
    ]
    present += [
        Runtime(f"node-{major}-http", f"Node {major}.x (Http)", "node", "index.mjs", "package.json", MODULE_BOILER, MODULE_PACKAGE) for major in (20, 22, 24)
    ]
    present += [
        Runtime("go", "Go", None, "handler.go", "go.mod", GO_BOILER, "module handler/function\n\ngo 1.21\n"),
        Runtime("csharp", "C#", None, "Handler.cs", "Function.csproj", CSHARP_BOILER, CSHARP_PROJECT),
        Runtime("php", "PHP", None, "Handler.php", "composer.json", PHP_BOILER, "{}\n"),
        Runtime("custom-container", "Custom Container Image", None, "Dockerfile", "DOCS.md", DOCKERFILE, CONTAINER_DOCS),
    ]
    return released + present


RUNTIMES: dict[str, Runtime] = {runtime.id: runtime for runtime in _catalog()}
