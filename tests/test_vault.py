from __future__ import annotations

import base64
import stat

import pytest
from sqlalchemy import text

from personagen.errors import VaultError
from personagen.privacy import keys
from personagen.privacy.vault import Vault, is_sealed, new_key
from personagen.store.ledger import VAULT, Ledger
from personagen.store.tables import metadata
from tests.store_fixture import a_person, a_source

FIRST = set(
    "facts findings participants pending_vectors review_events runs sources aliases chunks "
    "doubtful identities utterances".split()
)
LATER = [name for name in metadata.tables if name not in FIRST]
"""Tables that the first schema didn't have."""


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'study' / 'study.db'}")
    (tmp_path / "study").mkdir()
    ledger.migrate()
    yield ledger
    ledger.close()


def test_what_is_sealed_opens_with_its_key_alone():
    vault = Vault(new_key())
    sealed = vault.seal("Łucja Dąbrowska")
    assert is_sealed(sealed)
    assert "ucja" not in sealed
    assert vault.open(sealed) == "Łucja Dąbrowska"
    assert vault.seal("") != vault.seal(" ")
    with pytest.raises(VaultError, match="does not open with this key"):
        Vault(new_key()).open(sealed)


def test_a_hash_needs_the_key():
    first, second = Vault(new_key()), Vault(new_key())
    assert first.hash("a@b.c") == first.hash("a@b.c") != second.hash("a@b.c")


def test_without_a_keyring_the_key_is_a_private_file_outside_the_study(tmp_path, ledger):
    vault = ledger.vault
    path = keys.configuration() / "keys" / f"{ledger.fact(VAULT)}.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = path.read_text().strip()
    for file in (tmp_path / "study").rglob("*"):
        assert key.encode() not in file.read_bytes()
        assert base64.b64decode(key) not in file.read_bytes()
    assert Ledger(ledger.engine.url).vault.open(vault.seal("x")) == "x"


def test_a_keyring_is_asked_before_the_private_file(monkeypatch):
    kept = {}
    monkeypatch.setattr(
        "keyring.set_password", lambda service, name, key: kept.update({(service, name): key})
    )
    monkeypatch.setattr("keyring.get_password", lambda service, name: kept.get((service, name)))
    made = keys.make_key("abc", None)
    assert list(kept) == [("personagen", "abc")]
    assert keys.find_key("abc") == made
    assert not (keys.configuration() / "keys" / "abc.key").exists()


def test_a_file_that_the_user_names_holds_the_key(tmp_path, monkeypatch):
    named = tmp_path / "safe" / "study.key"
    monkeypatch.setenv(keys.FILE_SETTING, str(named))
    made = keys.make_key("abc", tmp_path / "study")
    assert stat.S_IMODE(named.stat().st_mode) == 0o600
    assert keys.find_key("abc") == made


def test_the_key_may_not_lie_in_the_study_it_locks(tmp_path):
    with pytest.raises(VaultError, match="may not lie in the study"):
        keys.make_key("abc", tmp_path, tmp_path / "here" / "my.key")


def test_a_missing_key_is_named_with_the_place_to_bring_it_to(tmp_path, ledger, monkeypatch):
    ledger.put(a_source("hana", ("P01", "We waited three weeks.")))
    monkeypatch.setenv("PERSONAGEN_CONFIG", str(tmp_path / "elsewhere"))
    other = Ledger(ledger.engine.url)
    with pytest.raises(VaultError, match=r"Bring the file \w+\.key"):
        other.aliases()
    assert [source.path for source in other.sources()] == ["hana.txt"]
    other.close()


def test_no_name_nor_identity_lies_open_on_disk(tmp_path, ledger):
    new = a_source("kiln", ("P01", "We waited three weeks."))
    person = a_person("P01", ["odette@example.org"])
    options = {"speakers": {"Odette Vrba": "P01"}, "redact": True}
    ledger.put(new._replace(people=[person], options=options))
    assert ledger.aliases() == tuple(new.aliases)
    ledger.close()
    stored = b"".join(p.read_bytes() for p in (tmp_path / "study").iterdir())
    for name in (b"Name of P01", b"odette@example.org", b"Odette"):
        assert name not in stored


def test_what_an_earlier_version_left_open_is_sealed(tmp_path, ledger):
    ledger.put(a_source("kiln", ("P01", "We waited three weeks.")))
    with ledger.engine.begin() as connection:
        for statement in (
            "UPDATE aliases SET name = 'Odette Vrba'",
            "INSERT INTO identities VALUES ('odette@example.org', 'P01')",
            'UPDATE sources SET options = \'{"redact": true, "interviewers": ["Odette"]}\'',
            *(f"DROP TABLE {name}" for name in LATER),
            "UPDATE alembic_version SET version_num = '0001'",
        ):
            connection.execute(text(statement))
    ledger.migrate()
    assert [alias.name for alias in ledger.aliases()] == ["Odette Vrba"]
    assert ledger.known()[0].identities == ("odette@example.org",)
    ledger.close()
    stored = b"".join(p.read_bytes() for p in (tmp_path / "study").iterdir())
    assert b"dette" not in stored
