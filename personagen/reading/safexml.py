"""XML from strangers: no entities, no other files, no depth without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen.reading.files import RawFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DEEPEST = 200


def parse(file: RawFile, data: bytes) -> Element:
    """Return the root of an XML document.

    Raises:
        ReadingError: it declares entities, is nested too deep, or is broken.
    """
    from xml.etree.ElementTree import ParseError, TreeBuilder

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    class Shallow(TreeBuilder):
        depth = 0

        def start(self, tag: str, attrs: dict[str, str], /) -> Element:
            self.depth += 1
            if self.depth > _DEEPEST:
                raise file.refuse("its XML is nested too deep", "Save it again.")
            return super().start(tag, attrs)

        def end(self, tag: str, /) -> Element:
            self.depth -= 1
            return super().end(tag)

    parser = DefusedXMLParser(target=Shallow(), forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data.lstrip().removeprefix(b"\xef\xbb\xbf"))
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise file.refuse(
            "its XML declares entities, as only hostile files do", "Export it again."
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise file.refuse("its XML is broken", "Export it again.") from error
    return root


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]
