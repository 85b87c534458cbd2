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
BATCH = 256
RATE = 2e-3
# Each number of a description is multiplied by anything between 1 less and 1 more so much: as wide as Gaussian dropout of 0.2, drawn in
# a third of the time.
NOISE = 0.87
DROPOUT = 0.3
# Of a label's weight so much is shared out among all: nobody who wrote the examples was right about every one.
SMOOTHING = 0.05
DECAY = 1e-4
# The two rates at which Adam forgets, and its epsilon, as Kingma & Ba (2015) and TensorFlow have them.
ADAM = (0.9, 0.999, 1e-7)
SEED = 7
# A number of the description that spreads less than this tells nothing: four of 2,304 are all but the same in every text (below 1e-6), the
# next spreads 0.03. Scaled to one, their last bits would count as much as words do, and their weights, which are kept in half precision,
# would not fit into it.
LEAST_SPREAD = 0.01


class Size(NamedTuple):
    """How large a network is, and how long it is fitted.

    Attributes:
        members: so many networks are fitted from different beginnings and decide together (Lakshminarayanan et al. 2017). Where there
            are many labels with few examples each, one network depends much on its beginning (docs/decisions/0006).
        hidden: so many units stand between a description and the labels.
        rounds: so many times it sees all examples.

    """

    members: int = 1
    hidden: int = 384
    rounds: int = 8


USUAL = Size()


class DescriptionNetwork(NamedTuple):
    """The fitted weights of one or several networks, with the description's scale folded in.

    Shapes: (depth, members * hidden), (members * hidden,), (members, hidden, labels), (members, labels).
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


def fit_network(described: np.ndarray, labels: np.ndarray, size: Size = USUAL) -> DescriptionNetwork:
    """Fit the network.

    Args:
        described: the examples' descriptions, shape (examples, depth).
        labels: one label's number per example, 0 to the number of labels less one; each occurs.
        size: of the network.

    """
    # One copy, scaled in place: a training's descriptions take most of a gigabyte.
    scaled = described.astype(np.float32)
    mean = scaled.mean(0)
    scaled -= mean
    spread = np.maximum(np.sqrt(np.einsum("ij,ij->j", scaled, scaled) / len(scaled)), LEAST_SPREAD)
    scaled /= spread
    members = [_fit_one(scaled, labels, size, SEED + member) for member in range(size.members)]
    weights, biases, label_weights, label_biases = zip(*members, strict=True)
    weight, bias = np.concatenate(weights, axis=1) / spread[:, None], np.concatenate(biases)
    return DescriptionNetwork(
        weight.astype(np.float32), (bias - mean @ weight).astype(np.float32), np.stack(label_weights), np.stack(label_biases)
    )


def _fit_one(scaled: np.ndarray, labels: np.ndarray, size: Size, seed: int) -> List[np.ndarray]:
    """One network's two weights, each with its bias after it, for descriptions of mean nothing and spread one.

    A round is one graph, and Adam's step one operation: Keras's own loop took twice as long on the same examples (docs/decisions/0010).
    """
    import tensorflow as tf

    # The same examples make the same model on the same machine, so that the list of known misses means something.
    tf.config.experimental.enable_op_determinism()
    count = int(labels.max()) + 1
    wanted = tf.constant(np.eye(count, dtype=np.float32)[labels] * (1 - SMOOTHING) + SMOOTHING / count)
    examples, batch = tf.constant(scaled), min(BATCH, len(labels))
    steps = len(labels) // batch
    begin = tf.keras.initializers.GlorotUniform(seed)
    weights = [tf.Variable(begin((scaled.shape[1], size.hidden))), tf.Variable(tf.zeros(size.hidden))]
    weights += [tf.Variable(begin((size.hidden, count))), tf.Variable(tf.zeros(count))]
    moments = [(tf.Variable(tf.zeros_like(weight)), tf.Variable(tf.zeros_like(weight))) for weight in weights]

    @tf.function
    def one_round(order: tf.Tensor, number: tf.Tensor) -> None:
        for step in tf.range(steps):
            done = number * steps + step
            chosen = order[step * batch : (step + 1) * batch]
            noise = tf.random.stateless_uniform((batch, scaled.shape[1]), [seed, done], 1 - NOISE, 1 + NOISE)
            with tf.GradientTape() as tape:
                hidden = tf.nn.gelu(tf.matmul(tf.gather(examples, chosen) * noise, weights[0]) + weights[1])
                hidden = tf.nn.experimental.stateless_dropout(hidden, DROPOUT, [seed, done])
                losses = tf.nn.softmax_cross_entropy_with_logits(tf.gather(wanted, chosen), tf.matmul(hidden, weights[2]) + weights[3])
                loss = tf.reduce_mean(losses) + 2 * DECAY * tf.nn.l2_loss(weights[0])
            rate = RATE / 2 * (1 + tf.cos(np.pi * tf.cast(done, tf.float32) / (steps * size.rounds)))
            taken = tf.cast(done + 1, tf.float32)
            for place, gradient in enumerate(tape.gradient(loss, weights)):
                tf.raw_ops.ResourceApplyAdam(
                    var=weights[place].handle,
                    m=moments[place][0].handle,
                    v=moments[place][1].handle,
                    beta1_power=ADAM[0] ** taken,
                    beta2_power=ADAM[1] ** taken,
                    lr=rate,
                    beta1=ADAM[0],
                    beta2=ADAM[1],
                    epsilon=ADAM[2],
                    grad=gradient,
                )

    shuffle = np.random.default_rng(seed)
    for number in range(size.rounds):
        one_round(tf.constant(shuffle.permutation(len(labels))), tf.constant(number))
    return [weight.numpy() for weight in weights]


def _gelu(x: np.ndarray) -> np.ndarray:
    """Hendrycks & Gimpel (2016), as TensorFlow computes it."""
    from scipy.special import ndtr

    return x * ndtr(x)
