// What the page remembers: in this tab only, unless the person asks for more. One conversation, each message under its id.

const KEY = "recovery-chat";
const SETTINGS = "recovery-chat-settings";
const MOST = 100;

/** 32 random hex digits from the browser's own generator. */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An empty conversation with a new, unguessable session. */
export const freshTalk = (kept = {}) => ({ session: randomId(), disclosed: Date.now(), draft: "", entries: [], remember: false, ...kept });

// Storage may be forbidden, full or damaged; the talk then lives in the page alone.
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

/** The talk that this tab, or this device if so chosen, holds; null if none. */
export const recall = () => read("localStorage") ?? read("sessionStorage");

/**
 * Keep a talk. Where tabs share it, what another tab has added comes back in, so that no tab overwrites another's messages.
 * Returns false if another tab has deleted the talk: then nothing is written.
 */
export function keep(talk, shared) {
  talk.entries = talk.entries.slice(-MOST);
  const text = () => JSON.stringify(talk);
  if (!talk.remember) {
    // Only a talk that was shared a moment ago is taken off the device: another tab may keep its own there.
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
    // The device does not keep it (forbidden or full): it stays with this tab, and no other tab can have deleted it.
    talk.remember = false;
    attempt(() => sessionStorage.setItem(KEY, text()));
  }
  return true;
}

/** Take over what another tab knows: new messages, and answers that are missing here. True if anything changed. */
export function merge(talk, other) {
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

/** Call back with another tab's talk, or null when it was deleted there. */
export function watch(callback) {
  const listen = (event) => {
    if (event.key === KEY || event.key === null) callback(read("localStorage"));
  };
  window.addEventListener("storage", listen);
  return () => window.removeEventListener("storage", listen);
}

/** Wipe all of it from this device. */
export function wipe() {
  for (const store of ["localStorage", "sessionStorage"]) {
    attempt(() => window[store].removeItem(KEY));
    attempt(() => window[store].removeItem(SETTINGS));
  }
}

/** The settings of an earlier page view in this tab, for when the server is down. */
export const recallSettings = (language) => attempt(() => JSON.parse(sessionStorage.getItem(SETTINGS))[language]);

export function keepSettings(language, settings) {
  const all = attempt(() => JSON.parse(sessionStorage.getItem(SETTINGS)), {});
  attempt(() => sessionStorage.setItem(SETTINGS, JSON.stringify({ ...all, [language]: settings })));
}
