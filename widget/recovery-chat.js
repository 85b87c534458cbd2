/* recovery-chat: written by `python -m tools.widget` from widget/src/. Change it there. */
"use strict";
(() => {
const SVG = "http://www.w3.org/2000/svg";

const SHAPES = {
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  more: "M4 7h16M4 12h16M4 17h16",
  leave: "M9 5H5v14h4M13 8l4 4-4 4M17 12H9",
  phone: "M6 3h4l1.5 5L9 10a12 12 0 0 0 5 5l2-2.5 5 1.500V18c0 2-1.500 3-3 3C10 21 3 14 3 6c0-1.500 1-3 3-3z",
  message: "M4 5h16v11H9l-5 4zM8 9h8M8 12h5",
  alert: "M12 3l10 18H2zM12 10v5M12 18h.01",
  today: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l4 2",
  calm: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 11v6M12 7h.01",
  send: "M4 12l16-8-5 16-3-7z",
  check: "M5 12l5 5 9-10",
};

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["focusable", "false"]]) drawing.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  drawing.append(path);
  return drawing;
}

const unseen = (text) => make("span", { class: "unseen", text });

function fill(text, values = {}) {
  return String(text ?? "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const words = (value) => (typeof value === "string" ? value : "");

const list = (value) => (Array.isArray(value) ? value : []);

const count = (value) => (typeof value === "number" ? value : NaN);

const has = (object, key) => typeof key === "string" && Object.hasOwn(object, key);
const SCHEMES = ["https:", "tel:", "sms:"];
const WEBSITE =
  /(?<![\w@.\-])(?:https:\/\/)?(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|info|health|eu|uk|ie|ca|au|nz|de|fr|es|nl|mx|za|(?:gov|co|ac|nic|org)\.in)(?:\/[\w\-./~%#?=&+]*[\w\-/])?(?![\w\-@])/gi;

function safeAddress(address) {
  try {
    const url = new URL(words(address));
    return SCHEMES.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, content, properties = {}) {
  const href = safeAddress(address);
  if (!href) return make("span", {}, content);
  const outside = href.startsWith("https:")
    ? { target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" }
    : {};
  return make("a", { href, ...outside, ...properties }, content);
}

function callAddress(line) {
  const number = words(line?.tel).replace(/[^\d+*#]/g, "");
  return number ? `tel:${number}` : null;
}

function textAddress(line) {
  const number = words(line?.sms?.number).replace(/[^\d+]/g, "");
  const body = words(line?.sms?.body);
  return number ? `sms:${number}${body ? `?&body=${encodeURIComponent(body)}` : ""}` : null;
}

const shownNumber = (line) => words(line?.number) || words(line?.tel) || words(line?.sms?.number) || words(line?.say);

function linked(text, lines = []) {
  const found = [];
  for (const match of text.matchAll(WEBSITE)) {
    const address = /^https:/i.test(match[0]) ? match[0] : `https://${match[0]}`;
    found.push({ start: match.index, end: match.index + match[0].length, address });
  }
  for (const line of lines) {
    for (const [number, address] of [
      [line?.number, callAddress(line) ?? textAddress(line)],
      [line?.tel, callAddress(line)],
      [line?.sms?.number, textAddress(line)],
    ]) {
      const digits = words(number).replace(/\D/g, "");
      if (!digits || !address) continue;
      for (const match of text.matchAll(numberPattern(digits))) {
        found.push({ start: match.index, end: match.index + match[0].length, address });
      }
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const nodes = [];
  let at = 0;
  for (const { start, end, address } of found) {
    if (start < at) continue;
    nodes.push(text.slice(at, start), link(address, text.slice(start, end)));
    at = end;
  }
  nodes.push(text.slice(at));
  return nodes;
}

function numberPattern(digits) {
  const spaced = digits.length > 4 ? [...digits].join("[ \\u00a0-]?") : digits;
  return new RegExp(`(?<![\\d+/]|\\d[.,-])\\+?${spaced}(?!\\d|[-./,]\\d)`, "g");
}
const LISTS = [
  ["ol", /^\s*(\d+)\.\s+/],
  ["ul", /^\s*[•–*-]\s+/],
];

function prose(text, lines) {
  const blocks = [];
  for (const row of text.split(/\r?\n/)) {
    if (!row.trim()) continue;
    const [tag, mark] = LISTS.find(([, pattern]) => pattern.test(row)) ?? ["p"];
    if (tag === "p") {
      blocks.push(make("p", {}, linked(row.trim(), lines)));
      continue;
    }
    if (blocks.at(-1)?.localName !== tag) blocks.push(make(tag, tag === "ol" ? { start: row.match(mark)[1] } : {}));
    blocks.at(-1).append(make("li", {}, linked(row.replace(mark, ""), lines)));
  }
  return blocks;
}
const CARDS = {
  card: { level: "emergency", drawing: "alert" },
  concern: { level: "urgent", drawing: "today" },
  soft: { level: "calm", drawing: "calm" },
};
const KINDS = ["answer", "guidance", "notice"];
const CALLS = { suicide: ["emergency", "crisis", "text"], poisoning: ["emergency", "poison"] };

const lineOf = (lines, role) => list(lines).find((line) => line?.role === role);

function callButton(line, strings) {
  const call = callAddress(line);
  const address = call ?? textAddress(line);
  if (!address) return null;
  const body = words(line.sms?.body);
  const number = call ? shownNumber(line) : words(line.sms.number);
  const what = call || !body ? `${call ? strings.call : strings.text} ${number}` : fill(strings.text_to, { word: body, number });
  const role = strings[call ? `role_${line.role}` : "role_text_plain"] ?? "";
  return link(
    address,
    [icon(call ? "phone" : "message"), make("span", {}, make("b", { text: what }), " ", make("small", { text: role }))],
    { class: `call ${words(line.role)}` },
  );
}

function replyItem(reply, context) {
  const { strings, lines, kind, choose } = context;
  const type = has(CARDS, reply?.type) || KINDS.includes(reply?.type) ? reply.type : "answer";
  const text = words(reply?.text);
  const lang = /^[a-z]{2}$/.test(words(reply?.lang)) ? reply.lang : null;
  const body = make("div", { class: "prose", lang, dir: "auto" }, prose(text, lines));
  const item = make("li", { class: `said bot ${type}` }, unseen(strings.bot_said));
  const card = has(CARDS, type) ? CARDS[type] : null;
  if (card) {
    const roles = type === "card" ? (has(CALLS, kind) ? CALLS[kind] : ["emergency"]) : type === "concern" && has(CALLS, kind) ? CALLS[kind].slice(1) : [];
    const calls = roles.map((role) => callButton(lineOf(lines, role), strings)).filter(Boolean);
    item.append(
      make(
        "div",
        { class: `care ${card.level}` },
        make("h3", {}, icon(card.drawing), make("span", { text: strings[`card_${card.level}`] })),
        calls.length ? make("div", { class: "calls" }, calls) : null,
        body,
      ),
    );
  } else {
    item.append(make("div", { class: "bubble" }, progress(reply?.progress, text, strings), body));
  }
  item.append(...[sources(reply?.sources, strings), choices(reply?.buttons, strings, lang, choose)].filter(Boolean));
  return item;
}

function progress(place, text, strings) {
  const [step, of] = [count(place?.step), count(place?.of)];
  if (!(step >= 1 && step <= of && of <= 100)) return null;
  const label = fill(strings.progress, { step, of });
  const marks = Array.from({ length: of }, (_, index) => make("i", { class: index < step ? "reached" : null }));
  const said = text.toLowerCase().includes(label.toLowerCase());
  return make("div", { class: "progress" }, said ? null : make("span", { text: label }), make("div", { class: "marks", "aria-hidden": "true" }, marks));
}

function sources(given, strings) {
  const named = list(given).filter((source) => words(source?.title));
  if (!named.length) return null;
  return make(
    "details",
    { class: "sources" },
    make("summary", { text: fill(strings.sources, { count: named.length }) }),
    make("ul", {}, named.map((source) => make("li", {}, link(source.url, words(source.title))))),
  );
}

function choices(given, strings, lang, choose) {
  const offered = list(given).filter((button) => words(button?.title) && words(button?.payload));
  if (!offered.length) return null;
  return make(
    "div",
    { class: "choices", role: "group", "aria-label": strings.answers },
    offered.map((button) => {
      const node = make("button", { type: "button", lang, click: () => choose(button, node) }, make("span", { dir: "auto", text: button.title }));
      return node;
    }),
  );
}

function markChosen(node, strings) {
  if (node.classList.contains("chosen")) return;
  node.classList.add("chosen");
  node.prepend(icon("check"));
  node.append(unseen(` (${strings.chosen})`));
}
function helpBar(lines, strings, showSteps) {
  const crisis = lineOf(lines, "crisis");
  const text = lineOf(lines, "text") ?? (textAddress(crisis) ? crisis : undefined);
  const body = words(text?.sms?.body);
  return make(
    "nav",
    { class: "bar", "aria-label": strings.bar },
    cell(lineOf(lines, "emergency"), strings.call, strings.role_emergency, callAddress, "emergency"),
    cell(crisis, strings.call, strings.role_crisis, callAddress, "crisis"),
    textAddress(text) ? cell(text, strings.text, body ? fill(strings.role_text, { word: body }) : strings.role_text_plain, textAddress, "text") : null,
    make("button", { type: "button", class: "cell steps", click: showSteps }, make("b", { text: strings.bar_overdose }), make("small", { text: strings.bar_overdose_more })),
  );
}

function cell(line, verb, role, addressOf, name) {
  if (!line) return null;
  const address = addressOf(line);
  const number = address?.startsWith("sms:") ? words(line.sms.number) : shownNumber(line);
  const website = safeAddress(line.url);
  const content = [
    address ? make("span", { class: "unseen", text: `${verb} ` }) : null,
    make("b", { class: number.length > 9 ? "long" : null, text: address ? number : words(line.say) || website }),
    " ",
    make("small", { text: role }),
  ];
  return address || website ? link(address ?? website, content, { class: `cell ${name}` }) : make("span", { class: `cell ${name}` }, content);
}
const PRESSES = 3;
const WITHIN = 5_000;

function neutralPage(wanted, fallback) {
  for (const address of [wanted, fallback, "about:blank"]) {
    try {
      const url = new URL(address, location.href);
      if (address && (url.protocol === "https:" || url.origin === location.origin)) return url.href;
    } catch {
      continue;
    }
  }
  return "about:blank";
}

function leave(address, title, said) {
  document.title = title;
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.textContent = said;
  document.body.replaceChildren(line);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  try {
    if (window.top !== window) {
      window.parent.postMessage({ type: "recovery-chat-exit" }, "*");
      window.top.location.replace(address);
    }
  } catch {
  }
  location.replace(address);
}

function onThreeShifts(count, done) {
  let presses = 0;
  let alone = false;
  let timer = 0;
  const reset = (left) => {
    clearTimeout(timer);
    if (presses) count(left);
    presses = 0;
  };
  const down = (event) => {
    if (event.key === "Shift") alone = !event.repeat || alone;
    else {
      alone = false;
      reset(0);
    }
  };
  const up = (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    presses += 1;
    if (presses === 1) timer = setTimeout(() => reset(-1), WITHIN);
    if (presses < PRESSES) {
      count(PRESSES - presses);
      return;
    }
    clearTimeout(timer);
    presses = 0;
    done();
  };
  document.addEventListener("keydown", down, true);
  document.addEventListener("keyup", up, true);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", down, true);
    document.removeEventListener("keyup", up, true);
  };
}
const KEY = "recovery-chat";
const SETTINGS = "recovery-chat-settings";
const MOST = 100;

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const freshTalk = (kept = {}) => ({ session: randomId(), disclosed: Date.now(), draft: "", entries: [], remember: false, ...kept });

function attempt(work, otherwise = null) {
  try {
    return work() ?? otherwise;
  } catch {
    return otherwise;
  }
}

function read(store) {
  const talk = attempt(() => JSON.parse(window[store].getItem(KEY)));
  return talk && /^[0-9a-f]{32}$/.test(talk.session) && Array.isArray(talk.entries) ? talk : null;
}

const recall = () => read("localStorage") ?? read("sessionStorage");

function keep(talk, shared) {
  talk.entries = talk.entries.slice(-MOST);
  const text = () => JSON.stringify(talk);
  if (!talk.remember) {
    if (shared) attempt(() => localStorage.removeItem(KEY));
    attempt(() => sessionStorage.setItem(KEY, text()));
    return true;
  }
  const other = read("localStorage");
  if (shared && (!other || other.session !== talk.session)) return false;
  if (other?.session === talk.session) merge(talk, other);
  attempt(() => localStorage.setItem(KEY, text()));
  if (read("localStorage")) {
    attempt(() => sessionStorage.removeItem(KEY));
  } else {
    talk.remember = false;
    attempt(() => sessionStorage.setItem(KEY, text()));
  }
  return true;
}

function merge(talk, other) {
  let changed = false;
  for (const entry of other.entries) {
    const own = talk.entries.find(({ id }) => id === entry.id);
    if (!own) talk.entries.push(entry);
    else if (own.state === "waiting" && entry.state !== "waiting") Object.assign(own, entry);
    else continue;
    changed = true;
  }
  if (changed) talk.entries.sort((a, b) => a.at - b.at);
  return changed;
}

function watch(callback) {
  const listen = (event) => {
    if (event.key === KEY || event.key === null) callback(read("localStorage"));
  };
  window.addEventListener("storage", listen);
  return () => window.removeEventListener("storage", listen);
}

function wipe() {
  for (const store of ["localStorage", "sessionStorage"]) {
    attempt(() => window[store].removeItem(KEY));
    attempt(() => window[store].removeItem(SETTINGS));
  }
}

const recallSettings = (language) => attempt(() => JSON.parse(sessionStorage.getItem(SETTINGS))[language]);

function keepSettings(language, settings) {
  const all = attempt(() => JSON.parse(sessionStorage.getItem(SETTINGS)), {});
  attempt(() => sessionStorage.setItem(SETTINGS, JSON.stringify({ ...all, [language]: settings })));
}
const PATIENCE = 30_000;
const PAUSES = [800, 2_000, 4_000, 8_000, 15_000, 30_000];
const FINAL = [400, 403, 404, 413, 415];

async function request(url, options, milliseconds = PATIENCE) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), milliseconds);
  try {
    const response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", signal: control.signal, ...options });
    return { status: response.status, body: await response.json(), retryAfter: Number(response.headers.get("Retry-After")) || 0 };
  } finally {
    clearTimeout(timer);
  }
}

const post = (url, body, options = {}) =>
  request(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), cache: "no-store", ...options });

class Server {
  constructor(origin) {
    this.base = `${origin}/webhooks/web`;
    this.wake = () => {};
  }

  async settings(language) {
    const { status, body } = await request(`${this.base}/settings?language=${encodeURIComponent(language)}`, {}, 10_000);
    if (status !== 200 || !body?.strings || !body?.contacts) throw new Error("no settings");
    return body;
  }

  async send(message) {
    try {
      const { status, body, retryAfter } = await post(`${this.base}/messages`, message);
      if (status === 200 && body?.id === message.id && Array.isArray(body.replies)) return { state: "done", body };
      if (FINAL.includes(status)) return { state: "failed", body };
      if (status === 429 || status === 503) return { state: "later", body, pause: 1000 * (count(body?.retry_after) || retryAfter) };
    } catch {
    }
    return { state: "lost" };
  }

  async forget(session, options = {}) {
    try {
      const { status, body } = await post(`${this.base}/delete`, { session }, options);
      return status === 200 && body?.deleted === true;
    } catch {
      return false;
    }
  }

  pause(tries, least = 0) {
    const length = Math.max(least, PAUSES[Math.min(tries, PAUSES.length) - 1] * (0.85 + 0.3 * Math.random()));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, length);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
function sheet(title, close, ...content) {
  const heading = make("h3", { id: "sheet-title", tabindex: "-1", text: title });
  return make("div", { class: "sheet", role: "dialog", "aria-labelledby": "sheet-title" }, heading, content, close);
}

const back = (strings, close) => make("button", { type: "button", class: "plain", click: close, text: strings.done });

function overdoseSheet(contacts, strings, close) {
  const lines = list(contacts?.lines);
  return sheet(
    strings.overdose_title,
    back(strings, close),
    make("div", { class: "calls" }, callButton(lineOf(lines, "emergency"), strings)),
    make("ol", { class: "prose steps" }, list(contacts?.overdose_steps).map((step) => make("li", {}, prose(words(step), lines)))),
  );
}

function confirmSheet(strings, name, go, close) {
  return sheet(
    strings[`${name}_title`],
    null,
    make("p", { text: strings[`${name}_warning`] }),
    make(
      "div",
      { class: "pair" },
      make("button", { type: "button", class: name === "delete" ? "danger" : "main", click: go, text: strings[`${name}_do`] }),
      make("button", { type: "button", class: "plain", click: close, text: strings.cancel }),
    ),
  );
}

function optionsSheet(strings, { remember, pages, exits }, act, close) {
  const button = (name) => make("button", { type: "button", class: "plain", click: (event) => act(name, event.currentTarget), text: strings[name] });
  return sheet(
    strings.options,
    back(strings, close),
    make(
      "label",
      { class: "check" },
      make("input", { type: "checkbox", checked: remember, change: (event) => act("remember", event.target) }),
      make("span", { text: strings.remember }),
    ),
    make("p", { class: "hint", text: strings.remember_hint }),
    make("div", { class: "column" }, ["save", "new", "delete"].map(button)),
    exits ? make("p", { class: "hint" }, icon("leave"), make("span", { text: strings.exit_hint })) : null,
    make("p", { class: "pages" }, ["privacy", "safety"].map((name) => pageLink(pages[name], strings[`${name}_link`]))),
  );
}

function pageLink(address, text) {
  return /^https:/.test(address) ? link(address, text) : make("a", { href: address, target: "_blank", rel: "noopener noreferrer", text });
}

function asText(items, strings) {
  const parts = items.map(({ mine, text }) => `${mine ? strings.save_you : strings.save_bot}:\n${text}`);
  return [strings.save_head, ...parts].join("\n\n") + "\n";
}

function saveFile(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
const STYLES = ":host{--accent: var(--rc-accent,#0b5c66);--on-accent: var(--rc-on-accent,#fff);--surface: var(--rc-surface,#fff);--ground: var(--rc-ground,#eff4f4);--ink: var(--rc-ink,#14252a);--soft-ink: var(--rc-soft-ink,#46585e);--line: var(--rc-line,#c3d0d2);--edge: #6d8085;--danger: #b0171c;--danger-fill: #b0171c;--danger-ground: #fff3f2;--urgent: #8a4600;--urgent-ground: #fff6e8;--calm: #22567f;--calm-ground: #eef5fb;--focus: #1b5ad1;--radius: var(--rc-radius,14px);display: block;font-family: var(--rc-font,system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Noto Sans\",\"DejaVu Sans\",sans-serif);font-size: var(--rc-font-size,max(1rem,16px));line-height: 1.5;color: var(--ink);text-align: start;color-scheme: light;}@media (prefers-color-scheme: dark){:host(:not([theme=\"light\"])){--accent: var(--rc-accent-dark,#86d3d6);--on-accent: var(--rc-on-accent-dark,#06272b);--surface: var(--rc-surface-dark,#18252a);--ground: var(--rc-ground-dark,#0e171a);--ink: var(--rc-ink-dark,#e9f1f2);--soft-ink: var(--rc-soft-ink-dark,#abbdc1);--line: var(--rc-line-dark,#35474d);--edge: #7f959b;--danger: #ffb3ac;--danger-fill: #c0242a;--danger-ground: #2d1718;--urgent: #ffc777;--urgent-ground: #2a2013;--calm: #a4cdf0;--calm-ground: #14222e;--focus: #9cc4ff;color-scheme: dark;}}:host([theme=\"dark\"]){--accent: var(--rc-accent-dark,#86d3d6);--on-accent: var(--rc-on-accent-dark,#06272b);--surface: var(--rc-surface-dark,#18252a);--ground: var(--rc-ground-dark,#0e171a);--ink: var(--rc-ink-dark,#e9f1f2);--soft-ink: var(--rc-soft-ink-dark,#abbdc1);--line: var(--rc-line-dark,#35474d);--edge: #7f959b;--danger: #ffb3ac;--danger-fill: #c0242a;--danger-ground: #2d1718;--urgent: #ffc777;--urgent-ground: #2a2013;--calm: #a4cdf0;--calm-ground: #14222e;--focus: #9cc4ff;color-scheme: dark;}@media (prefers-contrast: more){:host{--line: var(--ink);--edge: var(--ink);--soft-ink: var(--ink);}}*{box-sizing: border-box;margin: 0;}[hidden]{display: none !important;}.unseen{position: absolute;width: 1px;height: 1px;overflow: hidden;clip-path: inset(50%);white-space: nowrap;}svg{width: 1.25em;height: 1.25em;flex: none;fill: none;stroke: currentColor;stroke-width: 2;stroke-linecap: round;stroke-linejoin: round;}h2,h3{font-size: 1em;line-height: 1.3;}a{color: var(--accent);text-underline-offset: 0.15em;}button,select,textarea{font: inherit;color: inherit;}button,select,summary{min-height: 44px;cursor: pointer;}:focus-visible{outline: 3px solid var(--focus);outline-offset: 2px;border-radius: 6px;}h3:focus-visible{outline-offset: 4px;}.frame{position: relative;}.panel{display: flex;flex-direction: column;overflow: hidden auto;background: var(--ground);border: 1px solid var(--edge);border-radius: var(--radius);}.in-float .panel{position: fixed;z-index: var(--rc-z,2147483000);inset-block-end: 1rem;inset-inline-end: 1rem;width: var(--rc-width,26em);height: var(--rc-height,46em);max-width: calc(100vw - 2rem);max-height: calc(100vh - 2rem);max-height: calc(100dvh - 2rem);box-shadow: 0 1px 2px rgb(9 30 36 / 20%),0 12px 40px rgb(9 30 36 / 28%);}.in-inline .panel{height: var(--rc-height,42em);max-height: 95vh;box-shadow: 0 1px 2px rgb(9 30 36 / 12%),0 6px 24px rgb(9 30 36 / 12%);}.in-frame .panel{height: 100vh;height: 100dvh;border: 0;border-radius: 0;}.dock{position: fixed;z-index: var(--rc-z,2147483000);inset-block-end: 1rem;inset-inline-end: 1rem;display: flex;align-items: stretch;gap: 6px;max-width: calc(100vw - 2rem);padding: 6px;background: var(--surface);border: 1px solid var(--edge);border-radius: var(--radius);box-shadow: 0 1px 2px rgb(9 30 36 / 20%),0 8px 28px rgb(9 30 36 / 22%);}.launcher{display: flex;align-items: center;justify-content: center;gap: 0.5em;padding: 0 1em;font-weight: 600;color: var(--on-accent);background: var(--accent);border: 1px solid var(--accent);border-radius: calc(var(--radius) - 6px);}@media (max-width: 480px),(max-height: 500px){.in-float .panel{inset: 0;top: var(--view-top,0);width: 100%;max-width: none;height: var(--view-height,100dvh);max-height: none;border: 0;border-radius: 0;}}@media (max-width: 480px){.dock{container: bars / inline-size;inset-inline: 0;inset-block-end: 0;max-width: none;padding-block-end: max(6px,env(safe-area-inset-bottom));border-width: 1px 0 0;border-radius: 0;}.dock .bar{flex: 1 1 auto;gap: 4px;}.dock .cell{padding-inline: 3px;}.dock .cell b{font-size: 0.9375em;}.dock .cell.steps b{font-size: 0.75em;line-height: 1.8;}.dock .cell small{font-size: 0.6875em;}.launcher{flex: 0 1 4.5em;flex-direction: column;gap: 0;padding: 4px;font-size: 0.8125em;line-height: 1.2;}.in-float:not(.open){height: 4.75em;}}@media (max-width: 384px){.in-float:not(.open){height: 8.25em;}}header{container: header / inline-size;flex: none;background: var(--surface);}.head{display: flex;flex-wrap: wrap;align-items: center;gap: 0 8px;padding: 8px 8px 8px 16px;}h2{flex: 1 1 6em;min-width: 0;font-size: 1.0625em;font-weight: 650;letter-spacing: -0.005em;}.tagline{order: 2;flex-basis: 100%;padding-block-end: 2px;font-size: 0.875em;color: var(--soft-ink);}.tools{display: flex;gap: 4px;margin-inline-start: auto;}@container header (max-width: 21.5em){.head{gap: 0 4px;padding-inline: 12px 4px;}.tools{gap: 0;}.exit svg{display: none;}}.tools button,.exit{display: flex;align-items: center;justify-content: center;gap: 0.4em;min-width: 44px;padding: 0;background: none;border: 1px solid transparent;border-radius: 10px;}.tools .exit{padding: 0 0.7em 0 0.5em;font-size: 0.875em;white-space: nowrap;font-weight: 600;border-color: var(--edge);}.exit[data-presses=\"1\"]{box-shadow: inset 0 -4px 0 0 var(--urgent);}.exit[data-presses=\"2\"]{box-shadow: inset 0 -9px 0 0 var(--urgent);}.tools svg{stroke-width: 2.25;}.tools button:hover,.plain:hover,.choices button:hover{background: var(--ground);}.bar{flex: 1;display: flex;flex-wrap: wrap;gap: 6px;}.cell{flex: 1 1 auto;}.bars{container: bars / inline-size;flex: none;padding: 0 8px 8px;background: var(--surface);border-block-end: 1px solid var(--line);}.cell{display: flex;flex-direction: column;align-items: center;justify-content: center;min-height: 52px;min-width: min-content;max-width: 100%;padding: 4px 5px;line-height: 1.2;text-align: center;text-decoration: none;overflow-wrap: break-word;color: var(--accent);background: var(--surface);border: 1.5px solid var(--accent);border-radius: calc(var(--radius) - 6px);}.cell b{font-size: 1.0625em;font-variant-numeric: tabular-nums;}.cell b.long{font-size: 0.8125em;}.cell small{font-size: 0.75em;font-weight: 500;}.cell.emergency{color: #fff;background: var(--danger-fill);border-color: var(--danger);}.cell.steps{color: var(--danger);border-color: var(--danger);}.cell.steps b{font-size: 0.875em;line-height: 1.45;}a.cell:hover,.cell.steps:hover{text-decoration: underline;}@container bars (14em < width <= 19.5em){.bars .bar,.dock .bar{display: grid;grid: auto / 1fr 1fr;}.cell:last-child:nth-child(odd){grid-column: 1 / -1;}}.middle{position: relative;flex: 1 1 auto;display: flex;min-height: 14em;}.body{flex: 1;min-width: 0;display: flex;flex-direction: column;}.log{flex: 1 1 auto;min-height: 7em;overflow-y: auto;overscroll-behavior: contain;padding: 14px 14px 6px;}.log:focus-visible{outline-offset: -3px;}.log > ol{display: flex;flex-direction: column;gap: 10px;padding: 0;list-style: none;}.said{position: relative;max-width: 96%;overflow-wrap: anywhere;}.bubble{padding: 0.6em 0.9em;background: var(--surface);border: 1px solid var(--line);border-radius: 4px var(--radius) var(--radius) var(--radius);}.mine{align-self: flex-end;max-width: 85%;scroll-margin-top: 8px;}.mine .bubble{white-space: pre-wrap;color: var(--on-accent);background: var(--accent);border-color: var(--accent);border-radius: var(--radius) var(--radius) 4px var(--radius);}.mark{display: flex;align-items: center;justify-content: flex-end;gap: 8px;font-size: 0.875em;color: var(--soft-ink);}.mark span::before{content: \"! \";font-weight: 700;}.prose > * + *,.prose li + li{margin-block-start: 0.5em;}.prose ol,.prose ul{padding-inline-start: 1.5em;}.notice,.guidance{max-width: 100%;font-size: 0.875em;color: var(--soft-ink);}.guidance .bubble,.notice .bubble{padding: 0.1em 0.25em 0.1em 0.9em;background: none;border: 0;border-inline-start: 3px solid var(--line);border-radius: 0;}.privacy{padding-block-end: 4px;}.choices{display: flex;flex-wrap: wrap;gap: 8px;margin-block-start: 8px;}.choices button{display: inline-flex;align-items: center;gap: 0.4em;padding: 0.35em 0.9em;text-align: start;line-height: 1.3;font-weight: 500;color: var(--accent);background: var(--surface);border: 1.5px solid var(--accent);border-radius: 22px;}.choices .chosen{border-style: dashed;}.sources{font-size: 0.875em;}summary{display: inline-flex;align-items: center;gap: 0.4em;padding: 0 0.25em;color: var(--accent);text-decoration: underline;text-underline-offset: 0.15em;}summary::after{content: \"▾\";text-decoration: none;}[open] > summary::after{content: \"▴\";}.sources ul{padding-inline-start: 1.4em;}.sources li{padding-block: 4px;}.progress{margin-block: 2px 8px;font-size: 0.875em;font-weight: 600;color: var(--soft-ink);}.marks{display: flex;gap: 3px;margin-block-start: 4px;}.marks i{flex: 1;height: 6px;border: 1px solid var(--accent);border-radius: 3px;}.marks .reached{background: var(--accent);}.card,.concern,.soft{max-width: 100%;}.care{overflow: hidden;background: var(--calm-ground);border: 2px solid var(--calm);border-radius: var(--radius);}.care h3{display: flex;align-items: center;gap: 0.5em;padding: 0.5em 0.9em;font-size: 1.0625em;}.care .prose{padding: 0.7em 0.9em 0.8em;}.care.emergency .prose > p:first-child{font-weight: 650;}.calm h3{color: var(--calm);padding-block-end: 0;}.calm .prose{padding-block-start: 0.25em;}.care.urgent{background: var(--urgent-ground);border-color: var(--urgent);border-inline-start-width: 8px;}.care.urgent h3{color: var(--urgent);border-block-end: 1px solid var(--urgent);}.care.emergency{background: var(--danger-ground);border-color: var(--danger);border-width: 3px;}.care.emergency h3{color: #fff;background: var(--danger-fill);}.calls{display: grid;gap: 8px;padding: 0.8em 0.9em 0;}.call{display: flex;align-items: center;gap: 0.75em;min-height: 52px;padding: 0.4em 1em;line-height: 1.25;text-decoration: none;color: var(--accent);background: var(--surface);border: 2px solid var(--accent);border-radius: calc(var(--radius) - 4px);}.call b{font-size: 1.125em;}.call small{display: block;font-size: 0.8125em;}.call.emergency{color: #fff;background: var(--danger-fill);border-color: var(--danger);}.call:hover{text-decoration: underline;}.status{flex: none;min-height: 0.5em;padding-inline: 16px;font-size: 0.875em;color: var(--soft-ink);}.status p{padding-block: 2px 6px;}.status[data-state=\"unreachable\"] p,.status[data-state=\"offline\"] p,.status[data-state=\"busy\"] p,.status[data-state=\"slow\"] p,.status[data-state=\"delete_device_only\"] p{margin-block-end: 8px;padding: 6px 10px;color: var(--ink);background: var(--urgent-ground);border: 1px solid var(--urgent);border-radius: 8px;}.status[data-state=\"waiting\"] p::before{content: \"\";display: inline-block;width: 0.6em;height: 0.6em;margin-inline-end: 0.5em;background: var(--accent);border-radius: 50%;animation: breathe 1.4s ease-in-out infinite;}@keyframes breathe{50%{opacity: 0.25;}}.composer{flex: none;display: grid;grid-template-columns: auto 1fr;gap: 0 12px;padding: 6px 12px max(4px,env(safe-area-inset-bottom));background: var(--surface);border-block-start: 1px solid var(--line);}.composer > label{font-size: 0.875em;font-weight: 600;}.left{font-size: 0.875em;text-align: end;color: var(--soft-ink);}.left.over{font-weight: 600;color: var(--danger);}.field{grid-column: 1 / -1;display: flex;align-items: flex-end;gap: 8px;margin-block-start: 2px;}textarea{position: relative;flex: 1;min-width: 0;min-height: 46px;max-height: 8.5em;padding: 10px 12px;line-height: 1.4;resize: none;background: var(--surface);border: 1.5px solid var(--edge);border-radius: 10px;}textarea:focus-visible{z-index: 1;outline-offset: 0;border-radius: 10px;}textarea[aria-invalid=\"true\"]{border-color: var(--danger);}.send{display: grid;place-items: center;width: 46px;min-height: 46px;flex: none;color: var(--on-accent);background: var(--accent);border: 1px solid var(--accent);border-radius: 10px;}.foot{grid-column: 1 / -1;display: flex;align-items: center;justify-content: space-between;gap: 8px;font-size: 0.875em;}select{min-width: 0;max-width: 14em;padding-inline: 4px;text-overflow: ellipsis;background: var(--surface);border: 0;border-radius: 6px;text-decoration: underline;text-underline-offset: 0.2em;}.plain{padding: 0.4em 0.75em;color: var(--accent);background: none;border: 1px solid transparent;border-radius: 10px;font-weight: 600;}.sheets:empty{display: none;}.sheets{position: absolute;inset: 0;overflow-y: auto;background: var(--surface);}.sheet{display: flex;flex-direction: column;gap: 12px;padding: 16px;}.sheet h3{font-size: 1.125em;}.sheet .calls{padding: 0;}.sheet .plain,.main,.danger{padding: 0.5em 1em;text-align: start;border: 1.5px solid var(--edge);border-radius: 10px;}.sheet > .plain{align-self: flex-start;order: 9;}ol.steps{padding-inline-start: 1.5em;}.column,.pair{display: grid;gap: 8px;}.main,.danger{font-weight: 600;color: var(--on-accent);background: var(--accent);border-color: var(--accent);}.danger{color: #fff;background: var(--danger-fill);border-color: var(--danger);}.check{display: flex;align-items: center;gap: 10px;min-height: 44px;}.check input{width: 24px;height: 24px;flex: none;accent-color: var(--accent);}.hint{display: flex;gap: 0.6em;font-size: 0.875em;color: var(--soft-ink);}.pages a{display: inline-block;padding-block: 10px;margin-inline-end: 1.25em;}@media (prefers-reduced-motion: reduce){*,*::before{animation: none !important;}}@media (forced-colors: active){.marks .reached{background: CanvasText;}.cell.emergency,.call.emergency,.launcher,.send{border-width: 3px;}}";
const TYPING_AFTER = 600;
const SLOW_AFTER = 15_000;
const BACK_FOR = 5_000;
const DISCLOSE_EVERY = 3 * 60 * 60 * 1000;
const LOOK_EVERY = 60_000;
const LANGUAGES = ["en", "es"];
const MASKS = { "data-private": "", "data-hj-suppress": "", "data-clarity-mask": "true", "data-dd-privacy": "hidden" };
const MASK_CLASSES = ["fs-exclude", "ph-no-capture", "rr-block", "sentry-block"];
const SCRIPT_ORIGIN = document.currentScript?.src ? new URL(document.currentScript.src).origin : location.origin;

class RecoveryChat extends HTMLElement {
  connectedCallback() {
    if (this.talk) return;
    for (const [name, value] of Object.entries(MASKS)) this.setAttribute(name, value);
    this.classList.add(...MASK_CLASSES);
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    root.append(make("slot"));
    this.server = new Server(new URL(this.getAttribute("server") || SCRIPT_ORIGIN, location.href).href.replace(/\/+$/, ""));
    this.mode = ["inline", "frame"].includes(this.getAttribute("mode")) ? this.getAttribute("mode") : "float";
    const remembered = recall();
    this.talk = remembered ?? freshTalk();
    this.shared = this.talk.remember;
    this.language = this.known(this.talk.language ?? this.getAttribute("language") ?? document.documentElement.lang);
    this.nodes = new Map();
    this.#begin();
  }

  open() {
    if (!this.panel) this.setAttribute("open", "");
    else if (!this.isOpen) this.#toggle(true);
    this.input?.focus();
  }

  close() {
    if (this.panel && this.isOpen && this.mode === "float") this.#toggle(false);
  }

  ask(text) {
    if (!this.panel) {
      this.asked = text;
      return;
    }
    this.open();
    this.#say({ text: String(text).slice(0, this.limit) });
  }

  known(language) {
    const short = words(language).slice(0, 2).toLowerCase();
    return LANGUAGES.includes(short) ? short : "en";
  }

  get strings() {
    return this.settings.strings;
  }

  get country() {
    return [this.talk.country, this.settings.default_country].find((code) => has(this.settings.contacts, code));
  }

  get contacts() {
    return this.settings.contacts[this.country] ?? {};
  }

  get lines() {
    return list(this.contacts.lines);
  }

  get limit() {
    return count(this.settings.limits?.characters) || 1000;
  }

  async #begin() {
    const cached = recallSettings(this.language);
    if (cached) this.#start(cached);
    for (let tries = 1; ; tries += 1) {
      try {
        const settings = await this.server.settings(this.language);
        keepSettings(this.language, settings);
        if (!this.panel) this.#start(settings);
        else {
          this.settings = settings;
          this.#showBars();
        }
        return;
      } catch {
        await this.server.pause(tries + 1);
      }
    }
  }

  #start(settings) {
    this.settings = settings;
    const country = this.getAttribute("country");
    if (!this.talk.country && has(settings.contacts, country)) Object.assign(this.talk, { country, picked: true });
    this.isOpen = this.mode !== "float" || this.hasAttribute("open") || this.talk.open === true;
    this.#build();
    this.#listen();
    this.#keep();
    this.#pump();
    this.#tell("ready");
    if (this.asked) this.ask(this.asked);
  }


  #build() {
    const { strings } = this;
    this.frame = make("div", { class: `frame in-${this.mode}`, lang: this.settings.language });
    this.launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-label": strings.launcher_name, click: () => this.open() }, icon("chat"), make("span", { text: strings.launcher }));
    this.dock = make("div", { class: "dock" });
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": strings.log, tabindex: "0" });
    this.items = make("ol");
    this.status = make("div", { class: "status", role: "status" });
    this.body = make("div", { class: "body" }, this.log, this.status, this.#composer());
    this.sheetPlace = make("div", { class: "sheets" });
    this.barPlace = make("div", { class: "bars" });
    this.exitStatus = make("div", { class: "unseen", role: "status" });
    this.panel = make("section", { class: "panel", "aria-labelledby": "title" }, this.#header(), this.barPlace, make("div", { class: "middle" }, this.body, this.sheetPlace));
    this.frame.append(this.panel, this.dock, this.exitStatus);
    this.nodes.clear();
    this.#greet();
    for (const entry of this.talk.entries) this.#show(entry);
    this.log.append(this.items);
    this.#showBars();
    this.#arrange();
    this.shadowRoot.replaceChildren(this.frame);
    this.#toEnd();
  }

  #header() {
    const { strings } = this;
    const button = (name, drawing, act) => make("button", { type: "button", class: "round", "aria-label": strings[name], title: strings[name], click: act }, icon(drawing));
    this.exitButton = this.getAttribute("exit") === "off" ? null : make("button", { type: "button", class: "exit", "aria-label": strings.exit_name, click: () => this.#exit() }, icon("leave"), make("span", { text: strings.exit }));
    this.optionsButton = button("options", "more", () => this.#options());
    this.optionsButton.setAttribute("aria-expanded", "false");
    this.closeButton = this.mode === "float" ? button("close", "close", () => this.close()) : null;
    const tools = make("div", { class: "tools" }, [this.exitButton, this.optionsButton, this.closeButton].filter(Boolean));
    return make(
      "header",
      {},
      make("div", { class: "head" }, make("h2", { id: "title", text: strings.title }), make("p", { class: "tagline", text: strings.tagline }), tools),
    );
  }

  #composer() {
    const { strings } = this;
    this.input = make("textarea", { id: "message", rows: "1", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "hint left" });
    this.input.value = this.talk.draft;
    this.left = make("p", { id: "left", class: "left" });
    const other = LANGUAGES.find((language) => language !== this.language);
    const send = make("button", { type: "submit", class: "send", "aria-label": strings.send, title: strings.send }, icon("send"));
    send.addEventListener("mousedown", (event) => event.preventDefault());
    this.countrySelect = make(
      "select",
      { id: "country", change: (event) => this.#pick(event.target.value) },
      list(this.settings.countries).map(({ code, name }) => make("option", { value: code, text: name })),
    );
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    return make(
      "form",
      {
        class: "composer",
        submit: (event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      make("label", { for: "message", text: strings.input }),
      this.left,
      make("p", { id: "hint", class: "unseen", text: strings.input_hint }),
      make("div", { class: "field" }, this.input, send),
      make(
        "div",
        { class: "foot" },
        make("label", { for: "country", class: "unseen", text: strings.country }),
        this.countrySelect,
        make("button", { type: "button", class: "plain", lang: other, "aria-label": `${strings[`language_${other}`]}`, click: () => this.#speak(other), text: strings[`language_${other}`] }),
      ),
    );
  }

  #greet() {
    const { strings } = this;
    const bubble = (...content) => make("li", { class: "said bot answer" }, unseen(strings.bot_said), make("div", { class: "bubble" }, make("div", { class: "prose" }, content)));
    const starters = [1, 2, 3, 4].map((number) => strings[`starter_${number}`]).filter(Boolean);
    const hello = bubble(make("p", { text: strings.greeting }));
    const privacy = make("li", { class: "said notice privacy" }, make("p", {}, strings.privacy_line, " ", pageLink(this.#page("privacy"), strings.privacy_link)));
    const ask = bubble(make("p", { text: strings.greeting_ask }));
    if (starters.length) {
      ask.append(make("div", { class: "choices", role: "group", "aria-label": strings.answers }, starters.map((text) => make("button", { type: "button", click: () => this.#say({ text }), text }))));
    }
    this.items.append(hello, privacy, ask);
  }

  #page(name) {
    const own = `${this.server.base.replace(/\/webhooks\/web$/, "")}/${name}?language=${this.language}`;
    const address = new URL(this.getAttribute(name) || own, location.href);
    return /^https?:$/.test(address.protocol) ? address.href : location.href;
  }

  #showBars() {
    const place = this.isOpen ? this.barPlace : this.dock;
    const bar = helpBar(this.lines, this.strings, (event) => this.#overdose(event.currentTarget));
    const focused = this.shadowRoot.activeElement?.closest(".bar") ? [...this.shadowRoot.activeElement.parentNode.children].indexOf(this.shadowRoot.activeElement) : -1;
    this.bar?.remove();
    this.bar = bar;
    place.prepend(bar);
    if (focused >= 0) bar.children[focused]?.focus();
    this.countrySelect.value = this.country;
  }

  #arrange() {
    this.frame.classList.toggle("open", this.isOpen);
    this.panel.hidden = !this.isOpen;
    this.dock.hidden = this.isOpen;
    if (!this.isOpen && !this.launcher.isConnected) this.dock.append(this.launcher);
    this.launcher.setAttribute("aria-expanded", String(this.isOpen));
    (this.isOpen ? this.barPlace : this.dock).prepend(this.bar);
  }

  #toggle(open) {
    this.isOpen = open;
    this.talk.open = open;
    if (!open) this.#closeSheet();
    this.#arrange();
    if (open) this.#toEnd();
    else this.launcher.focus();
    this.#keep();
    this.#tell(open ? "open" : "close");
  }


  #listen() {
    const here = (event) => event.composedPath().includes(this);
    this.shadowRoot.addEventListener("keydown", (event) => {
      if (event.key === "F6") {
        event.preventDefault();
        (this.shadowRoot.activeElement === this.input ? this.log : this.input).focus();
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || !this.isOpen) return;
      if (this.sheet && here(event)) this.#closeSheet();
      else if (this.mode === "float") {
        const inside = here(event);
        const focused = document.activeElement;
        this.close();
        if (!inside) focused?.focus();
      }
    });
    window.addEventListener("online", () => {
      this.server.wake();
      if (!this.lost) this.#announce("back", BACK_FOR);
    });
    window.addEventListener("offline", () => this.#announce("offline"));
    if (!navigator.onLine) this.#announce("offline");
    watch((other) => this.#otherTab(other));
    setInterval(() => this.#disclose(), LOOK_EVERY);
    if (this.exitButton) {
      onThreeShifts(
        (left) => {
          const text = left < 0 ? this.strings.exit_expired : left === 1 ? this.strings.exit_countdown_last : fill(this.strings.exit_countdown, { count: left });
          this.exitStatus.textContent = left === 0 ? "" : text;
          this.exitButton.dataset.presses = left > 0 ? 3 - left : 0;
        },
        () => this.#exit(),
      );
    }
    const view = window.visualViewport;
    const fit = () => {
      this.frame.style.setProperty("--view-height", `${view.height}px`);
      this.frame.style.setProperty("--view-top", `${view.offsetTop}px`);
    };
    if (view && this.mode === "float") {
      view.addEventListener("resize", fit);
      view.addEventListener("scroll", fit);
    }
  }

  #otherTab(other) {
    if (!this.talk.remember && !other) return;
    if (!other) {
      this.#renew();
    } else if (this.talk.remember && other.session !== this.talk.session) {
      this.talk = { ...other, open: this.talk.open };
      this.#build();
    } else if (other.session === this.talk.session && merge(this.talk, other)) {
      for (const entry of this.talk.entries) this.#show(entry);
      this.#pump();
    }
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(`recovery-chat-${name}`, { bubbles: true, composed: true }));
  }

  #keep() {
    if (this.gone) return;
    if (!keep(this.talk, this.shared)) this.#renew();
    this.shared = this.talk.remember;
  }


  #typed() {
    const over = this.input.value.length - this.limit;
    const near = over > -0.2 * this.limit;
    this.left.textContent = over > 0 ? fill(this.strings.count_over, { count: over }) : near ? fill(this.strings.count_left, { count: -over }) : "";
    this.left.classList.toggle("over", over > 0);
    this.input.setAttribute("aria-invalid", String(over > 0));
    this.input.rows = 1;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
    this.talk.draft = this.input.value;
    this.#keep();
  }

  #submit() {
    const text = this.input.value.trim();
    if (!text) return;
    if (text.length > this.limit) {
      this.#put(this.left.textContent);
      return;
    }
    this.input.value = "";
    this.#typed();
    this.#say({ text });
  }

  #say(message) {
    this.#keep();
    this.#closeSheet();
    this.#disclose();
    const entry = { id: randomId(), at: Date.now(), language: this.language, state: "waiting", ...message };
    if (this.talk.picked) entry.country = this.talk.country;
    this.talk.entries.push(entry);
    this.#show(entry);
    this.#toEnd();
    this.#keep();
    this.#pump();
  }

  #pick(code) {
    this.talk.country = code;
    this.talk.picked = true;
    this.#showBars();
    this.#keep();
  }

  async #speak(language) {
    let settings = recallSettings(language);
    try {
      settings = await this.server.settings(language);
      keepSettings(language, settings);
    } catch {
      if (!settings) {
        this.#announce("unreachable");
        return;
      }
    }
    this.language = language;
    this.talk.language = language;
    this.settings = settings;
    this.#build();
    this.shadowRoot.querySelector(".foot button").focus();
    this.#keep();
  }

  #disclose() {
    if (!this.talk.entries.length || Date.now() - this.talk.disclosed < DISCLOSE_EVERY || !this.isOpen) return;
    this.talk.disclosed = Date.now();
    const entry = { id: randomId(), at: Date.now(), state: "note", note: "disclosure_again" };
    this.talk.entries.push(entry);
    this.#show(entry);
    this.#keep();
  }

  #exit() {
    this.gone = true;
    const { session } = this.talk;
    wipe();
    if (this.talk.entries.length) this.server.forget(session, { keepalive: true });
    this.#tell("exit");
    leave(neutralPage(this.getAttribute("exit-url"), this.strings.exit_url), this.strings.exit_title, this.strings.exit_leaving);
  }


  #openSheet(node, opener) {
    this.#closeSheet(false);
    this.opener = opener;
    this.sheet = node;
    this.sheetPlace.replaceChildren(node);
    this.body.inert = true;
    node.querySelector("h3").focus();
  }

  #closeSheet(refocus = true) {
    if (!this.sheet) return;
    const inside = this.sheet.contains(this.shadowRoot.activeElement);
    this.sheet.remove();
    this.sheet = null;
    this.body.inert = false;
    this.optionsButton.setAttribute("aria-expanded", "false");
    if (refocus && inside) (this.opener?.isConnected ? this.opener : this.optionsButton).focus();
  }

  #overdose(opener) {
    if (!this.isOpen) this.#toggle(true);
    this.#openSheet(overdoseSheet(this.contacts, this.strings, () => this.#closeSheet()), opener);
  }

  #options() {
    if (this.sheet && this.optionsButton.getAttribute("aria-expanded") === "true") {
      this.#closeSheet();
      return;
    }
    const state = { remember: this.talk.remember, pages: { privacy: this.#page("privacy"), safety: this.#page("safety") }, exits: Boolean(this.exitButton) };
    this.#openSheet(optionsSheet(this.strings, state, (name, node) => this.#act(name, node), () => this.#closeSheet()), this.optionsButton);
    this.optionsButton.setAttribute("aria-expanded", "true");
  }

  #act(name, node) {
    if (name === "remember") {
      this.talk.remember = node.checked;
      this.#keep();
      node.checked = this.talk.remember;
      return;
    }
    const acts = { save: () => this.#save(), new: () => this.#renew("new_done"), delete: () => this.#delete() };
    const close = () => this.#closeSheet();
    this.#openSheet(confirmSheet(this.strings, name, acts[name], close), this.optionsButton);
  }

  #save() {
    const items = this.talk.entries.flatMap((entry) => [
      ...(entry.text || entry.title ? [{ mine: true, text: entry.title ?? entry.text }] : []),
      ...list(entry.body?.replies).map((reply) => ({ mine: false, text: words(reply?.text) })),
    ]);
    saveFile(this.strings.save_name, asText(items, this.strings));
    this.#closeSheet();
    this.#announce("save_done", BACK_FOR);
  }

  #renew(said) {
    const { open, language, country, picked, remember } = this.talk;
    this.talk = freshTalk({ open, language, country, picked: picked || Boolean(country), remember: said ? remember : false });
    this.shared = false;
    this.server.wake();
    this.lost = 0;
    wipe();
    keepSettings(this.language, this.settings);
    this.#closeSheet(false);
    this.#build();
    this.#keep();
    if (said) {
      this.#announce(said, BACK_FOR);
      this.input.focus();
    }
  }

  async #delete() {
    const { session } = this.talk;
    this.#renew("deleting");
    for (let tries = 1; ; tries += 1) {
      if (await this.server.forget(session)) break;
      this.#announce("delete_device_only");
      await new Promise((resolve) => setTimeout(resolve, 2_000 * Math.min(tries, 15)));
    }
    this.#announce("delete_done", BACK_FOR);
    this.#tell("deleted");
  }


  #show(entry) {
    const before = this.nodes.get(entry.id) ?? [];
    const drawn = JSON.stringify(entry);
    if (before.drawn === drawn) return;
    const nodes = [...this.#mine(entry, before), ...this.#replies(entry)];
    nodes.drawn = drawn;
    const anchor = before.at?.(-1)?.nextSibling ?? null;
    for (const node of before) if (!nodes.includes(node)) node.remove();
    const fresh = nodes.filter((node) => !node.isConnected && node.parentNode !== this.items);
    if (before.length) for (const node of fresh) this.items.insertBefore(node, anchor);
    else this.items.append(...fresh);
    this.nodes.set(entry.id, nodes);
  }

  #mine(entry, before) {
    const { strings } = this;
    if (entry.note) return before.length ? [before[0]] : [make("li", { class: "said notice" }, make("p", { text: strings[entry.note] }))];
    const said = entry.title ?? entry.text ?? "";
    const item = before[0] ?? make("li", { class: "said mine" }, unseen(strings.you_said), make("div", { class: "bubble", dir: "auto", text: said }));
    const mark = item.querySelector(".mark");
    const focused = mark?.contains(this.shadowRoot.activeElement);
    const wanted = entry.state === "failed" ? "failed" : entry.state === "waiting" && entry.tries ? "unsent" : null;
    if (!wanted) {
      mark?.remove();
      if (focused) this.input.focus();
    } else if (mark?.dataset.mark !== wanted) {
      mark?.remove();
      item.append(
        make(
          "div",
          { class: "mark", "data-mark": wanted },
          make("span", { text: strings[wanted] }),
          make("button", { type: "button", class: "plain", click: () => this.#again(entry), text: strings.retry }),
        ),
      );
    }
    return [item];
  }

  #replies(entry) {
    const { strings, lines } = this;
    const kind = words(entry.body?.kind);
    return list(entry.body?.replies).map((reply) =>
      replyItem(reply, { strings, lines, kind, choose: (button, node) => this.#choose(button, node) }),
    );
  }

  #choose(button, node) {
    markChosen(node, this.strings);
    this.#say({ payload: button.payload, title: button.title });
  }

  #again(entry) {
    if (entry.state === "failed") {
      Object.assign(entry, { state: "waiting", tries: 0, body: undefined });
    }
    this.server.wake();
    this.#show(entry);
    this.#pump();
  }

  async #pump() {
    if (this.pumping) return;
    this.pumping = true;
    try {
      for (let entry; (entry = this.talk.entries.find(({ state }) => state === "waiting")); ) await this.#deliver(entry);
    } finally {
      this.pumping = false;
    }
  }

  async #deliver(entry) {
    const { talk } = this;
    const { id, text, payload, language, country } = entry;
    const message = { session: talk.session, id, language, ...(payload ? { payload } : { text }), ...(country ? { country } : {}) };
    const typing = setTimeout(() => this.lost || this.#announce("waiting"), TYPING_AFTER);
    const slow = setTimeout(() => this.lost || this.#announce("slow"), SLOW_AFTER);
    const result = await this.server.send(message);
    clearTimeout(typing);
    clearTimeout(slow);
    if (talk !== this.talk || entry.state !== "waiting") return;
    if (result.state === "done" || result.state === "failed") {
      this.#settle(entry, result);
      return;
    }
    entry.tries = (entry.tries ?? 0) + 1;
    this.lost = (this.lost ?? 0) + 1;
    if (result.state === "later" && !entry.body) entry.body = { replies: list(result.body?.replies) };
    this.#show(entry);
    this.#announce(result.state === "later" ? "busy" : navigator.onLine ? "unreachable" : "offline");
    if (entry.tries === 1) this.#toEnd();
    await this.server.pause(entry.tries, result.pause);
  }

  #settle(entry, { state, body }) {
    entry.state = state;
    entry.body = body;
    delete entry.tries;
    const { country } = body ?? {};
    if (state === "done") {
      if (entry.country && entry.country === this.talk.country) this.talk.picked = false;
      if (!this.talk.picked && has(this.settings.contacts, country) && country !== this.country) {
        this.talk.country = country;
        this.#showBars();
      }
    }
    if (this.lost && state === "done") this.#announce("back", BACK_FOR);
    else if (this.status.dataset.state !== "back") this.#announce("");
    this.lost = 0;
    this.#show(entry);
    this.#toTurn(entry);
    this.#keep();
  }

  #announce(name, milliseconds = 0) {
    clearTimeout(this.statusTimer);
    const emergency = lineOf(this.lines, "emergency");
    this.#put(name ? fill(this.strings[name], { emergency: words(emergency?.say) || words(emergency?.tel) }) : "", name);
    if (milliseconds && name) this.statusTimer = setTimeout(() => this.#put("", ""), milliseconds);
  }

  #put(text, name = "") {
    if (this.status.dataset.state === name && this.status.textContent === text) return;
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    this.status.dataset.state = name;
    this.status.replaceChildren(...(text ? [make("p", {}, linked(text, this.lines))] : []));
    if (atEnd) this.#toEnd();
  }

  #toEnd() {
    if (this.talk.entries.length) this.log.scrollTop = this.log.scrollHeight;
  }

  #toTurn(entry) {
    const [first] = this.nodes.get(entry.id) ?? [];
    if (first) this.log.scrollTop = first.offsetTop - this.log.offsetTop - 8;
  }
}

if ("adoptedStyleSheets" in Document.prototype && "replaceSync" in CSSStyleSheet.prototype && !customElements.get("recovery-chat")) {
  customElements.define("recovery-chat", RecoveryChat);
}
})();
