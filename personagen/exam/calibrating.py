"""Weights of answering, fitted on calibration questions: which sentence answers, and does any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from personagen.answering import Dossier
from personagen.answering.finding import described
from personagen.answering.question import understood
from personagen.exam.grading import Key, key_of
from personagen.exam.places import Places
from personagen.exam.questions import Item
from personagen.exam.sitting import addressees
from personagen.models import StudyDocument

RIDGE = 0.3
"""Pull of the sentence weights towards nothing; the features are shares and cosines."""
SPREAD = 0.5
"""Inverse of that pull (scikit-learn's C) for the weights of the decision."""
FOLDS = 6
"""Parts, disjoint by theme, that the threshold is found on: each judged by the other five."""
WRONGLY_ANSWERED = 0.05
"""Share of unanswerable calibration questions that the threshold lets through at most."""
Floats = NDArray[np.float64]


class Fitted(NamedTuple):
    """The weights, and what they do on questions that their folds did not see."""

    sentence: dict[str, float]
    answered: dict[str, float]
    questions: int
    first_right: float
    """Share of the answered questions whose first sentence is at gold; of fitting questions."""
    let_through: float
    """Share of unanswerable questions answered, each theme judged by weights of the others."""
    declined: float
    """Share of answerable questions declined, likewise."""


class _Case(NamedTuple):
    theme: str
    cls: str
    sentences: Floats
    """Shape (n sentences, features)."""
    right: NDArray[np.bool_]
    """Shape (n,): at gold."""
    marks: Floats


def calibrate(
    items: Sequence[Item], document: StudyDocument, dossier: Callable[[str], Dossier]
) -> Fitted:
    """Return weights fitted on questions; those of the graded half are never looked at.

    Args:
        items: With their halves; what is not of the calibration half is left out.
        document: The study.
        dossier: Gives what a persona, by its id, can answer from.
    """
    names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    places, cases = Places(document), []
    chosen = [i for i in items if i.half == "calibration" and i.cls != "leading"]
    who = addressees(chosen, document, places)
    for item in chosen:
        persona = who.get(item.persona or item.archetype)
        if persona is None:
            continue
        own, key = dossier(persona.id), key_of(item, places)
        for question in item.questions:
            found = described(understood(question), own)
            names = tuple(found.sentences), tuple(found.marks)
            cases.append(_case(item, found.sentences, found.marks, _at_gold(own, key)))
    sentence = _sentence_weights(cases)
    marks, answerable = _decisions(cases)
    weights = _decision_weights(marks, answerable)
    unseen = _by_others(marks, answerable, [c.theme for c in cases])
    threshold = _threshold(unseen[~answerable])
    asked = np.array([c.cls == "answerable" for c in cases])
    return Fitted(
        sentence=_named(names[0], sentence),
        answered={**_named(("base", *names[1]), weights), "threshold": round(threshold, 2)},
        questions=len(cases),
        first_right=_first_right(cases, sentence),
        let_through=float(np.mean(unseen[~answerable] >= threshold)),
        declined=float(np.mean(unseen[asked] < threshold)),
    )


def _case(
    item: Item,
    sentences: Mapping[str, NDArray[np.float32]],
    marks: Mapping[str, float],
    right: NDArray[np.bool_],
) -> _Case:
    return _Case(
        theme=item.theme,
        cls=item.cls,
        sentences=np.column_stack([np.asarray(v, np.float64) for v in sentences.values()]),
        right=right,
        marks=np.array(list(marks.values())),
    )


def _at_gold(dossier: Dossier, key: Key) -> NDArray[np.bool_]:
    return np.array(
        [
            any(u.utterance == s.utterance and u.start < s.end and u.end > s.start for s in key.all)
            for u in dossier.units
        ],
        dtype=np.bool_,
    )


def _sentence_weights(cases: Sequence[_Case]) -> Floats:
    """Return the weights under which gold is likeliest among all sentences (conditional logit)."""
    told = [c for c in cases if c.right.any()]
    width = told[0].sentences.shape[1]

    def loss(weights: Floats) -> float:
        total = RIDGE * float(weights @ weights)
        for case in told:
            fits = case.sentences @ weights
            total += float(logsumexp(fits) - logsumexp(fits[case.right]))
        return total

    return np.asarray(minimize(loss, np.ones(width), method="L-BFGS-B").x)


def _decisions(cases: Sequence[_Case]) -> tuple[Floats, NDArray[np.bool_]]:
    return np.stack([c.marks for c in cases]), np.array([c.cls != "unanswerable" for c in cases])


def _decision_weights(marks: Floats, answerable: NDArray[np.bool_]) -> Floats:
    """Return base and weights of a logistic regression, both outcomes counting alike."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=SPREAD, class_weight="balanced", max_iter=1000)
    model.fit(marks, answerable)
    return np.concatenate([model.intercept_, model.coef_[0]])


def _by_others(marks: Floats, answerable: NDArray[np.bool_], themes: Sequence[str]) -> Floats:
    """Return each question's probability under weights fitted on other themes, shape (n,)."""
    numbers = {theme: i % FOLDS for i, theme in enumerate(sorted(set(themes)))}
    fold = np.array([numbers[theme] for theme in themes])
    judged = np.zeros(len(marks))
    for number in range(FOLDS):
        own = fold == number
        if own.any():
            weights = _decision_weights(marks[~own], answerable[~own])
            judged[own] = 1 / (1 + np.exp(-(weights[0] + marks[own] @ weights[1:])))
    return judged


def _threshold(unanswerable: Floats) -> float:
    """Return the least probability that lets no more unanswerable questions through than may be."""
    for threshold in np.arange(0.3, 0.96, 0.01):
        if np.mean(unanswerable >= threshold) <= WRONGLY_ANSWERED:
            return float(threshold)
    return 0.96


def _first_right(cases: Sequence[_Case], weights: Floats) -> float:
    told = [c for c in cases if c.right.any()]
    return float(np.mean([c.right[int(np.argmax(c.sentences @ weights))] for c in told]))


def _named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: round(float(v), 3) for name, v in zip(names, values, strict=True)}


def rendered(fitted: Fitted, questions: str) -> str:
    """Return the weights as the data file that answering reads."""

    def table(name: str, values: Mapping[str, float]) -> str:
        return "\n".join([f"[{name}]", *(f"{key} = {value}" for key, value in values.items())])

    return (
        f"# Fitted on the calibration half of {questions} by\n"
        f"# personagen exam --questions {questions} \\\n"
        "#   --calibrate personagen/answering/fitted.toml\n\n"
        "# Which sentence speaks to the question: the higher the sum, the better"
        " (conditional logit).\n"
        f"{table('sentence', fitted.sentence)}\n\n"
        "# Whether the people speak of what is asked at all (logistic regression).\n"
        f"{table('answered', fitted.answered)}\n"
    )
