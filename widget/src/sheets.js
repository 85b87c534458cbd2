// The sheets that lie over the conversation: options, overdose steps, and the questions before something is lost.
import { icon, list, make, words } from "./dom.js";
import { link } from "./links.js";
import { prose } from "./prose.js";
import { callButton, lineOf } from "./replies.js";

function sheet(title, close, ...content) {
  const heading = make("h3", { id: "sheet-title", tabindex: "-1", text: title });
  return make("div", { class: "sheet", role: "dialog", "aria-labelledby": "sheet-title" }, heading, content, close);
}

const back = (strings, close) => make("button", { type: "button", class: "plain", click: close, text: strings.done });

/** What to do at an overdose, from what the page already holds: no server is asked. */
export function overdoseSheet(contacts, strings, close) {
  const lines = list(contacts?.lines);
  return sheet(
    strings.overdose_title,
    back(strings, close),
    make("div", { class: "calls" }, callButton(lineOf(lines, "emergency"), strings)),
    make("ol", { class: "prose steps" }, list(contacts?.overdose_steps).map((step) => make("li", {}, prose(words(step), lines)))),
  );
}

/** A question before something is lost. */
export function confirmSheet(strings, name, go, close) {
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

/** The options: keeping, saving, deleting, starting anew. */
export function optionsSheet(strings, { remember, pages, exits }, act, close) {
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

/** A link to one of the service's own pages; those may stand on plain http while someone tries it on their own machine. */
export function pageLink(address, text) {
  return /^https:/.test(address) ? link(address, text) : make("a", { href: address, target: "_blank", rel: "noopener noreferrer", text });
}

/** The chat as plain text. */
export function asText(items, strings) {
  const parts = items.map(({ mine, text }) => `${mine ? strings.save_you : strings.save_bot}:\n${text}`);
  return [strings.save_head, ...parts].join("\n\n") + "\n";
}

/** Put a text into a file on this device, without asking any server. */
export function saveFile(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

