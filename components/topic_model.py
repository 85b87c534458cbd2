"""Which topic a text is about: three voices, one probability.

- meaning: logistic regression on the sentence vector;
- spelling: a linear support vector machine on character n-grams, which knows short words, slang and typos that the
  sentence encoder never saw;
- example: the nearest example of each topic, by cosine, for questions near one that somebody wrote down.

Their probabilities are joined by a weighted geometric mean (a logarithmic opinion pool: Genest & Zidek 1986). On the tuning
questions the three together beat the best single one clearly; `make evaluate` prints the comparison again.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from scipy.special import softmax

from components.description_network import DescriptionNetwork, fit_network, no_network

# Chosen on tests/tuning.yml (docs/decisions/0006).
LOGISTIC_C = 20.0
# Stopped early: 40 rounds understand the tuning questions as well as the 200 to full convergence, in a quarter of the time.
LOGISTIC_ROUNDS = 40
MARGIN_C = 1.0
MARGIN_TEMPERATURE = 0.15
NGRAMS = (2, 4)
NEAREST_TEMPERATURE = 0.07
# The example voice is asked about so many topics only, those that the other two find likeliest. Reading through all
# examples took a sixth of a turn, and a topic that both others rank lower is never the answer.
CANDIDATES = 16
WEIGHTS = {"meaning": 1 / 3, "spelling": 1 / 3, "example": 1 / 3}
# With a description of each text there is a fourth voice, a small network, which counts as much as the other three together.
DEEP_WEIGHTS = {"meaning": 1 / 6, "spelling": 1 / 6, "example": 1 / 6, "description": 1 / 2}


@dataclass
class TopicModel:
    """The fitted voices. All arrays, so that it is saved without pickling code."""

    topics: np.ndarray
    meaning_weight: np.ndarray
    meaning_bias: np.ndarray
    ngrams: np.ndarray
    ngram_idf: np.ndarray
    spelling_weight: np.ndarray
    spelling_bias: np.ndarray
    example_vectors: np.ndarray
    example_topics: np.ndarray
    # Empty where the texts had no description.
    hidden_weight: np.ndarray
    hidden_bias: np.ndarray
    label_weight: np.ndarray
    label_bias: np.ndarray

    def __post_init__(self) -> None:
        """Make ready to predict."""
        self._vectorizer = _vectorizer(vocabulary=self.ngrams.tolist())
        self._vectorizer.idf_ = self.ngram_idf.astype(np.float64)
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

    def voices(self, texts: Sequence[str], vectors: np.ndarray, described: Optional[np.ndarray] = None) -> Dict[str, np.ndarray]:
        """Each voice's probabilities, shape (texts, topics).

        Args:
            texts: the messages.
            vectors: their sentence vectors, unit length, shape (texts, width).
            described: their descriptions, shape (texts, depth), if the model was fitted to descriptions.

        """
        voices = {**self._quick_voices(texts, vectors), "example": self._nearest(vectors)}
        return voices if described is None else {**voices, "description": self._network.probabilities(described)}

    def _quick_voices(self, texts: Sequence[str], vectors: np.ndarray) -> Dict[str, np.ndarray]:
        # In one type with the weights: SciPy would otherwise convert all of them, in every call.
        counts = self._vectorizer.transform(texts).astype(np.float32)
        return {
            "meaning": softmax(vectors @ self.meaning_weight + self.meaning_bias, axis=1),
            "spelling": softmax((counts @ self._spelling + self.spelling_bias) / MARGIN_TEMPERATURE, axis=1),
        }

    def probabilities(self, texts: Sequence[str], vectors: np.ndarray, described: Optional[np.ndarray] = None) -> np.ndarray:
        """The joint probabilities, shape (texts, topics), rows adding up to one.

        Args:
            texts: the messages.
            vectors: their sentence vectors, shape (texts, width).
            described: their descriptions, shape (texts, depth), if the model was fitted to descriptions.

        """
        voices = self._quick_voices(texts, vectors)
        first = pool(voices, {name: 1.0 for name in voices})
        voices["example"] = self._nearest_of_likely(vectors, first)
        if described is None:
            return pool(voices, WEIGHTS)
        return pool({**voices, "description": self._network.probabilities(described)}, DEEP_WEIGHTS)

    def _nearest(self, vectors: np.ndarray) -> np.ndarray:
        similarity = np.maximum.reduceat(vectors @ self._examples.T, self._starts, axis=1)
        return softmax(similarity / NEAREST_TEMPERATURE, axis=1)

    def _nearest_of_likely(self, vectors: np.ndarray, likely: np.ndarray) -> np.ndarray:
        """As `_nearest`, but each row's unlikely topics get the similarity of the least similar likely one."""
        ends = np.append(self._starts[1:], len(self._examples))
        similarity = np.empty(likely.shape, np.float32)
        for row, (vector, order) in enumerate(zip(vectors, np.argsort(-likely, axis=1)[:, :CANDIDATES], strict=True)):
            found = [(self._examples[self._starts[topic] : ends[topic]] @ vector).max() for topic in order]
            similarity[row] = min(found)
            similarity[row, order] = found
        return softmax(similarity / NEAREST_TEMPERATURE, axis=1)


def pool(voices: Dict[str, np.ndarray], weights: Dict[str, float]) -> np.ndarray:
    """The weighted geometric mean of probabilities, scaled so that each row adds up to one."""
    joint = np.exp(sum(weight * np.log(np.maximum(voices[name], 1e-12)) for name, weight in weights.items()))
    return joint / joint.sum(1, keepdims=True)


def fit(texts: Sequence[str], vectors: np.ndarray, topics: List[str], described: Optional[np.ndarray] = None) -> TopicModel:
    """Fit the voices to examples.

    Args:
        texts: the example questions.
        vectors: their sentence vectors, shape (examples, width).
        topics: one topic per example; at least two different ones.
        described: the examples' descriptions, shape (examples, depth); None for a model of three voices.

    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    names, numbers = np.unique(topics, return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        meaning = LogisticRegression(C=LOGISTIC_C, max_iter=LOGISTIC_ROUNDS).fit(vectors, numbers)
    vectorizer = _vectorizer(min_df=2)
    counts = vectorizer.fit_transform(texts)
    spelling = LinearSVC(C=MARGIN_C, tol=1e-2, random_state=0).fit(counts, numbers)
    network = fit_network(described, numbers) if described is not None else no_network()
    ngrams = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get)
    return TopicModel(
        topics=names.astype(str),
        meaning_weight=_per_topic(meaning.coef_).T.astype(np.float32),
        meaning_bias=_per_topic(meaning.intercept_).astype(np.float32),
        ngrams=np.array(ngrams, dtype=str),
        ngram_idf=vectorizer.idf_.astype(np.float32),
        spelling_weight=_per_topic(spelling.coef_).T.astype(np.float16),
        spelling_bias=_per_topic(spelling.intercept_).astype(np.float32),
        example_vectors=vectors[order].astype(np.float16),
        example_topics=numbers[order].astype(np.int32),
        hidden_weight=network.hidden_weight.astype(np.float16),
        hidden_bias=network.hidden_bias,
        label_weight=network.label_weight.astype(np.float16),
        label_bias=network.label_bias,
    )


def _per_topic(fitted: np.ndarray) -> np.ndarray:
    """With two classes scikit-learn fits one line for both; give each its own."""
    return np.concatenate([-fitted, fitted]) / 2 if len(fitted) == 1 else fitted


def _vectorizer(**options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer="char_wb", ngram_range=NGRAMS, sublinear_tf=True, **options)
