// Tailwind & Tails: a kite workshop's journal.
import { defineConfig } from "astro/config";
import mdx from "@astrojs/mdx";
import sitemap from "@astrojs/sitemap";

export default defineConfig({
  site: "https://kites.example.org",
  trailingSlash: "always",
  integrations: [mdx(), sitemap()],
});
