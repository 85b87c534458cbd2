// A reply's text as paragraphs and lists. Replies use line breaks, "1. " and "• "; anything else is shown as it stands.
import { make } from "./dom.js";
import { linked } from "./links.js";

const LISTS = [
  ["ol", /^\s*(\d+)\.\s+/],
  ["ul", /^\s*[•–*-]\s+/],
];

/** The nodes for a text, numbers of `lines` made tappable. */
export function prose(text, lines) {
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
