// Glimmer: the blog of a small, free firmware for bicycle lamps.
// @ts-check
import { themes as prismThemes } from "prism-react-renderer";

const url = "https://glimmer.example.org";

/** @type {import("@docusaurus/types").Config} */
const config = {
  title: "Glimmer",
  tagline: "A small, free firmware for bicycle lamps",
  favicon: "img/lamp.png",
  url,
  baseUrl: "/",
  trailingSlash: true,
  onBrokenLinks: "throw",

  i18n: {
    defaultLocale: "en",
    locales: ["en", "fr"],
  },

  presets: [
    [
      "classic",
      /** @type {import("@docusaurus/preset-classic").Options} */
      ({
        docs: { sidebarPath: "./sidebars.js" },
        blog: {
          showReadingTime: true,
          blogTitle: "Glimmer blog",
          blogDescription: "What is new in a bicycle lamp.",
          feedOptions: { type: ["rss", "atom"], limit: 30 },
        },
        theme: { customCss: "./src/css/custom.css" },
      }),
    ],
  ],

  themeConfig: {
    image: "img/lamp.png",
    prism: { theme: prismThemes.github },
  },
};

export default config;
