# Copyright: (c) 2026, the e2enetworks.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes as an application of Flask."""
import os
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, jsonify, make_response, render_template, render_template_string, request, send_file, session

from notes import notes

app = Flask(__name__)
app.secret_key = os.environ["NOTES_KEY"]
app.register_blueprint(notes, url_prefix="/notes")

PAGE = "<h1>Hello {{ name }}!</h1>"


@app.route("/")
def root():
    return {"message": "Hello World"}


@app.route("/hello/<name>")
def hello(name):
    return render_template_string(PAGE, name=name)


@app.route("/page")
def page():
    return render_template("page.html", values=request.args.getlist("v"))


@app.post("/files")
def files():
    sent = request.files["file"]
    content = sent.read()
    return jsonify(
        filename=sent.filename,
        media_type=sent.mimetype,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        title=request.form["title"],
    )


@app.get("/logo.gif")
def logo():
    return send_file(Path(app.root_path) / "logo.gif")


@app.get("/visits")
def visits():
    session["visits"] = session.get("visits", 0) + 1
    answer = make_response({"visits": session["visits"], "theme": request.cookies.get("theme")})
    answer.set_cookie("theme", "dark", httponly=True)
    return answer


@app.get("/lines")
def lines():
    return Response((f"line {number}\n" for number in range(3)), mimetype="text/plain")


@app.get("/where")
def where():
    return {"path": request.path, "query": request.query_string.decode(), "scheme": request.scheme, "remote": request.remote_addr}


@app.get("/crash")
def crash():
    raise RuntimeError("the secret ingredient is 42")


@app.errorhandler(404)
def missing(error):
    return {"error": "nothing at " + request.path}, 404
