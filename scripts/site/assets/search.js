// The search: MiniSearch over the sections of all pages, in the reader's browser. Loaded after minisearch.js and words.js.
const input = document.querySelector(".search input");
const list = document.querySelector(".search ol");
const back = document.body.dataset.back;
let index;

function find(query) {
  if (!index) {
    index = new MiniSearch({ fields: ["title", "text", "page"], idField: "id" });
    index.addAll(WORDS.map((section, id) => ({ ...section, id })));
  }
  const options = { prefix: true, fuzzy: 0.15, boost: { title: 3 }, combineWith: "AND" };
  return index.search(query, options).slice(0, 12);
}

/** The words around the first one that was found. */
function excerpt(text, terms) {
  const places = terms.map((term) => text.toLowerCase().indexOf(term)).filter((place) => place >= 0);
  const near = Math.max(0, Math.min(...places, text.length) - 40);
  const start = near && text.indexOf(" ", near) + 1;
  return (start > 0 ? "… " : "") + text.slice(start, start + 140) + (start + 140 < text.length ? " …" : "");
}

function show() {
  const query = input.value.trim();
  const results = query === "" ? [] : find(query);
  list.hidden = query === "";
  list.replaceChildren(
    ...results.map(({ id, terms }) => {
      const { url, page, title, text } = WORDS[id];
      const link = Object.assign(document.createElement("a"), { href: `${back}/${url}` });
      const where = page === title ? title : `${title} · ${page}`;
      link.append(
        Object.assign(document.createElement("strong"), { textContent: where }),
        Object.assign(document.createElement("span"), { textContent: excerpt(text, terms) }),
      );
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
  if (query !== "" && results.length === 0)
    list.append(Object.assign(document.createElement("li"), { textContent: "Nothing was found.", className: "none" }));
}

input.addEventListener("input", show);
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
  }
  if (event.key === "Escape") {
    input.value = "";
    show();
  }
  const links = [...list.querySelectorAll("a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && links.length > 0 && document.querySelector(".search").contains(document.activeElement)) {
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + step;
    (links[next] ?? input).focus();
  }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(".search a");
  if (link || !event.target.closest(".search")) list.hidden = true;
});
input.addEventListener("focus", show);
