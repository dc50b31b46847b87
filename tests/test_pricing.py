"""What a run costs is known from a dated list, or said to be unknown."""

from __future__ import annotations

from datetime import date

import pytest

from personagen.chatmodel.pricing import price_of
from personagen.chatmodel.settings import ModelSettings
from personagen.errors import UsageError


def test_a_listed_model_has_a_price_with_its_day():
    price = price_of(ModelSettings(model="openai:gpt-4.1-mini"))
    assert price.of(1_000_000, 0) == 0.4
    assert price.of(0, 1_000_000) == 1.6
    assert price.as_of == date(2025, 8, 7)


def test_a_dated_name_has_the_price_of_its_model():
    assert price_of(ModelSettings(model="openai:gpt-4o-mini-2024-07-18")).input == 0.15


@pytest.mark.parametrize(
    "settings",
    [
        ModelSettings(model="openai:gpt-99"),
        ModelSettings(model="openai:gpt-4.1-mini", base_url="http://127.0.0.1:8080/v1"),
        ModelSettings(model="openai:gpt-4.1-mini", base_url="https://models.example.org/v1"),
    ],
)
def test_the_price_of_other_models_and_servers_is_unknown(settings):
    assert price_of(settings) is None


def test_a_study_may_bring_its_own_prices(tmp_path):
    (tmp_path / "prices.toml").write_text(
        'as_of = 2026-01-31\n[models]\n"local" = { input = 1, output = 2 }\n'
    )
    settings = ModelSettings(model="openai:local", base_url="http://127.0.0.1:1/v1")
    assert price_of(settings, tmp_path).of(1_000_000, 1_000_000) == 3


@pytest.mark.parametrize(
    "text",
    ["as_of =", 'as_of = 2026-01-31\n[models]\n"local" = { input = 1 }',
     '[models]\n"local" = { input = 1, output = 2 }'],
)  # fmt: skip
def test_a_price_list_that_cannot_be_read_is_said(tmp_path, text):
    (tmp_path / "prices.toml").write_text(text)
    with pytest.raises(UsageError, match=r"prices\.toml"):
        price_of(ModelSettings(model="openai:local"), tmp_path)
