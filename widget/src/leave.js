// Leaving fast: the page is wiped, then replaced, so that Back does not return to it.

const PRESSES = 3;
const WITHIN = 5_000;

/** The neutral page: https or this very origin, else the fallback. */
export function neutralPage(wanted, fallback) {
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

/** Empty the page and go. `said` is the one line left for a screen reader. */
export function leave(address, title, said) {
  document.title = title;
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.textContent = said;
  document.body.replaceChildren(line);
  // Should the browser show this page from its memory after all, it is loaded anew, empty.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  try {
    if (window.top !== window) {
      window.parent.postMessage({ type: "recovery-chat-exit" }, "*");
      window.top.location.replace(address);
    }
  } catch {
    // The page around the frame forbids it; the frame itself still goes.
  }
  location.replace(address);
}

/**
 * Call back when Shift was pressed three times within five seconds with no other key between.
 * `count(left)` hears each press, and -1 when the time is over. Returns what stops it.
 */
export function onThreeShifts(count, done) {
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
