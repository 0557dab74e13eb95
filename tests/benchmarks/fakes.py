# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the measured peers talk to: as much of two clouds' APIs as their modules ask for here, on 127.0.0.1, each answer after a while.

Usage: python -m tests.benchmarks.fakes LATENCY_MS SERVERS
Prints its address, then serves until it is ended: AWS Lambda below /2015-03-31, Hetzner Cloud below /v1, with so many servers to list.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, Any]]

LAMBDA = "/2015-03-31/functions"
HETZNER = "/v1"

_LOCATIONS = ("fsn1", "nbg1", "hel1")
_STATUSES = ("running", "running", "running", "off")
_LABELS = ("web", "db", "cache", "batch")
_MADE = "2026-01-01T00:00:00+00:00"


class Lambda:
    """Functions of AWS Lambda: made and read."""

    def __init__(self) -> None:
        self._functions: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, _query: dict[str, list[str]], body: Any) -> Answer:
        """The status and the document that answer a request."""
        name = path.removeprefix(LAMBDA).strip("/")
        if method == "POST" and not name:
            return self._create(body)
        if method == "GET" and name in self._functions:
            return 200, {"Configuration": self._functions[name], "Code": {"RepositoryType": "S3", "Location": "https://example.invalid/code"}, "Tags": {}}
        return 404, {"Type": "User", "Message": f"Function not found: {name}"}

    def _create(self, body: Any) -> Answer:
        code = base64.b64decode(body["Code"]["ZipFile"])
        made = {
            **{key: body[key] for key in ("FunctionName", "Role", "Timeout", "MemorySize", "Runtime", "Handler", "Description")},
            "FunctionArn": f"arn:aws:lambda:eu-central-1:123456789012:function:{body['FunctionName']}",
            "CodeSize": len(code),
            "CodeSha256": base64.b64encode(hashlib.sha256(code).digest()).decode(),
            "Version": "1",
            "LastModified": "2026-01-01T00:00:00.000+0000",
            "TracingConfig": {"Mode": "PassThrough"},
            "RevisionId": "00000000-0000-0000-0000-000000000001",
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Zip",
            "Architectures": ["x86_64"],
            "EphemeralStorage": {"Size": 512},
        }
        self._functions[body["FunctionName"]] = made
        return 201, made


class Hetzner:
    """SSH keys of Hetzner Cloud, made and read by name; locations and servers, listed."""

    def __init__(self, servers: int) -> None:
        self._servers = servers
        self._keys: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Answer:
        """The status and the document that answer a request."""
        match method, path.removeprefix(HETZNER):
            case "GET", "/locations":
                return 200, self._page("locations", [_location(number) for number in range(len(_LOCATIONS))], len(_LOCATIONS), query)
            case "GET", "/servers":
                page, size = _page_of(query)
                first = (page - 1) * size
                return 200, self._page("servers", [_server(number) for number in range(first, min(first + size, self._servers))], self._servers, query)
            case "GET", "/ssh_keys":
                found = [key for key in self._keys.values() if key["name"] in query.get("name", [key["name"]])]
                return 200, self._page("ssh_keys", found, len(found), query)
            case "POST", "/ssh_keys":
                return self._create(body)
        return 404, {"error": {"code": "not_found", "message": "not found", "details": None}}

    def _create(self, body: Any) -> Answer:
        digest = hashlib.md5(base64.b64decode(body["public_key"].split()[1]), usedforsecurity=False).hexdigest()
        key = {
            "id": len(self._keys) + 1,
            "name": body["name"],
            "public_key": body["public_key"],
            "fingerprint": ":".join(digest[place:place + 2] for place in range(0, len(digest), 2)),
            "labels": body.get("labels") or {},
            "created": _MADE,
        }
        self._keys[body["name"]] = key
        return 201, {"ssh_key": key}

    @staticmethod
    def _page(name: str, items: list[dict[str, Any]], total: int, query: dict[str, list[str]]) -> dict[str, Any]:
        page, size = _page_of(query)
        last = max(1, -(-total // size))
        pagination = {
            "page": page, "per_page": size, "last_page": last, "total_entries": total,
            "previous_page": page - 1 if page > 1 else None, "next_page": page + 1 if page < last else None,
        }
        return {name: items, "meta": {"pagination": pagination}}


def _page_of(query: dict[str, list[str]]) -> tuple[int, int]:
    return int(query.get("page", ["1"])[0]), min(int(query.get("per_page", ["25"])[0]), 50)


def _location(number: int) -> dict[str, Any]:
    name = _LOCATIONS[number % len(_LOCATIONS)]
    where = {"description": f"{name} DC Park 1", "country": "DE", "city": name, "latitude": 50.5, "longitude": 12.4, "network_zone": "eu-central"}
    return {"id": number % len(_LOCATIONS) + 1, "name": name, **where}


def _server(number: int) -> dict[str, Any]:
    location = _location(number)
    price = {"net": "3.2900000000", "gross": "3.9151000000000000"}
    traffic = {"included_traffic": 21990232555520, "price_per_tb_traffic": price}
    prices = [{"location": name, "price_hourly": price, "price_monthly": price, **traffic} for name in _LOCATIONS]
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return {
        "id": number + 1,
        "name": f"node-{number:05}",
        "status": _STATUSES[number % len(_STATUSES)],
        "created": _MADE,
        "public_net": {
            "ipv4": {"id": 2 * number + 1, "ip": address, "blocked": False, "dns_ptr": f"static.{address}.example.invalid"},
            "ipv6": {"id": 2 * number + 2, "ip": f"2001:db8:{number >> 8:x}:{number & 255:x}::/64", "blocked": False, "dns_ptr": []},
            "floating_ips": [],
            "firewalls": [],
        },
        "private_net": [],
        "server_type": {
            "id": 22, "name": "cpx11", "description": "CPX 11", "cores": 2, "memory": 2.0, "disk": 40, "deprecated": False, "deprecation": None,
            "prices": prices, "storage_type": "local", "cpu_type": "shared", "architecture": "x86",
        },
        "datacenter": {
            "id": location["id"], "name": f"{location['name']}-dc1", "description": location["description"], "location": location,
            "server_types": {"supported": [22], "available": [22], "available_for_migration": [22]},
        },
        "image": {
            "id": 114690387, "type": "system", "status": "available", "name": "debian-12", "description": "Debian 12", "image_size": None,
            "disk_size": 5, "created": _MADE, "created_from": None, "bound_to": None, "os_flavor": "debian", "os_version": "12",
            "rapid_deploy": True, "protection": {"delete": False}, "deprecated": None, "deleted": None, "labels": {}, "architecture": "x86",
        },
        "iso": None,
        "rescue_enabled": False,
        "locked": False,
        "backup_window": None,
        "outgoing_traffic": 123456,
        "ingoing_traffic": 123456,
        "included_traffic": 21990232555520,
        "protection": {"delete": False, "rebuild": False},
        "labels": {"role": _LABELS[number % len(_LABELS)]},
        "volumes": [],
        "load_balancers": [],
        "primary_disk_size": 40,
        "placement_group": None,
    }


class Server(ThreadingHTTPServer):
    """Both APIs on a free port of 127.0.0.1."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, latency: float, servers: int) -> None:
        self.latency = latency
        self.apis: dict[str, Lambda | Hetzner] = {LAMBDA: Lambda(), HETZNER: Hetzner(servers)}
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The head and the body leave in one packet, or the second would wait for the first to be acknowledged.
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        time.sleep(self.server.latency)
        where = urlsplit(self.path)
        api = next((api for prefix, api in self.server.apis.items() if where.path.startswith(prefix)), None)
        status, document = api.answer(self.command, where.path, parse_qs(where.query), body) if api else (404, {})
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if status == 404:
            self.send_header("X-Amzn-ErrorType", "ResourceNotFoundException")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def main(latency_ms: float, servers: int) -> None:
    """Serve until the process is ended."""
    with Server(latency_ms / 1000, servers) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
