"""Checks of a notebook file that need no kernel: its parts, its slides, and what of the original it mirrors."""
import difflib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KERNEL = {"name": "tslab", "display_name": "TypeScript", "language": "typescript"}
TAGS = {"timing", "machine", "unordered", "data", "progress"}
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
LONGEST_CELL = 16  # lines
LONGEST_LINE = 97  # characters; longer ones are cut off in JupyterLab, 1,200 pixels wide
ABSOLUTE_PATH = re.compile(r"file://|(?<![\w/.:<])/\w[\w.-]*/\w|\b[A-Za-z]:\\")


def form_problems(notebook):
    if notebook.metadata.get("kernelspec") != KERNEL:
        yield f"its kernel is {notebook.metadata.get('kernelspec')}"
    for word in ("**Time:**", "**Questions**", "**Objectives.**"):
        if word not in notebook.cells[0].source:
            yield f"its first cell has no {word}"
    if not any(cell.source.startswith("## Key points") for cell in notebook.cells):
        yield "it has no key points"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        yield "its cells were not saved after a run from top to bottom"
    for cell in notebook.cells:
        yield from (f"{cell.id}: {problem}" for problem in cell_problems(cell))


def cell_problems(cell):
    if cell.metadata.get("slideshow", {}).get("slide_type") not in SLIDES:
        yield "has no slide type"
    if unknown := set(cell.metadata.get("tags", [])) - TAGS:
        yield f"has tags that nobody knows: {unknown}"
    for alternative, path in re.findall(r"!\[(.*?)\]\((.*?)\)", cell.source):
        if not alternative or not (ROOT / "notebooks" / path).exists():
            yield f"picture {path} is missing, or has no text beside it"
    if cell.cell_type != "code":
        return
    if len(cell.source.splitlines()) > LONGEST_CELL:
        yield f"has more than {LONGEST_CELL} lines"
    if any(len(line) > LONGEST_LINE for line in cell.source.splitlines()):
        yield f"has a line of more than {LONGEST_LINE} characters"
    for shown in texts(cell.outputs):
        if found := ABSOLUTE_PATH.search(shown):
            yield f"shows a path of somebody's machine: {shown[found.start():][:60]}"


def texts(outputs):
    for output in outputs:
        yield output.get("text", "")
        yield from map(str, output.get("data", {}).values())


def mirror_problems(notebook, wanted):
    """Each cell of the original has its mirror, in order; several cells may share in one."""
    marked = [(cell.metadata["mirrors"], cell.cell_type) for cell in notebook.cells if "mirrors" in cell.metadata]
    yield from different(wanted, list(dict.fromkeys(mirrored for mirrored, _ in marked)))
    for mirrored, kind in marked:
        if (kind == "code") != mirrored.startswith("In ["):
            yield f"a {kind} cell claims to mirror {mirrored}"


def different(wanted, found):
    lines = difflib.unified_diff([str(line) for line in wanted], [str(line) for line in found], "wanted", "found", lineterm="", n=1)
    return list(lines)[2:]
