"""What participants tell of themselves, sentence by sentence: cues, tools, roles, words, pieces."""
