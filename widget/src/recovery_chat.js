// <recovery-chat>: the element. It holds the talk, shows it, and sends what the person writes.
import { count, fill, has, icon, list, make, unseen, words } from "./dom.js";
import { helpBar } from "./help_bar.js";
import { leave, neutralPage, onThreeShifts } from "./leave.js";
import { linked } from "./links.js";
import { freshTalk, keep, keepSettings, merge, randomId, recall, recallSettings, watch, wipe } from "./memory.js";
import { lineOf, markChosen, replyItem } from "./replies.js";
import { Server } from "./server.js";
import { asText, confirmSheet, optionsSheet, overdoseSheet, pageLink, saveFile } from "./sheets.js";
import { STYLES } from "./styles.js";

const TYPING_AFTER = 600;
const SLOW_AFTER = 15_000;
const BACK_FOR = 5_000;
const DISCLOSE_EVERY = 3 * 60 * 60 * 1000;
const LOOK_EVERY = 60_000;
const LANGUAGES = ["en", "es"];
// Tools that record visitors' screens are told to leave this element out.
const MASKS = { "data-private": "", "data-hj-suppress": "", "data-clarity-mask": "true", "data-dd-privacy": "hidden" };
const MASK_CLASSES = ["fs-exclude", "ph-no-capture", "rr-block", "sentry-block"];
// Where the script came from is where the assistant is, unless the page says otherwise.
const SCRIPT_ORIGIN = document.currentScript?.src ? new URL(document.currentScript.src).origin : location.origin;

export class RecoveryChat extends HTMLElement {
  connectedCallback() {
    if (this.talk) return;
    for (const [name, value] of Object.entries(MASKS)) this.setAttribute(name, value);
    this.classList.add(...MASK_CLASSES);
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    // Until the settings are there, the page's own emergency links inside the element stay visible.
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

  /** Open the chat and put the caret into the message field. */
  open() {
    // Before the settings are there it opens as soon as they are.
    if (!this.panel) this.setAttribute("open", "");
    else if (!this.isOpen) this.#toggle(true);
    this.input?.focus();
  }

  /** Close the chat; the emergency bar stays. */
  close() {
    if (this.panel && this.isOpen && this.mode === "float") this.#toggle(false);
  }

  /** Open the chat and send a question, as if it had been typed. */
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
    // The country that the site names is told to the server too, unless the person has named one.
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

  // ---- building -------------------------------------------------------------------------------------------------

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
    // The talk so far is in place before the log enters the page: a screen reader does not read it all out again.
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
    // The caret stays in the field, so that the next message can be typed at once.
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
    // The bar that was used is replaced by one for the new country; the caret must not be lost with it.
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

  // ---- listening ------------------------------------------------------------------------------------------------

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
      // Outside the chat too: what it covers must be reachable without it.
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
    // A phone's keyboard takes half the screen: the open panel keeps to what is left.
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
      // A new chat was begun in another tab of this device: it is the one now.
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

  // ---- what the person does ---------------------------------------------------------------------------------------

  #typed() {
    const over = this.input.value.length - this.limit;
    const near = over > -0.2 * this.limit;
    this.left.textContent = over > 0 ? fill(this.strings.count_over, { count: over }) : near ? fill(this.strings.count_left, { count: -over }) : "";
    this.left.classList.toggle("over", over > 0);
    this.input.setAttribute("aria-invalid", String(over > 0));
    this.input.rows = 1;
    // Grows with what is written, up to five lines; the style sheet sets the end.
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
    // Another tab may just have deleted the talk: then this is the first message of a new one.
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
    // Asked on the way out; nobody waits for the answer.
    if (this.talk.entries.length) this.server.forget(session, { keepalive: true });
    this.#tell("exit");
    leave(neutralPage(this.getAttribute("exit-url"), this.strings.exit_url), this.strings.exit_title, this.strings.exit_leaving);
  }

  // ---- sheets ---------------------------------------------------------------------------------------------------

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
    // The bar has moved into the panel; its button is the same one.
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

  /** Begin anew on this device. */
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

  // ---- the talk -------------------------------------------------------------------------------------------------

  /** Put one exchange where it belongs, or renew it there. */
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

  /** Send what waits, one at a time and in order. */
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
    // Deleted, renewed or answered through another tab meanwhile: this answer has nowhere to go.
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

  /** One line under the talk, said politely; after `milliseconds` it goes. */
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
    // The line takes room from the talk: its last words stay in sight.
    if (atEnd) this.#toEnd();
  }

  #toEnd() {
    if (this.talk.entries.length) this.log.scrollTop = this.log.scrollHeight;
  }

  /** Show a turn from its beginning: the question at the top, if the answer is longer than the log is high. */
  #toTurn(entry) {
    const [first] = this.nodes.get(entry.id) ?? [];
    if (first) this.log.scrollTop = first.offsetTop - this.log.offsetTop - 8;
  }
}

// Without these the page's own links stay, as they do without any script.
if ("adoptedStyleSheets" in Document.prototype && "replaceSync" in CSSStyleSheet.prototype && !customElements.get("recovery-chat")) {
  customElements.define("recovery-chat", RecoveryChat);
}
