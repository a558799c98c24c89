// Light or dark, as the reader's system has it, until the button says otherwise. Run in the head: the page is never drawn in the wrong one.
const THEMES = { "": "Theme: system", light: "Theme: light", dark: "Theme: dark" };

function showTheme(name) {
  document.documentElement.style.colorScheme = name;
  const button = document.querySelector(".theme");
  if (button) button.textContent = THEMES[name];
}

const kept = () => localStorage.getItem("theme") ?? "";

showTheme(kept());
addEventListener("DOMContentLoaded", () => {
  showTheme(kept());
  document.querySelector(".theme").addEventListener("click", () => {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(kept()) + 1) % names.length];
    localStorage.setItem("theme", next);
    showTheme(next);
  });
  // In a narrow window the list of pages would push the text away.
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector("nav details").open = false;
});
