"""Office files that can't be read as they are: the older binary ones, and those with a password."""

from __future__ import annotations

from personagen.reading.files import RawFile

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Of the container that older Office files, and all protected ones, are packed in."""

_INSIDE = (
    ("EncryptedPackage", "it is protected by a password", "Save a copy without password."),
    ("__substg1.0_", "it is an Outlook message (.msg)", "Save it as .eml or text."),
    ("WordDocument", "it is an old Word file (.doc)", "Save it as .docx."),
    ("Workbook", "it is an old Excel file (.xls)", "Save it as .xlsx or .csv."),
    ("Book", "it is an old Excel file (.xls)", "Save it as .xlsx or .csv."),
    ("PowerPoint Document", "it is an old PowerPoint file (.ppt)", "Save its text as .docx."),
)


def refuse(file: RawFile) -> None:
    """Refuse a file in the container of older Office programs, and say which it is.

    Raises:
        ReadingError: it is one.
    """
    if not file.data.startswith(_SIGNATURE):
        return
    for name, problem, remedy in _INSIDE:
        if name.encode("utf-16-le") in file.data:
            raise file.refuse(problem, remedy)
    raise file.refuse(
        "it is an old or password-protected Office file",
        "Take the password off, or save it as .docx or .xlsx.",
    )
