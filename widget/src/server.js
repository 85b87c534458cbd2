// Talking to the server. A message has an id and is sent again under it until it is answered: the server sees it once.
import { count } from "./dom.js";

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

export class Server {
  /** @param {string} origin where the assistant is served, without a slash at its end */
  constructor(origin) {
    this.base = `${origin}/webhooks/web`;
    this.wake = () => {};
  }

  /** The settings in a language. Raises if they can't be had. */
  async settings(language) {
    const { status, body } = await request(`${this.base}/settings?language=${encodeURIComponent(language)}`, {}, 10_000);
    if (status !== 200 || !body?.strings || !body?.contacts) throw new Error("no settings");
    return body;
  }

  /** One try: {state: "done" | "failed" | "later" | "lost", body, pause}. Raises nothing. */
  async send(message) {
    try {
      const { status, body, retryAfter } = await post(`${this.base}/messages`, message);
      if (status === 200 && body?.id === message.id && Array.isArray(body.replies)) return { state: "done", body };
      if (FINAL.includes(status)) return { state: "failed", body };
      if (status === 429 || status === 503) return { state: "later", body, pause: 1000 * (count(body?.retry_after) || retryAfter) };
    } catch {
      // No connection, a cut one, too slow, or no JSON: all the same to the person who waits.
    }
    return { state: "lost" };
  }

  /** Whether the server has deleted the conversation. */
  async forget(session, options = {}) {
    try {
      const { status, body } = await post(`${this.base}/delete`, { session }, options);
      return status === 200 && body?.deleted === true;
    } catch {
      return false;
    }
  }

  /** Wait after try number `tries`, at least `least` milliseconds; `wake()` ends the waiting. */
  pause(tries, least = 0) {
    // A little chance in it keeps many clients from coming back in the same moment.
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
