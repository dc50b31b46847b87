"""`personas.html`: the whole study in one file that needs nothing else, and runs nothing.

No scripts, no fonts, no pictures from elsewhere; a content policy in the page forbids them. What
participants wrote is escaped by the template engine, so markup in it shows as text.
"""

from __future__ import annotations

from personagen.export.templating import rendered
from personagen.export.view import view
from personagen.models import StudyDocument

FILE = "personas.html"


def render(document: StudyDocument) -> dict[str, str]:
    """Return the document as one page."""
    return {FILE: rendered("personas.html", {"doc": view(document)})}
