# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that hold credentials stay at home, are named once, and can be brought back."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.packaging import read_source
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.runtimes import layout_for
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source import Source, source_entries
from ansible_collections.e2enetworks.cloud.plugins.module_utils.code.source_files import read_directory, withheld_warnings
from ansible_collections.e2enetworks.cloud.tests.unit.plugins.source_tree import write

KEY = "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

WITHHELD = (
    ".env",
    ".env.production",
    ".envrc",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    "pip.conf",
    ".netrc",
    "_netrc",
    ".git-credentials",
    ".dockercfg",
    "lib/.npmrc",
    ".terraformrc",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "prod.tfvars",
    "id_rsa",
    "id_ed25519",
    "deploy_rsa",
    "server.key",
    "SERVER.KEY",
    "store.p12",
    "store.jks",
    "client_secret_1.json",
    "service-account.json",
    "shop-firebase-adminsdk-x1-abc.json",
    ".pgpass",
    ".htpasswd",
    ".cargo/credentials.toml",
    ".vault_pass.txt",
)
DIRECTORIES = (".aws", ".ssh", ".docker", ".gnupg", ".kube", ".azure", ".openfaas", ".E2E_CLI", ".terraform", ".config/gcloud", ".config/gh")
KEPT = (
    "func.py",
    "environment.py",
    "keys.py",
    "key",
    "monkey.txt",
    "rsa.py",
    "config.json",
    "data/settings.py",
    "database.yml",
    "env/config",
    "aws/client.py",
    ".config/app.ini",
    "public.asc",
    "token.json",
)


def test_they_stay_at_home_and_are_named(tmp_path: Path) -> None:
    write(tmp_path, {name: "CANARY" for name in (*WITHHELD, *(f"{name}/config.json" for name in DIRECTORIES))} | {name: "x" for name in KEPT})

    content = read_directory(tmp_path)

    assert sorted(file.path for file in content.files) == sorted(KEPT)
    assert sorted(content.withheld) == sorted([*WITHHELD, *(f"{name}/" for name in DIRECTORIES)])


def test_a_certificate_is_public_and_a_private_key_in_the_same_format_is_not(tmp_path: Path) -> None:
    files = {"ca.pem": CERTIFICATE, "certifi/cacert.pem": CERTIFICATE * 3, "server.pem": CERTIFICATE + KEY, "server.crt": KEY, "doc.md": KEY}
    write(tmp_path, {**files, "func.py": "x"})

    content = read_directory(tmp_path)

    assert [file.path for file in content.files] == ["ca.pem", "certifi/cacert.pem", "doc.md", "func.py"]
    assert content.withheld == ("server.crt", "server.pem")


@pytest.mark.parametrize(
    "include, back",
    [
        ([".npmrc"], [".npmrc", "lib/.npmrc"]),
        (["lib/.npmrc"], ["lib/.npmrc"]),
        (["*.pem"], ["server.pem"]),
        ([".aws"], [".aws/config", ".aws/credentials", ".aws/sso/cache/x.json"]),
        ([".aws/"], [".aws/config", ".aws/credentials", ".aws/sso/cache/x.json"]),
        ([".aws/config"], [".aws/config"]),
        ([".aws/sso/*"], [".aws/sso/cache/x.json"]),
        (["node_modules/a"], ["node_modules/a/index.js"]),
        (["nothing"], []),
    ],
)
def test_include_brings_back_what_it_names_and_nothing_beside_it(tmp_path: Path, include: list[str], back: list[str]) -> None:
    left_out = (".npmrc", "lib/.npmrc", ".aws/config", ".aws/credentials", ".aws/sso/cache/x.json", "node_modules/a/index.js", "node_modules/b/index.js")
    write(tmp_path, {name: "x" for name in left_out} | {"server.pem": KEY, "func.py": "x"})

    content = read_directory(tmp_path, include=include)

    assert sorted(file.path for file in content.files) == sorted([*back, "func.py"])
    assert not set(content.withheld) & set(back)


def test_the_ignore_file_brings_back_and_silences(tmp_path: Path) -> None:
    write(tmp_path, {".faasignore": "!.npmrc\n.netrc\n", ".npmrc": "x", ".netrc": "x", ".pypirc": "x", "func.py": "x"})

    content = read_directory(tmp_path)

    assert [file.path for file in content.files] == [".npmrc", "func.py"]
    assert content.withheld == (".pypirc",)


def test_one_line_says_so_without_a_word_of_the_content(tmp_path: Path) -> None:
    write(tmp_path, {".npmrc": "CANARY", ".aws/credentials": "CANARY", "func.py": "def handler(event, context): ..."})

    source = read_source(tmp_path, layout_for("python-3.11-http"))

    (note,) = source.notes
    assert note.startswith(f"Left out of {tmp_path}, because such files hold credentials: .aws/, .npmrc.") and "\n" not in note
    assert "CANARY" not in note + source.as_text() + str(source.as_zip("x"))
    assert read_source(tmp_path, layout_for("python-3.11-http"), include=[".npmrc", ".aws"]).notes == ()
    (note,) = withheld_warnings("x", [f"{number}.key" for number in range(10)])
    assert "7.key and 2 more." in note


def test_a_diff_does_not_show_them_where_they_are_sent(tmp_path: Path) -> None:
    before = Source.of({"func.py": b"1", ".npmrc": b"CANARY", "a.pem": KEY.encode()})
    after = Source.of({"func.py": b"1", ".netrc": b"CANARY"})

    entries = source_entries("hello")(before, after)

    assert [entry["prepared"] for entry in entries] == [
        "hello/.netrc: added (not shown, because such files hold credentials)\n",
        "hello/.npmrc: removed (not shown, because such files hold credentials)\n",
        "hello/a.pem: removed (not shown, because such files hold credentials)\n",
    ]
