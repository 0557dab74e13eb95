/* Copyright: (c) 2026, the e2enetworks.cloud contributors
 * GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks for the overview again and again, and changes of the page only what differs. Texts stay texts: nothing here makes markup of one.
 */
"use strict";

const EVERY_MILLISECONDS = 1500;
const API = "/myaccount/api/v1/";
const GOOD = /^(running|available|active|attached|assigned|ready|reserved)/i;
const WAIT = /^(creating|deploying|saving|terminating|reinstalling|attaching|detaching|powered off)/i;
const BAD = /^(failed|error|not running)/i;

const find = (selector) => document.querySelector(selector);

/* An element with properties, and children that are elements or texts; what is null or false is left out. */
function make(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== false && child !== undefined));
  return made;
}

const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
const clock = (time) => new Date(time).toLocaleTimeString("en-GB");
const milliseconds = (seconds) => (seconds < 10 ? `${Math.round(seconds * 1000)} ms` : `${Math.round(seconds)} s`);
const state = (text) => make("span", {
  className: `state ${BAD.test(text) ? "bad" : WAIT.test(text) ? "wait" : GOOD.test(text) ? "good" : ""}`, textContent: text,
});
const answered = (status) => make("span", {
  className: `state ${status === null || status >= 500 ? "bad" : status >= 400 ? "wait" : "good"}`, textContent: status ?? "no answer",
});

/* Makes the children of an element those of the items; an item that has not changed keeps its element, and with it what is open or selected. */
function fill(parent, items, keyOf, render) {
  const before = parent.known ?? new Map();
  const now = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const text = JSON.stringify(item);
    const old = before.get(key);
    const element = old?.text === text ? old.element : render(item);
    if (old && old.element !== element && old.element.open) element.open = true;
    now.set(key, { text, element });
  }
  parent.known = now;
  const wanted = [...now.values()].map((one) => one.element);
  wanted.forEach((element, index) => {
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  });
  while (parent.children.length > wanted.length) parent.lastElementChild.remove();
  for (const log of parent.querySelectorAll(".log:not(.seen)")) {
    log.classList.add("seen");
    log.scrollTop = log.scrollHeight;
  }
}

function section(id, total, shown, items, keyOf, render, empty) {
  const small = find(`#${id} h2 small`);
  small.textContent = total > shown ? `${shown} of ${total.toLocaleString("en")}` : "";
  const list = items.length ? items : [{ empty }];
  const drawn = (item) => (item.empty ? make("p", { className: "empty", textContent: item.empty }) : render(item));
  fill(find(`#${id} .items`), list, (item) => (item.empty ? "" : keyOf(item)), drawn);
}

const facts = (pairs) => pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined).map(([name, value]) => [
  make("dt", { textContent: name }), make("dd", {}, value),
]);
const code = (text) => make("code", { textContent: text });
const link = (url) => make("a", { href: url, target: "_blank", rel: "noopener noreferrer", className: "code", textContent: url });

function calls(list) {
  if (!list.length) return null;
  const rows = list.map((call) => make("tr", {},
    make("td", { className: "number", textContent: clock(call.time), title: call.time }),
    make("td", { className: "code", textContent: call.method }),
    make("td", {}, answered(call.status)),
    make("td", { className: "number", textContent: milliseconds(call.duration) }),
    make("td", { className: "code", textContent: call.path })));
  return [make("h4", { textContent: "Last calls" }), make("table", { className: "calls" }, make("tbody", {}, rows))];
}

function log(lines) {
  if (!lines.length) return null;
  const texts = lines.map((line) => [make("span", { textContent: `${clock(line.time)}  ` }), make("i", { className: line.stream, textContent: `${line.text}\n` })]);
  return [make("h4", { textContent: "End of the log" }), make("pre", { className: "log", tabIndex: 0 }, texts)];
}

function opened(first, name, more, end, ...inside) {
  return make("details", { className: "card" },
    make("summary", { className: "line" }, first, make("span", { className: "name" }, name, make("span", { className: "more", textContent: more })),
      make("span", { className: "end", textContent: end })),
    make("div", { className: "inside" }, inside));
}

const strong = (text) => make("strong", { textContent: text });

function hostedFunction(one) {
  return opened(state(one.status), strong(one.name), `${one.runtime}, ${one.memory} MB, ${one.timeout} s, version ${one.version}`, plural(one.calls, "call"),
    one.error && make("p", { className: "problem", textContent: one.error }),
    make("dl", { className: "facts" }, facts([
      ["URL", link(one.url)], ["Id", String(one.id)], ["Files", one.files.join(", ")], ["Variables", one.variables.join(", ")],
    ])),
    calls(one.last_calls), log(one.log));
}

function gatewayFunction(one) {
  const name = [strong(one.name), one.namespace === "openfaas-fn" ? null : ` in ${one.namespace}`];
  return opened(state(one.status), make("span", {}, name.filter(Boolean)), one.image, plural(one.calls, "call"),
    make("dl", { className: "facts" }, facts([
      ["URL", link(one.url)], ["Replicas", `${one.available} of ${one.replicas}`], ["Started", plural(one.starts, "time")],
      ["Variables", one.variables.join(", ")], ["Secrets", one.secrets.join(", ")], ["Events", one.events.length ? make("pre", { textContent: one.events.join("\n") }) : ""],
    ])),
    calls(one.last_calls), log(one.log));
}

function value(content) {
  if (typeof content === "string") return content.includes("\n") ? make("pre", { textContent: content }) : code(content === "" ? '""' : content);
  const text = JSON.stringify(content, null, 2);
  return text.includes("\n") && text.length > 60 ? make("pre", { textContent: text }) : code(JSON.stringify(content));
}

function apiRequest(one) {
  const pairs = Object.entries(one.query).map(([name, content]) => `${name}=${content}`).join("&");
  const body = one.body && Object.entries(one.body);
  const title = one.form === "json" ? "Body (JSON)" : "Body (form)";
  const none = body ? "{}" : "There is no body, or none that could be read.";
  const short = one.path.startsWith(API) ? one.path.slice(API.length) : one.path;
  return opened(answered(one.status), make("span", {}, make("span", { className: "method code", textContent: `${one.method} ` }), code(short)),
    one.fault ? `fault ${one.fault}` : "", `${clock(one.time)} · ${milliseconds(one.duration)}`,
    make("dl", { className: "facts" }, facts([["Path", code(one.path)], ["Time", one.time], ["Query", pairs && code(pairs)], ["Fault", one.fault]])),
    body?.length
      ? [make("h4", { textContent: title }), make("dl", { className: "facts" }, facts(body.map(([name, content]) => [name, value(content)])))]
      : one.method !== "GET" && make("p", { className: "without", textContent: none }));
}

function fault(one) {
  const usedUp = one.times >= 0 && one.fired >= one.times;
  const details = [
    `met ${one.fired} of ${one.times < 0 ? "any number" : one.times}`, one.when === "after" && "after the effect", one.skip && `skips ${one.skip}`,
    one.probability < 1 && `chance ${one.probability}`, one.message,
  ].filter(Boolean).join(", ");
  return make("div", { className: "card line" },
    make("span", { className: `state ${usedUp ? "" : "wait"}`, textContent: usedUp ? "used up" : "armed" }),
    make("span", { className: "name" }, strong(one.status ? `${one.action} ${one.status} ` : `${one.action} `), code(`${one.method} ${one.path_regex ?? one.path}`),
      make("span", { className: "more", textContent: details })),
    make("span", { className: "end", textContent: `#${one.id}` }));
}

function table(one) {
  const columns = Object.keys(one.items[0]);
  const cell = (item, name) => make("td", { className: name === "id" ? "number" : item[name] === "" ? "none" : "" },
    name === "status" ? state(item[name]) : String(item[name]));
  const rows = one.items.map((item) => make("tr", {}, columns.map((name) => {
    const made = cell(item, name);
    made.dataset.label = name;
    return made;
  })));
  const heading = one.total > one.items.length ? `${one.items.length} of ${one.total.toLocaleString("en")}` : String(one.total);
  return make("div", {},
    make("h3", {}, `${one.title} `, make("small", { textContent: heading })),
    make("div", { className: "scroll" }, make("table", {},
      make("thead", {}, make("tr", {}, columns.map((name) => make("th", { scope: "col", textContent: name })))), make("tbody", {}, rows))));
}

function show(all) {
  const armed = all.faults.filter((one) => one.times < 0 || one.fired < one.times).length;
  const kinds = Object.entries(all.tables).map(([title, content]) => ({ title: title[0].toUpperCase() + title.slice(1), ...content }));
  const some = kinds.filter((kind) => kind.total);
  const others = ["volumes", "VPCs", "reserved IPs"].reduce((sum, kind) => sum + all.tables[kind].total, 0);
  find("#version").textContent = all.version;
  const account = [all.account.activated ? `functions activated (${all.account.namespace})` : "functions not activated", all.account.credit ? "has credit" : "has no credit"];
  find("#addresses").replaceChildren(...facts([
    ["API", code(`E2E_API_ENDPOINT=${all.endpoint}`)],
    ["Gateway", code(`OPENFAAS_URL=${all.url}`)],
    ["Account", account.join(", ")],
  ]).flat());
  fill(find("#tiles"), [
    ["functions", "Functions", all.functions.total], ["gateway", "Gateway", all.gateway_functions.total], ["nodes", "Nodes", all.tables.nodes.total],
    ["nodes", "Volumes, VPCs, IPs", others], ["requests", "Requests", all.requests.total], ["faults", "Faults", armed],
  ], ([, title]) => title, ([id, title, count]) => make("a", { href: `#${id}`, className: id === "faults" && count ? "wait" : "" },
    title, make("b", { textContent: count.toLocaleString("en") })));
  find("#faults").className = all.faults.length ? "" : "none";
  section("faults", 0, 0, all.faults, (one) => one.id, fault, "No fault is armed.");
  section("functions", all.functions.total, all.functions.items.length, all.functions.items, (one) => one.id, hostedFunction, "No function is deployed.");
  section("gateway", 0, 0, all.gateway_functions.items, (one) => `${one.name}.${one.namespace}`, gatewayFunction, "No function is deployed to the gateway.");
  find("#gateway h2 small").textContent = `${all.gateway.dialect}, release ${all.gateway.release}`;
  const secrets = all.gateway_secrets.map((one) => (one.namespace === "openfaas-fn" ? one.name : `${one.name} (${one.namespace})`));
  find("#gateway > dl").replaceChildren(...facts([
    ["Secrets", secrets.join(", ") || "none"], ["Namespaces", all.gateway_namespaces.join(", ")],
  ]).flat());
  section("nodes", 0, 0, some, (one) => one.title, table, "There is no node.");
  const counts = Object.entries(all.counts).sort().map(([method, count]) => `${count.toLocaleString("en")} ${method}`);
  section("requests", 0, 0, all.requests.items.map((one, index) => ({ ...one, number: all.requests.total - index })), (one) => one.number, apiRequest,
    "Nothing was asked of the API yet.");
  find("#requests h2 small").textContent = [...counts, all.calls && plural(all.calls, "function call")].filter(Boolean).join(", ");
}

let last = "";
let timer = 0;

function tell(kind, text) {
  const live = find("#live");
  live.className = `live ${kind}`;
  live.textContent = text;
}

async function refresh() {
  clearTimeout(timer);
  let text = null;
  try {
    const answer = await fetch("/_emulator/overview", { cache: "no-store" });
    text = answer.ok ? await answer.text() : null;
  } catch {
    text = null;
  }
  if (text === null) {
    tell("bad", "not reachable, trying again");
  } else {
    if (text !== last) show(JSON.parse(text));
    last = text;
    tell("good", "live");
  }
  if (!document.hidden) timer = setTimeout(refresh, EVERY_MILLISECONDS);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
refresh();
