"""A small network that judges a text by its description: the voice that hears what a sentence's meaning as a whole is too coarse for.

One hidden layer between the encoder's description and the labels. On the tuning messages it saw more dangers at the same number of
false alarms than logistic regression on the same numbers, and is fitted in less time (docs/decisions/0010). Noise and dropout
(Srivastava et al. 2014) keep it from learning its examples by heart.
"""

from __future__ import annotations

from typing import List, NamedTuple

import numpy as np
from scipy.special import log_softmax, softmax

# Chosen on tests/tuning_danger.yml (docs/decisions/0010).
HIDDEN = 384
ROUNDS = 8
BATCH = 128
RATE = 1e-3
NOISE = 0.2
DROPOUT = 0.3
# Of a label's weight so much is shared out among all: nobody who wrote the examples was right about every one.
SMOOTHING = 0.05
DECAY = 1e-4
SEED = 7


class DescriptionNetwork(NamedTuple):
    """The fitted weights of one or several networks, with the description's scale folded in.

    Shapes: (depth, members * HIDDEN), (members * HIDDEN,), (members, HIDDEN, labels), (members, labels).
    """

    hidden_weight: np.ndarray
    hidden_bias: np.ndarray
    label_weight: np.ndarray
    label_bias: np.ndarray

    def probabilities(self, described: np.ndarray) -> np.ndarray:
        """Each label's share, shape (texts, labels), rows adding up to one, of descriptions, shape (texts, depth).

        Several members have one vote each: the geometric mean of their shares.
        """
        hidden = _gelu(described @ self.hidden_weight + self.hidden_bias)
        by_member = hidden.reshape(len(described), len(self.label_weight), -1).transpose(1, 0, 2)
        return softmax(log_softmax(by_member @ self.label_weight + self.label_bias[:, None], axis=2).mean(0), axis=1)


def fit_network(described: np.ndarray, labels: np.ndarray, members: int = 1) -> DescriptionNetwork:
    """Fit the network.

    Args:
        described: the examples' descriptions, shape (examples, depth).
        labels: one label's number per example, 0 to the number of labels less one; each occurs.
        members: so many networks are fitted from different beginnings and decide together (Lakshminarayanan et al. 2017). Where there
            are many labels with few examples each, one network depends much on its beginning (docs/decisions/0006).

    """
    mean, spread = described.mean(0), described.std(0) + 1e-6
    scaled = (described - mean) / spread
    weights, biases, label_weights, label_biases = zip(*(_fit_one(scaled, labels, SEED + member) for member in range(members)), strict=True)
    weight, bias = np.concatenate(weights, axis=1) / spread[:, None], np.concatenate(biases)
    return DescriptionNetwork(
        weight.astype(np.float32), (bias - mean @ weight).astype(np.float32), np.stack(label_weights), np.stack(label_biases)
    )


def _fit_one(scaled: np.ndarray, labels: np.ndarray, seed: int) -> List[np.ndarray]:
    """One network's two weights, each with its bias after it, for descriptions of mean nothing and spread one."""
    import tensorflow as tf

    tf.keras.utils.set_random_seed(seed)
    # The same examples make the same model on the same machine, so that the list of known misses means something.
    tf.config.experimental.enable_op_determinism()
    count = int(labels.max()) + 1
    layers = tf.keras.layers
    network = tf.keras.Sequential(
        [
            layers.Input(scaled.shape[1]),
            layers.GaussianDropout(NOISE),
            layers.Dense(HIDDEN, activation=tf.nn.gelu, kernel_regularizer=tf.keras.regularizers.l2(DECAY)),
            layers.Dropout(DROPOUT),
            layers.Dense(count),
        ]
    )
    steps = max(1, len(labels) // BATCH) * ROUNDS
    network.compile(
        tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(RATE, steps)),
        tf.keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=SMOOTHING),
    )
    network.fit(scaled, tf.one_hot(labels, count), batch_size=BATCH, epochs=ROUNDS, verbose=0)
    return network.get_weights()


def _gelu(x: np.ndarray) -> np.ndarray:
    """Hendrycks & Gimpel (2016), as TensorFlow computes it."""
    from scipy.special import ndtr

    return x * ndtr(x)
