"""The language-model analyst: addresses, never words; every sentence it writes is checked."""
