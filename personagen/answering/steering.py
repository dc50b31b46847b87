"""Words that are written to a machine that reads along, not said to the person who asks."""

from __future__ import annotations

import re

from personagen.prompt import as_data

_ORDERS = re.compile(
    r"""
    \b(?:ignor\w*|disregard\w*|forget|override|bypass|répondez|responde)\b[^.!?]{0,60}
      \b(?:instruction|prompt|rule|above|previous|before\ this|consigne|anweisung|instruccion)
    | \b(?:system|developer)\ prompt\b | \b(?:developer|debug|jailbreak)\ mode\b
    | \b(?:your|my|the)\ (?:system\ )?instructions\ (?:into|in|to)\b
    | \b(?:you\ are|act)\ (?:now|from\ now\ on|as\ (?:an?\ )?(?:ai|assistant))\b
    | \bfrom\ now\ on\ you\ are\b
    | \b(?:as|you\ are|if\ you\ are)\ an?\ (?:ai|large\ )?\ ?(?:language\ model|ai\b)
    | \b(?:say|print|output|answer\ (?:only\ )?with|write|reveal|show|repeat)\b[^.!?]{0,40}
      \b(?:system\ prompt|prompt|real\ name|names\ behind|the\ key)\b
    | \b(?:action\ input|final\ answer|human|assistant)\s*:\s
    | \b(?:answer|respond|reply)\ only\ (?:with|in)\b
    | ^\W*(?:say|print|answer|output)\s+\w+\W*$
    | \bcode\ nothing\b | \bdrop\ all\b | \bnote\ to\ the\ coder\b
    | \b(?:the\ researcher\ says|i\ am\ the\ researcher)\b | \binvent\ a\ quote\b
    | \bend\ of\ data\b | \bdata\ ends\ here\b | \bbegin\ instructions\b | \bnew\ policy\b
    | (?:^|[.\]\u203a]\s?)(?:system|user|observation)\s*:
    | ^\#+\s*(?:system|user|assistant)\b
    | \u2039\|?/?\w[^\u203a]*\u203a | \[/?inst\] | \\[nr]\\[nr]
    | \bfunction_calls\b | \btool_calls?\b | \{\{.*\}\} | \{%.*%\} | \$\{
    | ```|"(?:label|coded|sentences|tool_calls|name)"\s*:
    | !?\[[^\]]*\]\(https?: | https?://
    | (?:\b\w\s){7,} | [A-Za-z0-9+/]{40,}={0,2}
    | \[\d+\]\s*(?:praise|pain|i\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def steers(text: str) -> bool:
    """Return whether a text speaks to a machine: orders, roles, markup, code.

    Nothing is answered with it, offline or by a model. In doubt it is left out: people who speak
    of a web address or in template braces are rare, and their other words stand.
    """
    return bool(_ORDERS.search(as_data(text)))
