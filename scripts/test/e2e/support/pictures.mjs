// The pictures of a notebook that people look at; nothing compares them.
const WIDE = { width: 1200, height: 800 };
const NARROW = { width: 600, height: 800 };

/** The cells of which the README shows what stands below them. */
const FIGURES = ["heavy-timeline", "amdahl"];

/** Keeps the top, the middle and every chart of a notebook; the first chart in the dark theme and in a narrow window too. */
export async function keepPictures(notebook, cells) {
  const shown = cells.filter(({ outputs }) => outputs.length > 0);
  const charts = cells.filter(({ source }) => /mp\.(compare|timeline|amdahl)\(/.test(source));
  const top = { name: "top", place: 0 };
  const middle = { name: "middle", place: shown[Math.floor(shown.length / 2)].place };
  const [chart, ...others] = charts.map(({ place }, i) => ({ name: `chart-${i + 1}`, place }));

  const keep = async (look, ...views) => {
    for (const { name, place } of views) {
      await notebook.scrollTo(place);
      await notebook.picture(`${look}-${name}`);
    }
  };
  for (const { id, place } of cells.filter(({ id }) => FIGURES.includes(id))) {
    await notebook.scrollTo(place, "outputs");
    await notebook.figure(place, `figure-${id}`);
  }
  await keep("light", top, middle, chart, ...others);
  await chooseTheme(notebook, "JupyterLab Dark");
  await keep("dark", top, chart);
  await chooseTheme(notebook, "JupyterLab Light");
  await notebook.page.setViewportSize(NARROW);
  await notebook.menu("View", "File Browser");
  await keep("narrow", top, middle, chart);
  await notebook.menu("View", "File Browser");
  await notebook.page.setViewportSize(WIDE);
}

/** Chooses a theme by the menu, unless it is there. */
export async function chooseTheme(notebook, theme) {
  if ((await notebook.page.locator(`body[data-jp-theme-name="${theme}"]`).count()) > 0) return;
  await notebook.menu("Settings", "Theme", theme);
  await notebook.page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: "attached" });
}
