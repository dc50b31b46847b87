import hashlib
import inspect
import socket

import pytest

from personagen import tokens

ADDRESS = tokens._ADDRESS.format(name=tokens.ENCODING)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    _forget()
    yield
    _forget()


def _forget():
    tokens.counter.cache_clear()
    tokens.counter_for.cache_clear()


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_without_the_encoding_on_disk_the_encoder_counts_approximately():
    counter = tokens.counter()
    assert counter.approximate
    assert counter.count("We waited three weeks.") == 5


def test_a_damaged_encoding_on_disk_is_left_alone(tmp_path):
    path = tmp_path / hashlib.sha1(ADDRESS.encode()).hexdigest()
    path.write_bytes(b"half a download")
    assert tokens.counter().approximate
    assert path.exists()


def test_with_the_encoding_on_disk_tiktoken_counts(tmp_path, monkeypatch):
    # A stand-in for the 3.6 MB file: single bytes only, so that every byte is a token.
    import base64

    import tiktoken
    import tiktoken.load
    from tiktoken_ext import openai_public

    ranks = b"".join(base64.b64encode(bytes([b])) + f" {b}\n".encode() for b in range(256))
    sha256 = hashlib.sha256(ranks).hexdigest()
    (tmp_path / hashlib.sha1(ADDRESS.encode()).hexdigest()).write_bytes(ranks)
    monkeypatch.setitem(tokens._SHA256, tokens.ENCODING, sha256)
    load = tiktoken.load.load_tiktoken_bpe
    monkeypatch.setattr(
        openai_public, "load_tiktoken_bpe", lambda path, expected_hash: load(path, sha256)
    )
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    counter = tokens.counter()
    assert not counter.approximate
    assert counter.count("ten bytes!") == 10


def test_address_and_hash_are_those_that_tiktoken_knows():
    from tiktoken_ext import openai_public

    known = inspect.getsource(openai_public.o200k_base)
    assert ADDRESS in known
    assert tokens._SHA256[tokens.ENCODING] in known


def test_no_cache_folder_means_no_encoding(monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert not tokens.encoding_on_disk()


def test_a_chat_model_is_counted_offline_with_the_encoding_that_a_package_carries():
    counter = tokens.counter_for("gpt-4.1-mini")
    assert counter.approximate
    assert counter.count("We waited three weeks.") == 5


def test_for_a_model_of_that_very_encoding_the_count_is_exact():
    assert not tokens.counter_for("gpt-4").approximate


def test_a_model_nobody_has_heard_of_is_counted_approximately():
    assert tokens.counter_for("smollm2-135m").approximate


def test_without_that_package_the_encoder_counts(monkeypatch):
    monkeypatch.setattr(tokens, "find_spec", lambda name: None)
    counter = tokens.counter_for("gpt-4.1-mini")
    assert counter.approximate
    assert counter.count("We waited three weeks.") == 5
