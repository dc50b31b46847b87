"""Do everything that needs no model beyond this machine, and tell what tried to leave it.

    python -m tests.watched FOLDER

Run in a process of its own. An audit hook sees every name that Python looks up and every address
it connects or sends to, whoever does it. Libraries in other languages (Chroma's, onnxruntime's)
are seen from two sides: a proxy of ours is named in the environment, and the sockets of this
process are read from the system while it works. Prints one line of JSON.
"""

from __future__ import annotations

import http.server
import ipaddress
import json
import os
import socket
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

TELEMETRY_SECONDS = 17.0
"""onnxruntime would report 15 seconds after its first model was loaded."""


class Watch:
    """What this process tried to reach."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.away: set[str] = set()
        self.proxied: list[str] = []
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin; there is no way to take an audit hook off again."""
        sys.addaudithook(self._hear)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            os.environ[name] = os.environ[name.lower()] = self._proxy()
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
        threading.Thread(target=self._poll, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            self._note(args[1])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            self._note(args[:1])

    def _note(self, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) and address else None
        if host is None:
            return
        name = host.decode() if isinstance(host, bytes) else str(host)
        (self.seen if _here(name) else self.away).add(f"{name}")

    def _proxy(self) -> str:
        watch = self

        class Proxy(http.server.BaseHTTPRequestHandler):
            def _any(self) -> None:
                watch.proxied.append(f"{self.command} {self.path}")
                self.send_error(502)

            do_CONNECT = do_GET = do_POST = do_HEAD = _any

            def log_message(self, *_: object) -> None:
                pass

        if not hasattr(self, "_server"):
            self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
            self._server.daemon_threads = True
            threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _poll(self) -> None:
        while not self._stopped.wait(0.05):
            self.away.update(_native_peers())


def _here(host: str) -> bool:
    if host in ("", "localhost", "0.0.0.0", "::", "::1", "None"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return host == socket.gethostname()


def _native_peers() -> set[str]:
    """Return the far ends, beyond this machine, of all sockets that this process holds."""
    try:
        own = {os.readlink(f"/proc/self/fd/{fd}") for fd in _descriptors()}
    except OSError:
        return set()
    inodes = {link[8:-1] for link in own if link.startswith("socket:[")}
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        path = Path("/proc/self/net") / table
        lines = path.read_text().splitlines()[1:] if path.exists() else []
        for parts in map(str.split, lines):
            if parts[9] in inodes and not _here(peer := _address(parts[2])):
                found.add(f"{table} {peer}")
    return found


def _descriptors() -> list[str]:
    return [fd for fd in os.listdir("/proc/self/fd") if os.path.islink(f"/proc/self/fd/{fd}")]


def _address(word: str) -> str:
    digits = bytes.fromhex(word.split(":")[0])
    words = [digits[at : at + 4][::-1] for at in range(0, len(digits), 4)]
    found = ipaddress.ip_address(b"".join(words))
    plain = getattr(found, "ipv4_mapped", None) or found
    return "0.0.0.0" if int(plain) == 0 else str(plain)


def phone_home() -> None:
    """Do what must not be done, so that a test can see that it is seen."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        try:
            gone.sendto(b"x", ("203.0.113.9", 9))
        except OSError:
            pass
    try:
        socket.getaddrinfo("phone.example", 443)
    except OSError:
        pass
    try:
        urllib.request.urlopen("https://proxied.example/", timeout=5)
    except OSError:
        pass


def work(folder: Path) -> list[str]:
    """Do what a user does, and return what was done."""
    os.environ.update(LANGSMITH_TRACING="true", LANGCHAIN_TRACING_V2="true", LANGSMITH_API_KEY="k")
    from personagen.study import Study
    from tests.llm_fixture import good_model, options, write_study
    from tests.model_server import serving

    study_folder = write_study(folder / "study")
    done = ["import"]
    began = time.monotonic()
    with Study.open(study_folder) as study:
        study.search("exports that break", 3)
        done.append("search")
        study.analyze()
        done.append("analyze")
        study.talk.ask("What takes your Fridays?", study.findings().personas[0].id)
        study.message_test.test("No more Fridays with invoices!")
        done.append("ask")
        with serving(good_model) as server:
            study.analyze(llm=options(server))
            assert server.requests
        done.append("model")
        study.export(["md", "html", "json", "csv"])
        done.append("export")
    _room(study_folder)
    done.append("room")
    time.sleep(max(0.0, TELEMETRY_SECONDS - (time.monotonic() - began)))
    return done


def _room(folder: Path) -> None:
    from personagen.ui.app import launch

    app, address = launch(folder, me="Bo", block=False)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=30) as page:
        assert page.status == 200
    app.close()


def main() -> None:
    """Watch, work, tell."""
    watch = Watch()
    watch.start()
    done: list[str] = []
    if "--phone-home" in sys.argv:
        phone_home()
    else:
        done = work(Path(sys.argv[1]))
    watch.stop()
    told = {
        "did": done,
        "seen": sorted(watch.seen),
        "away": sorted(watch.away),
        "by proxy": watch.proxied,
    }
    print(json.dumps(told), flush=True)
    os._exit(0)  # servers of libraries may still run


if __name__ == "__main__":
    main()
