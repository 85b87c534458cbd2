// The emergency bar: the same three or four places in every state, also closed, offline and with the server down.
import { fill, make, words } from "./dom.js";
import { callAddress, link, safeAddress, shownNumber, textAddress } from "./links.js";
import { lineOf } from "./replies.js";

/** The bar for a country's lines. `showSteps` is called by "Overdose: what to do". */
export function helpBar(lines, strings, showSteps) {
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
  // Where there is no number there may be a website; where there is neither, the words alone ("your local emergency number").
  const content = [
    address ? make("span", { class: "unseen", text: `${verb} ` }) : null,
    make("b", { class: number.length > 9 ? "long" : null, text: address ? number : words(line.say) || website }),
    " ",
    make("small", { text: role }),
  ];
  return address || website ? link(address ?? website, content, { class: `cell ${name}` }) : make("span", { class: `cell ${name}` }, content);
}
