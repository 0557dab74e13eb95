# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a refusal says that the API wants a function in the other form. Pure.

How it refuses a form is not known (reference B.3), so that is read out of the words: fields that only the other form has and
that are missed, or the media type. A sentence that merely has one of these words in it says something else, and is not
taken for that, because what is sent is sent once more then.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.e2enetworks.cloud.plugins.module_utils.http.errors import E2EError, NotFoundError, ProtocolError, RefusedError
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.function_forms import Upload
from ansible_collections.e2enetworks.cloud.plugins.module_utils.myaccount.words import Words

_KIND = r"(?:(?:request\s+)?(?:field|parameter|param|key|property|argument|attribute|value|part)s?)"
_LACKS = rf"""
    (?:\s*[,;]\s*(?:and\s+)?["'`]?\w+["'`]?)*          # a list of names
    (?:\s*;\s*msg)?\s*[:=-]?\s*(?:(?:this|the)\s+)?(?:{_KIND}\s+)?
    (?:
        (?:(?:is|are|was|were)\s+)?(?:an?\s+)?(?:required|missing)(?:\s+{_KIND})?(?:\s+(?:in|from)\s+(?:the\s+)?(?:request|body|form|json|payload)\b.{{0,20}})?
        \s*(?=$|[.;,!)\]}}])
      | (?:may|must|can|should)\s*not\s+be\s+(?:blank|null|none|missing|omitted)\b
      | (?:must|should|has\s+to|have\s+to)\s+be\s+(?:provided|given|present|specified|supplied|sent)\b
      | (?:is|are|was|were)\s+not\s+(?:provided|given|present|specified|supplied|sent)\b
    )"""
_NAMED = rf"(?:^|[;:,.(\[{{\"'`]\s*|\b(?:{_KIND}|and|or)\s+)"


def _misses(names: str) -> str:
    """Where one of these fields is missed: its name and then that it is, or the other way round.

    Most of the names are everyday words, so only what is called a field, is quoted, or begins a sentence is one.
    """
    after = rf"{_NAMED}[\"'`]?(?:{names})(?![\w-]|\.\w)[\"'`]?{_LACKS}"
    before = rf"\b(?:missing|required)(?:\s+required)?\s+{_KIND}\s*[:=-]?\s*[\[({{]?\s*[\"'`]?(?:\w+[\"'`]?\s*(?:,|and)\s*(?:and\s+)?[\"'`]?)*"
    return rf"{after}|{before}(?:{names})(?![\w-]|\.\w)"


_MISSED: t.Mapping[Upload, Words] = {
    # The JSON form has no such part, so whoever names it wants the other one (reference B.3).
    "text": Words(rf"(?<![\w.-])code_file(?![\w-]|\.\w)|{_misses('function_name')}", None, re.VERBOSE),
    "zip": Words(_misses("function|code|requirements|node_type"), None, re.VERBOSE),
}
_MEDIA_TYPE: t.Mapping[Upload, Words] = {
    "text": Words(r"\b(?:media type|content[- ]type|multipart|form[- ]data)\b", None),
    "zip": Words(
        r"\b(?:media type|content[- ]type|application/json|json parse error)\b|\bmultipart\b[^.;]*\bnot\b|(?:^|; )(?:invalid|malformed) json\b"
        r"|\bbody\b[^.;]*\b(?:valid|as) json\b",
        None,
    ),
}
# A refusal that names the part that holds the code, or a file in it, has understood the form.
_CODE_FIELD: t.Mapping[Upload, Words] = {
    "text": Words(r"(?<![\w.-])code(?![\w-]|\.\w)[\"'`]?\s*:", None),
    "zip": Words(r"(?<![\w.-])(?:code_file|environment_variables)(?![\w-]|\.\w)", None),
}
_FILE = Words(r"[\w-]\.(?:py|mjs|cjs|js|json|txt|toml|go|mod|cs|csproj|php|rb|exe|dll|sh|bat|pyc|class|jar)\b|\bdockerfile\b", None)
_ARCHIVE = Words(r"\b(?:archive|zip)\b", None)


class OtherFormError(RefusedError):
    """The API takes the function in none of the forms that were tried, and so did nothing. To a playbook it is ``refused``."""


def wants_other_form(error: E2EError, sent: Upload, *, new: bool) -> bool:
    """Whether a refusal says that the API does not take this form, and so certainly did nothing.

    A doubt means that it does not.

    :param error: the answer to a create, or to an update of a function that is there: its 404 means the path.
    """
    if not new and isinstance(error, ProtocolError):
        # An address that is not known can be answered with a page of the web server. An update replaces, so a second one does no harm.
        return error.http_status in (404, 405)
    if not isinstance(error, (NotFoundError, RefusedError)):
        return False
    if error.http_status in (405, 415) or (error.http_status == 404 and not new):
        return True
    # A failure can come under HTTP 200 as well (reference A.3, point 5).
    if error.http_status not in (200, 400, 404, 422):
        return False
    return _says_other_form(error.said, sent)


def _says_other_form(said: str, sent: Upload) -> bool:
    if _FILE.search(said) or (sent == "zip" and _ARCHIVE.search(said)):
        return False
    if _MISSED[sent].search(said):
        return True
    return _MEDIA_TYPE[sent].search(said) is not None and not _CODE_FIELD[sent].search(said)
