// Opens the chat from the page's own buttons. Without this script they stay hidden, and the page's text and numbers are all there.
"use strict";

const chat = document.querySelector("recovery-chat");

if (chat) {
  customElements.whenDefined("recovery-chat").then(() => {
    for (const button of document.querySelectorAll("[data-open-chat]")) {
      button.hidden = false;
      button.addEventListener("click", () => chat.open());
    }
    for (const list of document.querySelectorAll("[data-try]")) {
      list.hidden = false;
    }
    for (const button of document.querySelectorAll("[data-ask]")) {
      button.addEventListener("click", () => chat.ask(button.dataset.ask));
    }
  });
}

// Leaving replaces this page, so that Back does not return to it.
for (const link of document.querySelectorAll("a.exit")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    window.location.replace(link.href);
  });
}
