// One page of the site: its body between what all pages have. No page may load anything that is not in the site's folder.
import { posix } from "node:path";

const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The whole page. `all`: the pages of the site in groups, `{ name, pages }` each. */
export function wholePage(page, all, extra) {
  const back = posix.relative(posix.dirname(page.target), ".") || ".";
  const to = (target) => `${back}/${target}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.title === extra.title ? page.title : `${page.title} · ${extra.title}`)}</title>
<link rel="stylesheet" href="${to("assets/site.css")}">
<script src="${to("assets/theme.js")}"></script>
</head>
<body data-back="${back}">
<a class="skip" href="#main">To the text</a>
<header>
<a class="home" href="${to("index.html")}">${escape(extra.title)}</a>
<div class="search" role="search"><input type="search" placeholder="Search" aria-label="Search the lesson" autocomplete="off"><ol hidden></ol></div>
<button type="button" class="theme" aria-label="Light or dark"></button>
</header>
<div class="columns">
<nav aria-label="Pages"><details open><summary>Pages</summary>
${all.map((group) => navigation(group, page, to)).join("\n")}
</details></nav>
<main id="main">
${download(page)}${page.body}
<footer>${extra.footer(to)}</footer>
</main>
</div>
<script src="${to("assets/minisearch.js")}"></script>
<script src="${to("assets/words.js")}"></script>
<script src="${to("assets/search.js")}"></script>
</body>
</html>
`;
}

function navigation({ name, pages }, current, to) {
  const items = pages.map((page) => {
    const here = page.target === current.target;
    const link = `<a href="${to(page.target)}"${here ? ' aria-current="page"' : ""}>${escape(page.name)}</a>`;
    return `<li>${link}${here ? contents(page) : ""}</li>`;
  });
  return `<h2>${escape(name)}</h2>\n<ul>${items.join("\n")}</ul>`;
}

/** The headings below the title. */
function contents({ headings = [] }) {
  const items = headings
    .filter(({ level }) => level === 2)
    .map(({ id, title }) => `<li><a href="#${encodeURIComponent(id)}">${escape(title)}</a></li>`);
  return items.length > 1 ? `<ul>${items.join("")}</ul>` : "";
}

/** A notebook lies beside its page. */
function download({ source = "" }) {
  if (!source.endsWith(".ipynb")) return "";
  const file = posix.basename(source);
  return `<p class="download"><a href="${file}" download>Download ${file}</a> to run it: its outputs below are those of a real run.</p>\n`;
}
