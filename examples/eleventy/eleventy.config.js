// The hut book: a mountain hut writes down its days.
export default function (eleventyConfig) {
  eleventyConfig.addPassthroughCopy({ "src/pictures": "pictures" });
  eleventyConfig.addPassthroughCopy("src/posts/**/*.png");
  eleventyConfig.addShortcode("height", (metres) => `${metres} m`);
  eleventyConfig.addPairedShortcode("callout", (content) => `<aside>${content}</aside>`);
  eleventyConfig.addPreprocessor("drafts", "*", (data) => (data.draft ? false : undefined));
  eleventyConfig.ignores.add("src/posts/_*.md");
}

export const config = {
  dir: { input: "src", output: "_site" },
  markdownTemplateEngine: "njk",
  htmlTemplateEngine: "njk",
};
