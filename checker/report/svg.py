"""Drawings in the page: an SVG with ids of its own, the page's colours and font, a title and a description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from markupsafe import Markup

from checker.pictures import FAINT, FIRST, INK, PAPER, SECOND, SOFT, THIRD

COLOURS = {
    INK: "var(--ink)",
    SOFT: "var(--soft)",
    FAINT: "var(--line)",
    PAPER: "var(--paper)",
    FIRST: "var(--first)",
    SECOND: "var(--second)",
    THIRD: "var(--third)",
}
"""What stands in the page for a colour that is drawn: its own variables, which follow light and dark."""

_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS = frozenset({"svg", "g", "defs", "clipPath", "path", "use", "rect", "text", "tspan", "image", "pattern"})
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
# Releases of matplotlib differ in whether they write the font as one property or as several.
_FONT = re.compile(r"font: (?:(italic|oblique) )?(?:small-caps )?(?:(\d+) )?([\d.]+px) [^;]*")
_FAMILY = re.compile(r"font-family: [^;]*(?:; )?")


def embedded(
    svg: str, prefix: str, title: str, description: str = "", colours: Mapping[str, str] = COLOURS
) -> Markup | None:
    """A drawing of matplotlib's as an element of the page; None if it is anything else.

    Args:
        svg: what matplotlib wrote.
        prefix: keeps the ids of several drawings in one page apart.
        title: what is drawn, for those who cannot see it; description: the same at length.
        colours: what stands in the page for each colour.
    """
    root = _parsed(svg)
    if root is None:
        return None
    # Numbered, for an author may have given one name to two parts.
    known: dict[str, str] = {}
    for position, element in enumerate(root.iter()):
        if "id" in element.attrib:
            known.setdefault(element.attrib["id"], f"{prefix}-{position}")
            element.set("id", f"{prefix}-{position}")
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == _LINK:
                # Plain href is what HTML reads today.
                del element.attrib[name]
                element.set("href", f"#{known.get(value[1:], '')}" if value.startswith("#") else value)
            elif name != "id":
                value = _REFERENCE.sub(lambda match: f"url(#{known.get(match[1], '')})", value)
                element.set(name, _styled(value, colours) if name == "style" else value)
    texts = {tag: text for tag, text in (("title", title), ("desc", description)) if text}
    for position, (tag, text) in enumerate(texts.items()):
        child = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{prefix}-{tag}"})
        child.text = text
        root.insert(position, child)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-labelledby", " ".join(f"{prefix}-{tag}" for tag in texts))
    root.set("stroke-linejoin", "round")
    ElementTree.register_namespace("", _SVG)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _parsed(svg: str) -> ElementTree.Element | None:
    """The drawing without what would reach beyond it; None if it has an element that matplotlib does not write."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return None
    for parent in list(root.iter()):
        for child in list(parent):
            # Metadata say nothing, and the <style> of matplotlib would restyle every line of the page.
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        namespace, _, tag = element.tag.rpartition("}")
        if namespace != f"{{{_SVG}" or tag not in _ELEMENTS:
            return None
        for name, value in element.attrib.items():
            outward = name.endswith("href") and not value.startswith(("#", "data:image/png;"))
            if outward or name.startswith("on") or re.search(r"url\((?!#)", value):
                return None
    return root if root.tag == f"{{{_SVG}}}svg" else None


def _styled(value: str, colours: Mapping[str, str]) -> str:
    """A style in the page's colours and font."""
    value = re.sub("|".join(map(re.escape, colours)), lambda match: colours[match.group()], value)
    return _FAMILY.sub("", _FONT.sub(_font, value))


def _font(match: re.Match[str]) -> str:
    parts = zip(("font-style", "font-weight", "font-size"), match.groups(), strict=True)
    return "; ".join(f"{name}: {value}" for name, value in parts if value)
