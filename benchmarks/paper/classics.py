"""The classifiers that the paper compares with, by scikit-learn, on the same five attributes."""

from __future__ import annotations

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from benchmarks.paper.attributes import Attributes
from framesense.rating.ratings import Rows

NAMES = ("SVM", "decision tree", "naive Bayes", "majority class")
SVM_ROWS = 10_000  # its time grows with their square


def answer(name: str, x: Attributes, level: Rows, train: Rows, test: Rows, *, seed: int) -> Rows:
    """Levels of the `test` rows, int64, (m,)."""
    model = {
        "SVM": SVC(C=100, kernel="rbf", gamma=0.003, cache_size=1000),
        "decision tree": DecisionTreeClassifier(
            criterion="entropy", splitter="best", random_state=seed
        ),
        "naive Bayes": GaussianNB(),
        "majority class": DummyClassifier(strategy="most_frequent"),
    }[name]
    if name == "SVM":
        train = np.random.default_rng(seed).permutation(train)[:SVM_ROWS]
    model.fit(x.values[train], level[train])
    levels: Rows = model.predict(x.values[test])
    return levels
