"""The app: one page that the server draws and the browser shows; nothing from anywhere else."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Set before Gradio is imported: it reads these once, and would ask its maker's server for news.
os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_DISABLE_TELEMETRY="1")

import gradio as gr
from starlette.middleware import Middleware

from .chat import after
from .desk import answer
from .doors import OnlyHere
from .incoming import LARGEST, Incoming
from .jobs import Jobs
from .room import Desk
from .shelf import Shelf
from .templating import rendered, static

if TYPE_CHECKING:
    pass

Check = Callable[[str, str], bool]
"""A name and a password to whether they belong together."""
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")


def build(desk: Desk, me: str) -> gr.Blocks:
    """Return the app for one study.

    Args:
        desk: The study and what goes on in it.
        me: Who decides where nobody has to log in, until they say another name.
    """

    def heard(asked: Any) -> dict[str, object]:
        """Return what a model has said to a question so far, as soon as it is more."""
        return after(desk, asked)

    app = gr.Blocks(title="personagen", analytics_enabled=False, fill_width=True)
    with app:
        page = gr.HTML(
            "",
            label="Review room",
            html_template=str(rendered("shell.html", {"me": me})),
            js_on_load=static("room.js"),
            apply_default_css=False,
            elem_id="personagen",
            server_functions=[heard],
        )

        def ask(event: gr.EventData, request: gr.Request) -> str:
            """Draw the page for one question of a browser tab."""
            return json.dumps(answer(desk, event._data, request.username or ""))

        page.ask(
            ask,
            inputs=None,
            outputs=page,
            queue=False,
            show_progress="hidden",
            trigger_mode="multiple",
            api_visibility="private",
        )
    return app


def launch(
    folder: Path,
    *,
    me: str,
    host: str = "127.0.0.1",
    port: int | None = None,
    check: Check | None = None,
    inbrowser: bool = False,
    ready: Callable[[str], object] | None = None,
    block: bool = True,
) -> tuple[gr.Blocks, str]:
    """Serve the review room of the study in a folder; return the app and its address.

    Args:
        folder: The study.
        me: Who decides where nobody has to log in.
        host: What to listen on; the caller has seen to it that others must log in.
        port: The first free one from 7860 by default.
        check: Who may come in; everyone on this computer where there is none.
        inbrowser: Open it in the browser.
        ready: Told the address as soon as it answers.
        block: Stay until interrupted.
    """
    uploads = Path(tempfile.mkdtemp(prefix="personagen-"))
    os.environ["GRADIO_TEMP_DIR"] = str(uploads)
    desk = Desk(Shelf(folder, ahead=True), Incoming(folder, uploads), Jobs())
    _ = desk.shelf.now().view  # made before anybody waits for it
    app = build(desk, me)
    exports = folder / "exports"
    exports.mkdir(exist_ok=True)
    _, address, _ = app.launch(
        server_name=host,
        server_port=port,
        auth=check,
        auth_message="The review room of a study. Log in with the name that you decide under.",
        share=False,
        inbrowser=inbrowser,
        prevent_thread_lock=True,
        quiet=True,
        show_error=False,
        allowed_paths=[str(exports.resolve())],
        max_file_size=LARGEST,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        theme=_theme(),
        head=f"<style>{static('house.css')}</style>",
        favicon_path=Path(__file__).parent / "static" / "favicon.png",
        app_kwargs=_kwargs(host),
    )
    if ready:
        ready(address)
    try:
        if block:
            app.block_thread()
    finally:
        if block:
            shutil.rmtree(uploads, ignore_errors=True)
    return app, address


def _theme() -> Any:
    plain = gr.themes.Base(font=list(FONTS), font_mono=["ui-monospace", "monospace"])
    return plain


def _kwargs(host: str) -> dict[str, Any]:
    return {"middleware": [Middleware(OnlyHere, host=host)], "docs_url": None, "redoc_url": None}
