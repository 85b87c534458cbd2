// Showing one reply: an answer, a care card of one of three levels, the guidance, or a notice.
import { count, fill, has, icon, list, make, unseen, words } from "./dom.js";
import { callAddress, link, shownNumber, textAddress } from "./links.js";
import { prose } from "./prose.js";

// The three levels of care cards. Each has its own heading, drawing and border: colour is never the only sign.
const CARDS = {
  card: { level: "emergency", drawing: "alert" },
  concern: { level: "urgent", drawing: "today" },
  soft: { level: "calm", drawing: "calm" },
};
const KINDS = ["answer", "guidance", "notice"];
// Which lines can be called from a card's own buttons; the text names them and others too.
const CALLS = { suicide: ["emergency", "crisis", "text"], poisoning: ["emergency", "poison"] };

/** The first line of a role, or undefined. */
export const lineOf = (lines, role) => list(lines).find((line) => line?.role === role);

/** A big button that calls or texts a line; null where there is nothing to call. */
export function callButton(line, strings) {
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

/** One reply as a list item. `choose(button, node)` is called when an offered button is pressed. */
export function replyItem(reply, context) {
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

/** Show that a button was chosen. It stays a button: it can be pressed again. */
export function markChosen(node, strings) {
  if (node.classList.contains("chosen")) return;
  node.classList.add("chosen");
  node.prepend(icon("check"));
  node.append(unseen(` (${strings.chosen})`));
}
