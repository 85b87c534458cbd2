// Building the page's nodes. Nothing here or elsewhere reads markup from a text: no innerHTML, no inline style or handler.

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

/**
 * One element. `properties` are attributes; a function is a listener, `text` is its text, true an empty attribute; null, false and
 * undefined are left out.
 */
export function make(tag, properties = {}, ...children) {
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

/** A line drawing that says nothing to a screen reader. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["focusable", "false"]]) drawing.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  drawing.append(path);
  return drawing;
}

/** Words that only a screen reader says. */
export const unseen = (text) => make("span", { class: "unseen", text });

/** A text with `{name}` filled in from `values`. */
export function fill(text, values = {}) {
  return String(text ?? "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The value if it is a text, else an empty one: whatever a reply holds is treated as untrusted. */
export const words = (value) => (typeof value === "string" ? value : "");

/** The value if it is a list, else an empty one. */
export const list = (value) => (Array.isArray(value) ? value : []);

/** The value if it is a number, else none. */
export const count = (value) => (typeof value === "number" ? value : NaN);

/** Whether an object has the key itself: names that every object inherits don't count. */
export const has = (object, key) => typeof key === "string" && Object.hasOwn(object, key);
