
"use strict";
document.documentElement.classList.add("js");
const one = (selector, at = document) => at.querySelector(selector);
const all = (selector, at = document) => [...at.querySelectorAll(selector)];
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

// Copying. A page on plain http has no clipboard object: there, select and copy as of old.
const copyByHand = (text) => {
  const area = document.body.appendChild(document.createElement("textarea"));
  area.value = text;
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
};
const copy = async (button, address) => {
  let done = true;
  try { await navigator.clipboard.writeText(address); } catch { done = copyByHand(address); }
  button.focus();
  if (!done) return prompt(button.ariaLabel, address);
  const before = button.dataset.text;
  button.textContent = one("main").dataset.copied;
  button.classList.add("done");
  one("#said").textContent = one("main").dataset.copied;
  setTimeout(() => {
    button.textContent = before;
    button.classList.remove("done");
    one("#said").textContent = "";
  }, 1600);
};
// A button beside the link `.f` of an item: without script there is none.
const addButton = (item, text, name, at) => {
  const link = one(".f", item);
  if (!link) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = button.dataset.text = text;
  button.ariaLabel = say(one("main").dataset.copyOf, { name, format: link.textContent });
  at.append(button);
};
addEventListener("DOMContentLoaded", () => {
  all(".addresses li").forEach((item) => addButton(item, one("main").dataset.copyAddress, item.dataset.name, item));
  one("main").addEventListener("click", (event) => {
    const button = event.target.closest("li button");
    if (button) copy(button, one(".f", button.closest("li")).getAttribute("href"));
  });
});
