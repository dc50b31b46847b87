"""Code, name, phrase: who turns what participants said into addresses, names and claims."""
