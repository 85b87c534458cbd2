// Which addresses may be opened, and finding numbers and websites in a text.
import { make, words } from "./dom.js";

const SCHEMES = ["https:", "tel:", "sms:"];
const WEBSITE =
  /(?<![\w@.\-])(?:https:\/\/)?(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|info|health|eu|uk|ie|ca|au|nz|de|fr|es|nl|mx|za|(?:gov|co|ac|nic|org)\.in)(?:\/[\w\-./~%#?=&+]*[\w\-/])?(?![\w\-@])/gi;

/** The address if it may be opened, else null. */
export function safeAddress(address) {
  try {
    const url = new URL(words(address));
    return SCHEMES.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that tells the other side nothing; plain text where the address may not be opened. */
export function link(address, content, properties = {}) {
  const href = safeAddress(address);
  if (!href) return make("span", {}, content);
  const outside = href.startsWith("https:")
    ? { target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" }
    : {};
  return make("a", { href, ...outside, ...properties }, content);
}

/** The address that calls a line, or null. */
export function callAddress(line) {
  const number = words(line?.tel).replace(/[^\d+*#]/g, "");
  return number ? `tel:${number}` : null;
}

/** The address that writes a text message to a line, its first word filled in, or null. */
export function textAddress(line) {
  const number = words(line?.sms?.number).replace(/[^\d+]/g, "");
  const body = words(line?.sms?.body);
  return number ? `sms:${number}${body ? `?&body=${encodeURIComponent(body)}` : ""}` : null;
}

/** The number as people write it. */
export const shownNumber = (line) => words(line?.number) || words(line?.tel) || words(line?.sms?.number) || words(line?.say);

/** A text as nodes: the lines' numbers can be tapped, named websites opened. */
export function linked(text, lines = []) {
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
  // Where two overlap, the one that begins first wins, then the longer one.
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

// A short number stands as it is ("911", never "9 1 1"); a long one may be spaced in any way.
function numberPattern(digits) {
  const spaced = digits.length > 4 ? [...digits].join("[ \\u00a0-]?") : digits;
  return new RegExp(`(?<![\\d+/]|\\d[.,-])\\+?${spaced}(?!\\d|[-./,]\\d)`, "g");
}
