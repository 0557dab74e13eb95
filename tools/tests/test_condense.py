# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a spectator of the demo gets to see."""

from __future__ import annotations

from tools.condense import condense

OUTPUT = """\

PLAY [Demo] ****

TASK [Deploy hello] ****
included: e2enetworks.cloud.faas_function for localhost

TASK [role : Check] ****
ok: [localhost]

TASK [role : Look at each] ****
ok: [localhost] => (item=one)
ok: [localhost] => (item=two)

TASK [role : Go on] ****
included: /x/tasks/present.yml for localhost

TASK [role : Deploy] ****
--- before: hello/handler.py
+++ after: hello/handler.py
@@ -1,3 +1,3 @@

-old
+new

\x1b[0;33mchanged: [localhost]\x1b[0m
\x1b[1;30mFAILED - RETRYING: [localhost]: Wait until it runs (9 retries left).\x1b[0m

TASK [role : Wait until it runs] ****
\x1b[0;32mok: [localhost]\x1b[0m

TASK [Show] ****
ok: [localhost] =>
    msg: hello

PLAY RECAP ****
localhost : ok=5 changed=1
"""


def test_only_what_matters_is_left() -> None:
    shown = "".join(condense(OUTPUT.splitlines(keepends=True)))
    for kept in ("PLAY [Demo]", "TASK [Deploy hello]", "TASK [role : Deploy]", "-old\n+new", "changed: [localhost]", "msg: hello", "ok=5 changed=1",
                 "  ... Wait until it runs\n"):
        assert kept in shown
    for dropped in ("Check", "Go on", "included", "FAILED", "TASK [role : Wait", "Look at each", "item="):
        assert dropped not in shown


def test_a_failed_task_is_shown() -> None:
    lines = ["TASK [role : Deploy] ****\n", "fatal: [localhost]: FAILED! => no\n"]
    assert list(condense(lines)) == lines


def test_text_before_the_first_header_is_shown() -> None:
    assert list(condense(["ERROR! the playbook could not be found\n"])) == ["ERROR! the playbook could not be found\n"]
