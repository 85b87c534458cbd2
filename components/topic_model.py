"""Which topic a text is about: three voices, one probability.

- description: a small network on what the encoder's last layers say of the text (`description_network`);
- spelling: a linear support vector machine on character n-grams, which knows short words, slang and typos that the
  sentence encoder never saw;
- example: the nearest example of each topic, by the cosine of their sentence vectors, for questions near one that somebody wrote down.

Their probabilities are joined by a weighted geometric mean (a logarithmic opinion pool: Genest & Zidek 1986). On the tuning
questions the three together beat the best single one; `make evaluate` prints the comparison again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy.special import softmax

from components.description_network import USUAL, DescriptionNetwork, Size, fit_network
from components.mpnet import sentence_vectors

# Chosen on tests/tuning.yml and tests/tuning_danger.yml (docs/decisions/0006).
MARGIN_C = 1.0
MARGIN_TEMPERATURE = 0.15
NGRAMS = (2, 4)
NEAREST_TEMPERATURE = 0.07
# Examples are compared along so many principal axes of the sentence vectors. On the tuning messages as good as 96 (docs/decisions/0006),
# and quicker: reading through all examples is the longest part of a judgment.
AXES = 64
# How much each voice counts, unless a component says otherwise: for topics the network as much as the other two together.
WEIGHTS = {"spelling": 1 / 4, "example": 1 / 4, "description": 1 / 2}


@dataclass
class TopicModel:
    """The fitted voices. All arrays, so that it is saved without pickling code."""

    topics: np.ndarray
    ngrams: np.ndarray
    ngram_idf: np.ndarray
    spelling_weight: np.ndarray
    spelling_bias: np.ndarray
    axes: np.ndarray
    example_vectors: np.ndarray
    example_topics: np.ndarray
    hidden_weight: np.ndarray
    hidden_bias: np.ndarray
    label_weight: np.ndarray
    label_bias: np.ndarray

    def __post_init__(self) -> None:
        """Make ready to predict.

        Raises:
            ValueError: a number is none. Such a model would say the same of every text, and no threshold would stop it.

        """
        for name, values in self.arrays().items():
            if values.dtype.kind == "f" and not np.isfinite(values).all():
                raise ValueError(f"{name} of the fitted model is not finite")
        self._columns = {ngram: column for column, ngram in enumerate(self.ngrams.tolist())}
        self._spelling = self.spelling_weight.astype(np.float32)
        self._network = DescriptionNetwork(
            self.hidden_weight.astype(np.float32), self.hidden_bias, self.label_weight.astype(np.float32), self.label_bias
        )
        self._examples = np.ascontiguousarray(self.example_vectors.astype(np.float32))
        # Examples lie topic by topic, so that each topic's nearest is the greatest of one slice.
        self._starts = np.searchsorted(self.example_topics, np.arange(len(self.topics)))

    def arrays(self) -> Dict[str, np.ndarray]:
        """What to save: `TopicModel(**arrays)` is the same model."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def voices(self, texts: Sequence[str], described: np.ndarray) -> Dict[str, np.ndarray]:
        """Each voice's probabilities, shape (texts, topics).

        Args:
            texts: the messages.
            described: their descriptions, shape (texts, depth); see `MPNet.describe`.

        """
        similarity = np.maximum.reduceat(_along(self.axes, sentence_vectors(described)) @ self._examples.T, self._starts, axis=1)
        return {
            "spelling": softmax(np.stack([self._spelled(text) for text in texts]) / MARGIN_TEMPERATURE, axis=1),
            "example": softmax(similarity / NEAREST_TEMPERATURE, axis=1),
            "description": self._network.probabilities(described),
        }

    def _spelled(self, text: str) -> np.ndarray:
        """The spelling voice's margin for each topic, shape (topics,).

        What the vectorizer's `transform` and a product would give (a test compares them), at a tenth of the time for a single message.
        """
        counts = Counter(column for ngram in _ngrams(text) if (column := self._columns.get(ngram)) is not None)
        if not counts:
            return self.spelling_bias
        columns = np.fromiter(counts.keys(), int, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), float, len(counts)))) * self.ngram_idf[columns]
        return (weights / np.linalg.norm(weights)).astype(np.float32) @ self._spelling[columns] + self.spelling_bias

    def probabilities(self, texts: Sequence[str], described: np.ndarray, weights: Optional[Dict[str, float]] = None) -> np.ndarray:
        """The joint probabilities, shape (texts, topics), rows adding up to one.

        Args:
            texts: see `voices`, as the next.
            described: of the texts.
            weights: of each voice; `WEIGHTS` unless others are given.

        """
        return pool(self.voices(texts, described), weights or WEIGHTS)


def pool(voices: Dict[str, np.ndarray], weights: Dict[str, float]) -> np.ndarray:
    """The weighted geometric mean of probabilities, scaled so that each row adds up to one."""
    joint = np.exp(sum(weight * np.log(np.maximum(voices[name], 1e-12)) for name, weight in weights.items()))
    return joint / joint.sum(1, keepdims=True)


def fit(texts: Sequence[str], described: np.ndarray, topics: List[str], size: Size = USUAL) -> TopicModel:
    """Fit the voices to examples.

    Args:
        texts: the example questions.
        described: their descriptions, shape (examples, depth).
        topics: one topic per example; at least two different ones.
        size: of the network that reads the description.

    """
    from sklearn.svm import LinearSVC

    names, numbers = np.unique(topics, return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    vectorizer = _vectorizer(min_df=2)
    counts = vectorizer.fit_transform(texts)
    spelling = LinearSVC(C=MARGIN_C, tol=1e-2, random_state=0).fit(counts, numbers)
    network = fit_network(described, numbers, size)
    vectors = sentence_vectors(described)
    axes = _principal_axes(vectors)
    ngrams = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get)
    return TopicModel(
        topics=names.astype(str),
        ngrams=np.array(ngrams, dtype=str),
        ngram_idf=vectorizer.idf_.astype(np.float32),
        spelling_weight=_per_topic(spelling.coef_).T.astype(np.float16),
        spelling_bias=_per_topic(spelling.intercept_).astype(np.float32),
        axes=axes,
        example_vectors=_along(axes, vectors[order]).astype(np.float16),
        example_topics=numbers[order].astype(np.int32),
        hidden_weight=network.hidden_weight.astype(np.float16),
        hidden_bias=network.hidden_bias,
        label_weight=network.label_weight.astype(np.float16),
        label_bias=network.label_bias,
    )


def _principal_axes(vectors: np.ndarray) -> np.ndarray:
    """The axes along which the vectors reach farthest, shape (width, at most `AXES`)."""
    # Not centred: a cosine is measured from the origin.
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(axes[:, ::-1][:, :AXES].astype(np.float32))


def _along(axes: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Vectors along the axes, of length one again."""
    along = vectors @ axes
    return along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)


def _per_topic(fitted: np.ndarray) -> np.ndarray:
    """With two classes scikit-learn fits one line for both; give each its own."""
    return np.concatenate([-fitted, fitted]) / 2 if len(fitted) == 1 else fitted


def _vectorizer(**options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer="char_wb", ngram_range=NGRAMS, sublinear_tf=True, **options)


@lru_cache(maxsize=1)
def _analyzer() -> Callable[[str], List[str]]:
    return _vectorizer().build_analyzer()


@lru_cache(maxsize=8)
def _ngrams(text: str) -> Tuple[str, ...]:
    """A text's character n-grams. Kept for the models that are asked about the same message right after."""
    return tuple(_analyzer()(text))
