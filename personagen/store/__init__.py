"""Where a study lives on disk: the ledger (SQLite), the vectors (Chroma) and the writer lock.

The ledger is the truth; the vectors are derived from it and can be rebuilt at any time.
"""
