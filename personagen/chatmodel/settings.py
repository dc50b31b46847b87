"""Which language model, and how it is asked."""

from __future__ import annotations

from pydantic import Field

from personagen.egress import host_of, is_loopback
from personagen.models import Model

DEFAULT_MODEL = "openai:gpt-4.1-mini"
OPENAI = "api.openai.com"
KEY, OTHER_KEY = "OPENAI_API_KEY", "PERSONAGEN_API_KEY"
"""Where the key stands: OpenAI's, and that of another server."""


class ModelSettings(Model):
    """A language model and how it is asked."""

    model: str = DEFAULT_MODEL
    """LangChain's name, `provider:model`; without a provider it is OpenAI's protocol."""
    base_url: str | None = None
    """Of a server that speaks OpenAI's protocol; None: OpenAI itself."""
    temperature: float | None = 0.0
    """None leaves it to the server, as reasoning models want it."""
    max_output_tokens: int = Field(default=800, ge=16)
    """Of one answer."""
    chunk_tokens: int = Field(default=1000, ge=50)
    """Of what participants said, in one request to code it."""
    timeout: float = Field(default=60.0, gt=0)
    """Seconds without a byte after which a request is given up."""
    deadline: float = Field(default=180.0, gt=0)
    """Seconds after which an answer that still drips is given up."""
    retries: int = Field(default=4, ge=0)
    """Times a request is sent again after 429, 5xx, a time-out or a cut connection."""
    most_wait: float = Field(default=60.0, ge=0)
    """Seconds waited at most before a request is sent again, whatever the server asks for."""
    concurrency: int = Field(default=4, ge=1)
    """Requests in flight at once."""

    @property
    def qualified(self) -> str:
        """Return the name with its provider: `openai:gpt-4.1-mini`."""
        return self.model if ":" in self.model else f"openai:{self.model}"

    @property
    def provider(self) -> str:
        """Return the provider: `openai`."""
        return self.qualified.partition(":")[0]

    @property
    def bare(self) -> str:
        """Return the name as the server knows it."""
        return self.qualified.partition(":")[2]

    @property
    def host(self) -> str:
        """Return the host that requests go to."""
        return host_of(self.base_url) if self.base_url else OPENAI

    @property
    def local(self) -> bool:
        """Return whether requests stay on this machine."""
        return is_loopback(self.host)
