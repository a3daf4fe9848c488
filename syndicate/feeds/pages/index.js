
addEventListener("DOMContentLoaded", () => {
  const language = document.documentElement.lang, words = one("main").dataset;
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const tools = one(".tools");

  // Freshness depends on the reader's clock, so it cannot stand in the page as built.
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const age = (time) => {
    const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / 864e5);
    if (days < 0 || days > 60) return;
    time.title = days < 14 ? relative.format(-days, "day") : relative.format(-Math.round(days / 7), "week");
    if (days < 7 && time.closest(".rows")) time.classList.add("fresh");
  };
  all("time").forEach(age);

  if (!tools) return;

  const box = one("#filter"), order = one("#sort"), found = one("#found"), clear = one("#clear");
  const jumps = all(".bar nav a");
  const groups = all(".group").map((section, place) => ({
    section, jump: jumps[place], list: one(".rows", section), total: one(".total", section), shown: one(".total", section).textContent,
    rows: all("li", section).map((item, place) => {
      const label = one("bdi", item).textContent, time = one("time", item);
      addButton(item, words.copy, label, one(".fs", item));
      return { item, label, place, text: plain(label), posts: +item.dataset.n, newest: time ? Date.parse(time.dateTime) : -Infinity };
    }),
  }));
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const everything = found.textContent;
  const number = (n) => n.toLocaleString("en");

  // Marks what was typed, without touching the rows themselves.
  const highlight = (rows, asked) => {
    if (!CSS.highlights) return;
    const ranges = [];
    for (const { item, label } of rows.slice(0, 300)) for (const word of asked) {
      const at = label.toLowerCase().indexOf(word), text = one("bdi", item).firstChild;
      if (at < 0 || at + word.length > text.length) continue;
      const range = new Range();
      range.setStart(text, at);
      range.setEnd(text, at + word.length);
      ranges.push(range);
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };
  const filter = () => {
    const asked = plain(box.value).split(/\s+/).filter(Boolean), hits = [];
    for (const group of groups) {
      const before = hits.length;
      for (const row of group.rows) {
        const hit = asked.every((word) => row.text.includes(word));
        if (row.item.hidden === hit) row.item.hidden = !hit;
        if (hit) hits.push(row);
      }
      const here = hits.length - before;
      group.section.hidden = !here;
      if (group.jump) group.jump.hidden = !here;
      group.total.textContent = asked.length ? `${number(here)} / ${group.shown}` : group.shown;
    }
    found.textContent = asked.length ? say(words.found, { m: number(hits.length), n: number(total) }) : everything;
    one("#none").hidden = hits.length > 0;
    highlight(hits, asked);
    const start = one("#top");
    if (start.getBoundingClientRect().top < 0) start.scrollIntoView();
  };
  const collator = new Intl.Collator(language, { numeric: true });
  const orders = {
    posts: (a, b) => a.place - b.place,
    newest: (a, b) => b.newest - a.newest || a.place - b.place,
    name: (a, b) => collator.compare(a.label, b.label) || a.place - b.place,
  };
  const sort = () => {
    for (const group of groups) group.list.append(...group.rows.sort(orders[order.value]).map((row) => row.item));
  };

  // While an input method composes, the box holds half-typed Pinyin: wait for the word.
  box.addEventListener("input", (event) => event.isComposing || filter());
  box.addEventListener("compositionend", filter);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") { box.value = ""; filter(); }
    if (event.key === "Enter") one(".rows li:not([hidden]) a")?.focus();
  });
  order.addEventListener("change", sort);
  clear.addEventListener("click", () => { box.value = ""; filter(); box.focus(); });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
  // The browser may bring back what stood in the box before: follow it.
  addEventListener("pageshow", () => { if (box.value) filter(); if (order.value !== "posts") sort(); });
});
