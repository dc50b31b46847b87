"""What the encoder has to beat: TF-IDF and logistic regression, on the same folds."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from personagen.encoder.data import Unit
from personagen.encoder.layout import CODES


def tfidf_logits(train: Sequence[Unit], test: Sequence[Unit]) -> NDArray[np.float32]:
    """Return logits of the six codes for the test units, shape (n, 6).

    Words and pairs of words of the text; one regression a code, classes balanced.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    columns = []
    for code in CODES:
        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
            LogisticRegression(C=4.0, class_weight="balanced", max_iter=1000),
        )
        model.fit([u.text for u in train], [code in u.codes for u in train])
        columns.append(model.decision_function([u.text for u in test]))
    return np.stack(columns, 1).astype(np.float32)
