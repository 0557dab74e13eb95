# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template texts of the runtime list: what a new function begins with.

Those of the CLI of 2024 follow the templates of OpenFaaS. Those of today's runtimes follow the samples of the vendor's pages (reference P.2
to P.7); what a page does not show (Express, the project files of Go, C# and PHP) is our choice.
"""

from __future__ import annotations

PYTHON_HANDLE = '''def handle(event, context):
    """event: body (bytes), headers, method, query, path. Return statusCode, body and headers."""
    return {"statusCode": 200, "body": "Hello from a Python function!"}
'''
PYTHON_HANDLER = '''import json


async def handler(event, context):
    """event: httpMethod, path, headers, queryStringParameters, body, ... Return statusCode, and headers and body."""
    return {"statusCode": 200, "body": json.dumps({"message": "Hello from a Python function!"})}
'''
PYTHON_REQUIREMENTS = "# One package a line, for example: requests==2.32.3\n"
FASTAPI_APP = """from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])


class Payload(BaseModel):
    name: str = "World"


@app.get("/")
async def hello():
    return {"message": "Hello from a FastAPI function!"}


@app.post("/")
async def greet(payload: Payload):
    return {"message": f"Hello {payload.name}!"}
"""
FASTAPI_REQUIREMENTS = "fastapi\npydantic\nuvicorn\n"
FLASK_APP = """from flask import Flask

app = Flask(__name__)


@app.route("/")
def hello():
    return {"message": "Hello from a Flask function!"}
"""
FLASK_REQUIREMENTS = "flask\n"
NODE_HANDLE = """'use strict'

// event: body, headers, method, query, path
module.exports = async (event, context) => {
  return context.status(200).succeed({ message: 'Hello from a Node.js function!' })
}
"""
NODE_HANDLE_PACKAGE = """{
  "name": "function",
  "version": "1.0.0",
  "private": true,
  "main": "handler.js",
  "dependencies": {}
}
"""
NODE_HANDLER = """// event: httpMethod, path, headers, queryStringParameters, body, ...
export const handler = async (event, context) => ({
  statusCode: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ message: 'Hello from a Node.js function!' })
})
"""
NODE_HANDLER_PACKAGE = NODE_HANDLE_PACKAGE.replace('"main": "handler.js"', '"type": "module",\n  "main": "index.mjs"')
EXPRESS_APP = """import express from 'express'

const app = express()

app.get('/', (request, response) => {
  response.json({ message: 'Hello from an Express function!' })
})

app.listen(process.env.PORT || 8080)
"""
EXPRESS_PACKAGE = NODE_HANDLER_PACKAGE.replace('"dependencies": {}', '"dependencies": { "express": "^4.21.0" }')
GO_HANDLE = """package main

import "context"

func Handle(ctx context.Context, request APIGatewayProxyRequest) (APIGatewayProxyResponse, error) {
\treturn APIGatewayProxyResponse{StatusCode: 200, Body: "Hello from a Go function!"}, nil
}
"""
GO_MODULE = "module function\n\ngo 1.21\n"
CSHARP_HANDLE = """using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Function;

public class Handler
{
    public Task<(int, string)> Handle(HttpRequest request) => Task.FromResult((200, "Hello from a C# function!"));
}
"""
CSHARP_HANDLER = """using System.Collections.Generic;
using System.Threading.Tasks;

public class Handler
{
    public async Task<Dictionary<string, object>> HandleAsync(Dictionary<string, object> awsEvent, Dictionary<string, object> context)
    {
        await Task.CompletedTask;
        return new Dictionary<string, object> { ["statusCode"] = 200, ["body"] = "Hello from a C# function!" };
    }
}
"""
CSHARP_PROJECT = """<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
</Project>
"""
PHP_SCRIPT = """<?php

header('Content-Type: application/json');
echo json_encode(['message' => 'Hello from a PHP function!', 'method' => $_SERVER['REQUEST_METHOD']]);
"""
PHP_PACKAGE = "{}\n"
RUBY_HANDLE = """class Handler
  def run(body, headers)
    return "Hello from a Ruby function!", 200
  end
end
"""
RUBY_GEMS = 'source "https://rubygems.org"\n'
DOCKERFILE = """# What the platform builds: change the BASE_IMAGE line only,
# to a public image for linux/amd64 that serves HTTP on port 8080, or on __PORT__.
ARG BASE_IMAGE=e2efaasplatform/react-sample
FROM --platform=linux/amd64 ${BASE_IMAGE}
# do not modify
USER 1001
# Further instructions may follow here.
"""
CONTAINER_DOCS = "# Custom container\n\nSet BASE_IMAGE to a public linux/amd64 image that serves HTTP as a user other than root, on port 8080 or on __PORT__.\n"
