// {% note info %} … {% endnote %}: a box, as themes have it.
hexo.extend.tag.register(
  "note",
  (args, content) => `<div class="note ${args[0]}">${hexo.render.renderSync({ text: content, engine: "md" })}</div>`,
  { ends: true },
);
