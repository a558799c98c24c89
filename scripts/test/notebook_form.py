"""Checks of a notebook file that need no kernel: its parts, its slides, what of the original it mirrors, and its words on what it measured."""
import difflib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KERNEL = {"name": "tslab", "display_name": "TypeScript", "language": "typescript"}
TAGS = {"timing", "machine", "unordered", "launcher", "data", "progress"}
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
    for cell, after in zip(notebook.cells, [*notebook.cells[1:], None]):
        if slide_type(cell) == "slide" and slide_type(after) != "notes":
            yield f"{cell.id}: a main slide without notes for the speaker"


def slide_type(cell):
    return cell and cell.metadata.get("slideshow", {}).get("slide_type")


def cell_problems(cell):
    if slide_type(cell) not in SLIDES:
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
    """Each cell of the original has its mirror, in order; several cells may share in one. Each step is there serial, parallel and timed."""
    marked = [(cell.metadata["mirrors"], cell.cell_type) for cell in notebook.cells if "mirrors" in cell.metadata]
    yield from different(wanted["cells"], list(dict.fromkeys(mirrored for mirrored, _ in marked)))
    for mirrored, kind in marked:
        if (kind == "code") != mirrored.startswith("In ["):
            yield f"a {kind} cell claims to mirror {mirrored}"
    code = [mirrored for mirrored in wanted["cells"] if mirrored.startswith("In [")]
    yield from different(code, [mirrored for step in wanted["steps"] for mirrored in step["of"]])
    for step in wanted["steps"]:
        yield from (f"{', '.join(step['of'])}: {problem}" for problem in step_problems(notebook.cells, step))


def step_problems(cells, step):
    """Serial, parallel and timed stand in this order, with no code of another step between them."""
    places = {cell.id: place for place, cell in enumerate(cells)}
    if missing := [name for name in step.values() if isinstance(name, str) and name not in places]:
        yield f"there is no cell {missing}"
        return
    if "nothingToTime" in step:
        if "nothing to time" not in cells[places[step["nothingToTime"]]].source:
            yield f"{step['nothingToTime']} does not say that there is nothing to time"
        return
    serial, parallel, timed = (places[step[part]] for part in ("serial", "parallel", "timed"))
    if not serial < parallel < timed:
        yield "its serial, parallel and timed cells are not in this order"
    for part, place in (("serial", serial), ("parallel", parallel)):
        if cells[place].metadata.get("mirrors") not in step["of"]:
            yield f"its {part} cell {cells[place].id} does not mirror it"
    if "mp.compare(" not in cells[timed].source or "timing" not in cells[timed].metadata.get("tags", []):
        yield f"its timed cell {cells[timed].id} does not compare"
    for cell in cells[serial:timed]:
        if cell.cell_type == "code" and cell.metadata.get("mirrors", step["of"][0]) not in step["of"]:
            yield f"{cell.id}, which mirrors {cell.metadata['mirrors']}, stands between its cells"
    if len(comparisons := [cell.id for cell in cells[serial:timed] if "mp.compare(" in cell.source]) > 0:
        yield f"something else is compared between its cells: {comparisons}"


def table_problems(mirrors):
    """The table in docs/mirrors.md has a row for each step, with its cells."""
    rows = [line for line in (ROOT / "docs" / "mirrors.md").read_text(encoding="utf-8").splitlines() if line.startswith("| In [")]
    steps = [(name, step) for name, wanted in mirrors.items() for step in wanted["steps"]]
    if len(rows) != len(steps):
        yield f"docs/mirrors.md has {len(rows)} rows, but there are {len(steps)} steps"
    for name, step in steps:
        cells = [f"`{cell}`" for cell in step.values() if isinstance(cell, str)]
        if not any(all(word in row for word in [", ".join(step["of"]), f"| {name[:2]} |", *cells]) for row in rows):
            yield f"docs/mirrors.md has no row for {', '.join(step['of'])} with {cells}"


# ── Words on what was measured ───────────────────────────────────────────────────────────────────────────────

# What a reader measures may come out differently. So below a measurement, up to the end of its section, a sentence that says
# who was faster, or how long something takes, has a condition in it. What Python's users measured stands in a quotation (>).
CLAIM = re.compile(
    r"\b(wins?|won|loses?|lost|beats?|gains?|gained|faster|slower|quicker|fastest|slowest|no chance|by far)\b"
    r"|\d ?%|\b(nano|micro|milli)seconds?\b|\bof a second\b|\b\d+ ?(ms|µs|μs|ns|s|seconds?)\b|\b(thousand|million|billion)(th|ths)?\b",
    re.I,
)
CONDITION = re.compile(
    r"\b(if|when|where|whether|may|might|can|cannot|could|would|unless|until|depends?|expect|usually|often|perhaps|likely|possible)\b|\?", re.I
)
COMPARES = "mp.compare("
TOO_FEW = re.compile(r"There (was|were) \d+ rounds? only")


def prose_problems(notebook, enough_rounds=True):
    """What stands below a measurement is right for each verdict, and each comparison has words below it that say what to look for."""
    measured, waiting = False, None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if waiting and COMPARES in cell.source:
                yield f"{waiting}: nothing below it says what to look for, and why it may be otherwise"
            waiting = cell.id if COMPARES in cell.source else waiting
            measured = measured or "timing" in cell.metadata.get("tags", [])
            if enough_rounds and any(TOO_FEW.search(shown) for shown in texts(cell.outputs)):
                yield f"{cell.id}: too few rounds for a verdict"
            continue
        if re.match(r"## ", cell.source):
            measured = False
        if measured:
            yield from (f"{cell.id} is not right for each verdict: {claim}" for claim in claims(cell.source))
        if "**Predict" not in cell.source and CONDITION.search(cell.source):
            waiting = None
    if waiting:
        yield f"{waiting}: nothing below it says what to look for, and why it may be otherwise"
    for cell, found in answers(notebook):
        yield from (f"{cell.id}: nothing below it speaks of the verdict {kind}" for kind, sentences in found.items() if not sentences)


def claims(prose):
    """The sentences that say without a condition how a measurement came out."""
    return [sentence for sentence in sentences_of(prose) if CLAIM.search(sentence) and not CONDITION.search(sentence)]


VERDICT = re.compile(
    r"^(?:Cannot tell whether (?P<unclear>.+?) is (?:faster|slower)(?: or slower)? than .+?:|(?P<clear>.+?) (?:is [\d.,]+ times (?:as fast as|slower than)|takes the same time as)).*(?:\n  .*)*$",
    re.M,
)
# What a sentence says when it speaks of a kind of verdict. One that speaks of what decides, or asks, is for all of them.
FOR_ALL = re.compile(r"\b(depends?|whether|which of|compare|count|how (much|many|large|little))\b", re.I)
SPEAKS_OF = {
    "faster": re.compile(r"\b(faster|wins?|gains?|worth|quicker|small beside|less time)\b", re.I),
    "slower": re.compile(r"\b(slower|loses?|costs?|far longer|little work|not (?:\w+ )?faster|no gain)\b", re.I),
    "same": re.compile(r"\b(same|close|not (?:\w+ )?faster|no gain|surprised|cannot help)\b", re.I),
    "unclear": re.compile(r"\b(cannot tell|close|vary|varies|chance|not (?:\w+ )?faster|no gain|other programs|busy)\b", re.I),
}


def kind_of(verdict):
    if verdict.startswith("Cannot tell"):
        return "unclear"
    if "takes the same time" in verdict:
        return "same"
    return "faster" if "times as fast as" in verdict else "slower"


def answers(notebook):
    """For each comparison: its cell, and for each kind of verdict the sentences below it, up to the next comparison, that speak of this kind or of all."""
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and COMPARES in cell.source:
            yield cell, answers_in(prose_until_the_next(notebook.cells[place + 1 :]))


def answers_in(prose):
    sentences = sentences_of(prose)
    return {kind: [words for words in sentences if FOR_ALL.search(words) or of_it.search(words)] for kind, of_it in SPEAKS_OF.items()}


def prose_until_the_next(cells):
    prose = []
    for cell in cells:
        if cell.cell_type == "code" and COMPARES in cell.source or cell.cell_type == "markdown" and cell.source.startswith("## "):
            break
        # A heading says nothing, and a prediction is of the next measurement.
        if cell.cell_type == "markdown" and "**Predict" not in cell.source:
            prose += [line for line in cell.source.splitlines() if not line.startswith("#")]
    return "\n".join(prose)


def sentences_of(prose):
    lines = [line for line in prose.splitlines() if not line.startswith(">")]
    return [sentence for line in lines for sentence in re.split(r"(?<=[.!?])[*_)]*\s+", line)]


# Sentences that once stood in the notebooks, below a measurement that said something else.
ONCE_WRONG = (
    "**Parallel loses, and by far.** The work is a few microseconds a string. Starting a process is tens of milliseconds.",
    "This time the processes win. The start is still paid, but it is small beside the work.",
    "What keeps the efficiency below 100 %: starting the processes, sending the function, and the wait for the slowest part at the end.",
    "The same `map`, the same pool, and now it wins: nearly all is blue.",
    "A multiplication takes about a billionth of a second.",
    "### Why the serial loop wins",
    "**`apply` in a loop gains nothing**, although it uses a pool: each call waits for the one before.",
    "Parallel loses again, and now we pay for hiring as well: the grey in the timeline.",
    "Make a larger file, run the notebook again, and the workers win.",
)


# Right for "slower", and no answer to any other verdict.
ONE_SIDED = "If the verdict is *slower* by a large factor, more cores would not help: the time is spent on starting 16 processes."


def different(wanted, found):
    lines = difflib.unified_diff([str(line) for line in wanted], [str(line) for line in found], "wanted", "found", lineterm="", n=1)
    return list(lines)[2:]
