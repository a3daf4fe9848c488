// The script that somebody writes who has Node and the usual libraries: gray-matter, markdown-it, feed.
//
//   node feeds.mjs MODULES CONTENT OUT URL [--lazy]
//
// One pass: read, render, file under its terms; then sort and write. With --lazy only what some feed shows is
// rendered, which few such scripts do.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, content, out, url, mode] = process.argv.slice(2);
const require = createRequire(path.join(modules, "x.js"));
const matter = require("gray-matter");
const { Feed } = await import(pathToFileURL(path.join(modules, "feed/lib/feed.js")));
const markdownModule = require("markdown-it");
const MarkdownIt = markdownModule.default ?? markdownModule;

const LIMIT = 20;
const markdown = new MarkdownIt({ html: true });
const list = (value) => (value == null ? [] : Array.isArray(value) ? value : [value]);

const posts = [];
for (const name of fs.readdirSync(content, { recursive: true })) {
  if (!name.endsWith(".md")) continue;
  // options given: without any, gray-matter keeps every file in a cache
  const { data, content: body } = matter(fs.readFileSync(path.join(content, name), "utf8"), {});
  posts.push({
    title: data.title,
    date: data.date instanceof Date ? data.date : new Date(data.date),
    link: `${url}/${path.basename(name, ".md")}/`,
    html: mode === "--lazy" ? undefined : markdown.render(body),
    body: mode === "--lazy" ? body : undefined,
    categories: list(data.categories),
    tags: list(data.tags),
  });
}
posts.sort((a, b) => b.date - a.date);

const feeds = new Map([["", []]]);
for (const post of posts) {
  const places = ["", ...post.categories.map((c) => `categories/${c}`), ...post.tags.map((t) => `tags/${t}`)];
  for (const place of places) {
    if (!feeds.has(place)) feeds.set(place, []);
    const shown = feeds.get(place);
    if (shown.length < LIMIT) shown.push(post);
  }
}

for (const [place, shown] of feeds) {
  const feed = new Feed({ title: place || "Bench", id: `${url}/${place}`, link: `${url}/${place}`, description: place });
  for (const post of shown) {
    post.html ??= markdown.render(post.body);
    feed.addItem({ title: post.title, id: post.link, link: post.link, date: post.date, content: post.html });
  }
  fs.mkdirSync(path.join(out, place), { recursive: true });
  fs.writeFileSync(path.join(out, place, "index.xml"), feed.rss2());
}
