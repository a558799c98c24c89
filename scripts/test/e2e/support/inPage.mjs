// Functions that run inside JupyterLab's page, and so can use nothing from outside themselves. npm start's option
// --expose-app-in-browser puts JupyterLab's own object there.

/** Whether the notebook in that file is on the page and its kernel has answered. */
export function isOpen(file) {
  const panel = globalThis.jupyterapp?.shell.currentWidget;
  return panel?.context?.path === file && panel.sessionContext.session?.kernel?.status === "idle";
}

/** Every code cell: its place among all cells, id, metadata, source, number (null before it ran), and outputs. */
export function readCells() {
  const { widgets } = globalThis.jupyterapp.shell.currentWidget.content;
  const code = widgets.map(({ model }, place) => ({ model, place })).filter(({ model }) => model.type === "code");
  return code.map(({ model, place }) => {
    const { id, metadata, source } = model.sharedModel;
    return { place, id, metadata, source, number: model.executionCount, outputs: model.outputs.toJSON() };
  });
}

/**
 * Whether a run that was asked for when the highest number was `before` is over: every cell has a new number, or one has
 * failed and left the others without.
 */
export function isOver(before) {
  const panel = globalThis.jupyterapp.shell.currentWidget;
  const cells = panel.content.widgets.map(({ model }) => model).filter(({ type }) => type === "code");
  if (panel.sessionContext.session.kernel.status !== "idle" || cells.some((cell) => cell.executionState !== "idle"))
    return false;
  return cells.some((cell) => cell.executionCount > before);
}

/** Whether neither the kernel nor the code cell at that place among all cells has anything to do. */
export function isAtRest(place) {
  const panel = globalThis.jupyterapp.shell.currentWidget;
  return (
    panel.content.widgets[place].model.executionState === "idle" &&
    panel.sessionContext.session.kernel.status === "idle"
  );
}

/** Whether the code cell at that place has run, with a number that is not the one before, and all is at rest. */
export function hasRun({ place, before }) {
  const panel = globalThis.jupyterapp.shell.currentWidget;
  const { executionCount, executionState } = panel.content.widgets[place].model;
  return (
    executionCount !== null &&
    executionCount !== before &&
    executionState === "idle" &&
    panel.sessionContext.session.kernel.status === "idle"
  );
}

/** Whether the notebook's file holds what the page shows. */
export function isSaved() {
  return !globalThis.jupyterapp.shell.currentWidget.context.model.dirty;
}

/** Selects a cell and brings its top, or that of its outputs, to the top of the window. */
export async function showCell({ place, outputs }) {
  const { content } = globalThis.jupyterapp.shell.currentWidget;
  content.activeCellIndex = place;
  await content.scrollToItem(place, "start");
  const cell = content.widgets[place].node;
  (outputs ? cell.querySelector(".jp-Cell-outputWrapper") : cell).scrollIntoView({ block: "start" });
}
