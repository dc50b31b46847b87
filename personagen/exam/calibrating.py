"""Weights of answering, fitted on calibration questions: which sentence answers, and does any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from personagen.answering import Dossier
from personagen.answering.finding import Described, described
from personagen.answering.question import understood
from personagen.exam.grading import Key, key_of
from personagen.exam.places import Places, at
from personagen.exam.questions import Item
from personagen.exam.sitting import addressees
from personagen.models import StudyDocument

RIDGE = 0.3
"""Pull of the sentence weights towards nothing; the features are shares and cosines."""
SPREAD = 0.1
"""Inverse of that pull (scikit-learn's C) for the weights of the decision, of features that vary
alike."""
FOLDS = 6
"""Parts, disjoint by theme, that the threshold is found on: each judged by the other five."""
WRONGLY_ANSWERED = 0.05
"""Share of unanswerable calibration questions that the threshold lets through at most."""
Floats = NDArray[np.float64]


class Fitted(NamedTuple):
    """The weights, and what they do on questions that their folds did not see."""

    sentence: dict[str, float]
    again: dict[str, float]
    """How the first fit and what either reader says are added."""
    answered: dict[str, float]
    questions: int
    first_right: float
    """Share of the answered questions whose first sentence is at gold; of fitting questions."""
    let_through: float
    """Share of unanswerable questions answered, each theme judged by weights of the others."""
    declined: float
    """Share of answerable questions declined, likewise."""


_Told = tuple[Floats, NDArray[np.bool_]]
"""Of the sentences of one question: features, and which are at gold."""


class _Case(NamedTuple):
    theme: str
    cls: str
    sentences: Floats
    """Shape (n sentences, features)."""
    read: Floats
    """Shape (n,): log odds that each answers, read together with the question."""
    closer: Floats
    """Shape (n,): the same by the closer reader."""
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
            cases.append(_case(item, found, _at_gold(own, key)))
    told = [c for c in cases if c.right.any()]
    sentence = _sentence_weights([(c.sentences, c.right) for c in told])
    both = [(np.column_stack([c.sentences @ sentence, c.read, c.closer]), c.right) for c in told]
    again = _sentence_weights(both)
    marks, answerable = _decisions(cases)
    weights = _decision_weights(marks, answerable)
    unseen = _by_others(marks, answerable, [c.theme for c in cases])
    threshold = _threshold(unseen[~answerable])
    asked = np.array([c.cls == "answerable" for c in cases])
    return Fitted(
        sentence=_named(names[0], sentence),
        again=_named(("first", "read", "closer"), again),
        answered={**_named(("base", *names[1]), weights), "threshold": round(threshold, 2)},
        questions=len(cases),
        first_right=_first_right(both, again),
        let_through=float(np.mean(unseen[~answerable] >= threshold)),
        declined=float(np.mean(unseen[asked] < threshold)),
    )


def _case(item: Item, found: Described, right: NDArray[np.bool_]) -> _Case:
    columns = [np.asarray(v, np.float64) for v in found.sentences.values()]
    return _Case(
        theme=item.theme,
        cls=item.cls,
        sentences=np.column_stack(columns),
        read=np.asarray(found.read, np.float64),
        closer=np.asarray(found.closer, np.float64),
        right=right,
        marks=np.array(list(found.marks.values())),
    )


def _at_gold(dossier: Dossier, key: Key) -> NDArray[np.bool_]:
    return np.array([at(unit, key.all) for unit in dossier.units], dtype=np.bool_)


def _sentence_weights(told: Sequence[_Told]) -> Floats:
    """Return the weights under which gold is likeliest among all sentences (conditional logit)."""
    width = told[0][0].shape[1]

    def loss(weights: Floats) -> float:
        total = RIDGE * float(weights @ weights)
        for sentences, right in told:
            fits = sentences @ weights
            total += float(logsumexp(fits) - logsumexp(fits[right]))
        return total

    return np.asarray(minimize(loss, np.ones(width), method="L-BFGS-B").x)


def _decisions(cases: Sequence[_Case]) -> tuple[Floats, NDArray[np.bool_]]:
    return np.stack([c.marks for c in cases]), np.array([c.cls != "unanswerable" for c in cases])


def _decision_weights(marks: Floats, answerable: NDArray[np.bool_]) -> Floats:
    """Return base and weights of a logistic regression, both outcomes counting alike."""
    from sklearn.linear_model import LogisticRegression

    # Shares lie between 0 and 1, log odds don't: the pull is to be the same on all.
    middle, width = marks.mean(0), marks.std(0) + 1e-6
    model = LogisticRegression(C=SPREAD, class_weight="balanced", max_iter=1000)
    model.fit((marks - middle) / width, answerable)
    weights = model.coef_[0] / width
    return np.concatenate([model.intercept_ - weights @ middle, weights])


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


def _first_right(told: Sequence[_Told], weights: Floats) -> float:
    return float(np.mean([right[int(np.argmax(some @ weights))] for some, right in told]))


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
        "# The nearest are read together with the question, the likeliest twice: how all are"
        " added.\n"
        f"{table('again', fitted.again)}\n\n"
        "# Whether the people speak of what is asked at all (logistic regression).\n"
        f"{table('answered', fitted.answered)}\n"
    )
