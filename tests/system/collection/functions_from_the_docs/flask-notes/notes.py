# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blueprint of the notes; they live as long as the process does."""
from flask import Blueprint, abort, jsonify, request, url_for

notes = Blueprint("notes", __name__)
BOOK = {}


@notes.post("/")
def add():
    note = request.get_json()
    if not note.get("text"):
        abort(400)
    number = len(BOOK) + 1
    BOOK[number] = note["text"]
    return jsonify(id=number), 201, {"Location": url_for("notes.read", number=number)}


@notes.get("/<int:number>")
def read(number):
    if number not in BOOK:
        abort(404)
    return jsonify(text=BOOK[number])


@notes.delete("/<int:number>")
def remove(number):
    BOOK.pop(number)
    return "", 204
