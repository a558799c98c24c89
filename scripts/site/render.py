"""Makes the bodies of the site's pages out of notebooks and Markdown.

Reads JSON from the standard input: `root`, the checkout, and `pages`, from each page's source to its place in the site. Prints a list of pages:
title, body, headings, the sections for the search, and the files of the checkout that the body shows or links to.
"""

import json
import os
import posixpath
import re
import sys
from urllib.parse import quote, unquote, urlsplit

from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html

HEADINGS = re.compile("^h[1-4]$")


def render(root, source):
    path = os.path.join(root, source)
    if source.endswith(".ipynb"):
        body, _ = HTMLExporter(template_name="basic").from_filename(path)
    else:
        with open(path, encoding="utf-8") as file:
            body = markdown2html(file.read())
    return BeautifulSoup(body, "html.parser")


def slug(title, taken):
    """The name that GitHub gives a heading, by which the pages link to it."""
    name = re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")
    return name if name not in taken else f"{name}-{sum(other.startswith(name) for other in taken)}"


def name_headings(soup, source):
    """Gives headings their names, and returns them. Those of notebooks are Jupyter's."""
    found = []
    for heading in soup.find_all(HEADINGS):
        for anchor in heading.find_all("a", class_="anchor-link"):
            anchor.decompose()
        title = heading.get_text()
        if not source.endswith(".ipynb"):
            heading["id"] = slug(title, [other["id"] for other in found])
        link = soup.new_tag("a", href=f"#{quote(heading['id'])}", attrs={"class": "anchor", "aria-label": "Link to this"})
        link.string = "#"
        heading.append(link)
        found.append({"level": int(heading.name[1]), "id": heading["id"], "title": title})
    return found


def sections(soup, headings):
    """What stands below each heading, as words."""
    found = [{**heading, "text": []} for heading in headings]
    place = -1
    for element in soup.find_all([HEADINGS, "p", "li", "pre", "td", "th", "summary", "img"]):
        if HEADINGS.match(element.name):
            place += 1
        elif place >= 0 and element.find_parent(["li", "td"]) is None:
            words = element.get("alt", "") if element.name == "img" else element.get_text("" if element.name == "pre" else " ")
            found[place]["text"].append(words)
    return [{"id": part["id"], "title": part["title"], "text": " ".join(" ".join(part["text"]).split())} for part in found]


def mend_links(soup, root, source, pages):
    """Points links at the site's pages; returns the files that they need. A link to what the site does not have becomes plain text."""
    files = []
    here = posixpath.dirname(source)
    back = posixpath.relpath(".", posixpath.dirname(pages[source]) or ".")
    for element in soup.find_all(["a", "img"]):
        attribute = "href" if element.name == "a" else "src"
        url = urlsplit(element.get(attribute, ""))
        if url.scheme or url.netloc or not url.path:
            continue
        wanted = posixpath.normpath(posixpath.join(here, unquote(url.path)))
        path = os.path.join(root, wanted)
        if not os.path.exists(path):
            sys.exit(f"{source} links to {wanted}, which is not there.")
        page = pages.get(wanted) or pages.get(posixpath.join(wanted, "README.md"))
        if page is None and os.path.isfile(path):
            page = wanted
            files.append(wanted)
        if page is None:
            element.unwrap()
            continue
        element[attribute] = quote(posixpath.join(back, page)) + (f"#{url.fragment}" if url.fragment else "")
    return files


def main():
    asked = json.load(sys.stdin)
    root, pages = asked["root"], asked["pages"]
    made = []
    for source, target in pages.items():
        soup = render(root, source)
        headings = name_headings(soup, source)
        words = sections(soup, headings)
        for table in soup.find_all("table"):
            table.wrap(soup.new_tag("div", attrs={"class": "wide"}))
        files = mend_links(soup, root, source, pages)
        title = headings[0]["title"]
        number = re.match(r"\d\d(?=-)", posixpath.basename(source))
        short = title.removeprefix("Parallel TypeScript: ")
        name = f"{number[0]} {short}" if number else short
        made.append(
            {"source": source, "target": target, "title": title, "name": name, "body": str(soup), "headings": headings, "sections": words, "files": files}
        )
    json.dump(made, sys.stdout)


main()
