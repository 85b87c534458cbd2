"""The sentence encoder all-mpnet-base-v2 as a TensorFlow forward pass.

The network is MPNet (Song et al. 2020): BERT's 12 layers of width 768 with 12 heads, and a bias on each attention by how far apart
two tokens stand, as in T5 (Raffel et al. 2020). A sentence's vector is the mean of its token vectors, scaled to length one (Reimers &
Gurevych 2019; model card of sentence-transformers/all-mpnet-base-v2, Apache-2.0). TensorFlow, because Rasa has it in the process
already and its matrix products are several times faster than NumPy's here (docs/decisions/0002).
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import OrderedDict
from pathlib import Path
from typing import Iterator, Mapping, Sequence

import numpy as np
import tensorflow as tf

from common.paths import ENCODER

WIDTH = 768
HEADS = 12
LAYERS = 12
LAYER_NORM_EPSILON = 1e-5
# Positions are counted from here on; the two before are the padding's, which nothing here reads.
FIRST_POSITION = 2
# How far apart two tokens are is told apart so finely: one by one up to a quarter of it in each direction, then in ever wider steps, and
# not at all beyond so many tokens (Raffel et al. 2020, section 2.1).
DISTANCES = 32
FARTHEST = 128
# The layers that describe a sentence, the last one among them: on the tuning messages these three told dangers from their harmless twins
# better than the last three (docs/decisions/0010).
DESCRIBING_LAYERS = (8, 10, 12)
DEPTH = len(DESCRIBING_LAYERS) * WIDTH
# Where a description holds the last layer's mean over the tokens.
LAST_MEAN = slice(DEPTH - WIDTH, DEPTH)
# So many descriptions are kept, at 5 kB each, that button titles and repeats cost nothing.
KEPT = 2048
# The model was trained on texts cut at 128 word pieces (model card); longer texts are cut the same way.
MAX_TOKENS = 128
# So many sentences go through the network together.
BATCH = 64

# SHA-256 of the published files. Other weights would silently change every answer, so they are refused.
DIGESTS = {
    "model.safetensors": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    "tokenizer.json": "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
}


class WeightsError(RuntimeError):
    """The sentence encoder's files are missing or are not the published ones."""


def check_files(folder: Path) -> None:
    """Make sure that a folder holds the published weights and tokenizer.

    Raises:
        WeightsError: one line that names the file and what is wrong with it.

    """
    for name, expected in DIGESTS.items():
        path = folder / name
        if not path.is_file():
            raise WeightsError(f"sentence encoder: {path} is missing: run 'make setup', or set another folder")
        if _sha256(path) != expected:
            raise WeightsError(f"sentence encoder: {path} is not the published file (SHA-256 differs): run 'make setup'")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


class MPNet:
    """Describes sentences by what the network's upper layers hold; the published unit vector of 768 numbers is a part of that."""

    def __init__(self, folder: Path | None = None) -> None:
        """Load and check the weights.

        Args:
            folder: a folder with `model.safetensors` and `tokenizer.json`; the installed one by default.

        Raises:
            WeightsError: a file is missing or not the published one.

        """
        from tokenizers import Tokenizer

        folder = folder or ENCODER
        check_files(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        # By digest: what people wrote is not kept.
        self._described: OrderedDict[bytes, np.ndarray] = OrderedDict()
        self._words = _Rows(folder / "model.safetensors", "embeddings.word_embeddings.weight")
        self._network = _Network(folder / "model.safetensors")

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """The sentences' vectors, float32 of shape (sentences, 768), each of length one. Any strings will do, empty ones too."""
        return sentence_vectors(self.describe(sentences))

    def describe(self, sentences: Sequence[str]) -> np.ndarray:
        """What the upper layers say of sentences, for judgments that the sentence's meaning as a whole is too coarse for.

        One vector loses much: "he is not waking up" and "he is not waking up early" are near neighbours. The layers below it still tell
        the words apart. A sentence that has been read a moment ago costs nothing more.

        Args:
            sentences: any strings, empty ones too.

        Returns:
            float32 array of shape (sentences, DEPTH), exact to half precision: the mean over the tokens, of each of the describing layers.

        """
        keys = [key_of(text) for text in sentences]
        missing = {key: text for key, text in zip(keys, sentences, strict=True) if key not in self._described}
        result = np.zeros((len(keys), DEPTH), np.float32)
        rows: dict[bytes, list[int]] = {}
        for row, key in enumerate(keys):
            rows.setdefault(key, []).append(row)
            if key in self._described:
                result[row] = self._described[key]
        for key, values in self.describe_anew(missing):
            result[rows[key]] = values
            self._described[key] = values
            if len(self._described) > KEPT:
                self._described.popitem(last=False)
        return result

    def describe_anew(self, sentences: Mapping[bytes, str]) -> Iterator[tuple[bytes, np.ndarray]]:
        """Each sentence's key with its description, float16 of shape (DEPTH,), in any order; nothing is looked up or kept."""
        tokens = dict(zip(sentences, self._tokenizer.encode_batch(list(sentences.values())), strict=True))
        # Sentences of one length together: a batch costs as much as its longest one.
        order = sorted(tokens, key=lambda key: len(tokens[key].ids))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        # Not the longest last: so the time that has passed tells how much is left.
        random.Random(len(order)).shuffle(batches)  # noqa: S311  an order, not a secret
        for batch in batches:
            yield from zip(batch, self._run([tokens[key].ids for key in batch]), strict=True)

    def _run(self, batch: list[list[int]]) -> np.ndarray:
        longest = max(len(ids) for ids in batch)
        words = np.zeros((len(batch), longest, WIDTH), np.float32)
        mask = np.zeros((len(batch), longest), np.float32)
        for row, ids in enumerate(batch):
            words[row, : len(ids)] = self._words[ids]
            mask[row, : len(ids)] = 1
        # Half the space, and the same numbers whether or not they were kept.
        return self._network.run(tf.constant(words), tf.constant(mask)).numpy().astype(np.float16)


def sentence_vectors(described: np.ndarray) -> np.ndarray:
    """The sentence vectors of all-mpnet-base-v2 that are part of descriptions: shape (sentences, 768), each of length one."""
    means = described[:, LAST_MEAN].astype(np.float32)
    return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)


def key_of(text: str) -> bytes:
    """What a text is kept under: a digest of 16 bytes, from which nobody reads it again."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Rows:
    """The rows of one tensor of a safetensors file, read when asked for: of 30,527 word vectors (94 MB) a talk needs a few hundred.

    Format: eight bytes with the header's length, a JSON header with each tensor's place, then the numbers.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._file = path.open("rb", buffering=0)
        length = int.from_bytes(self._file.read(8), "little")
        entry = json.loads(self._file.read(length))[name]
        self._start = 8 + length + entry["data_offsets"][0]
        self._bytes = 4 * entry["shape"][1]

    def __getitem__(self, rows: list[int]) -> np.ndarray:
        """float32 array of shape (len(rows), width)."""
        file = self._file.fileno()
        read = b"".join(os.pread(file, self._bytes, self._start + row * self._bytes) for row in rows)
        return np.frombuffer(read, np.float32).reshape(len(rows), -1)


class _Network(tf.Module):
    """MPNet's forward pass, and what its describing layers hold."""

    def __init__(self, path: Path) -> None:
        from safetensors import safe_open

        super().__init__()
        with safe_open(path, framework="np") as weights:  # type: ignore[attr-defined]
            # One tensor at a time, so that the file is never in memory as a whole.
            self._read = weights.get_tensor
            self._build()
        del self._read
        # Called directly, without looking for a fitting graph each time: there is only this one.
        self.run = self.__call__.get_concrete_function()

    def _build(self) -> None:
        self._positions = tf.constant(self._read("embeddings.position_embeddings.weight")[FIRST_POSITION:][:MAX_TOKENS])
        self._embedding_norm = self._pair("embeddings.LayerNorm")
        self._by_distance = tf.constant(_by_distance(self._read("encoder.relative_attention_bias.weight")))
        self._layers = [self._layer(f"encoder.layer.{index}") for index in range(LAYERS)]

    def _pair(self, name: str) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.constant(self._read(f"{name}.weight")), tf.constant(self._read(f"{name}.bias"))

    def _dense(self, *names: str) -> tuple[tf.Tensor, tf.Tensor]:
        """The weights of one linear map, or of several side by side so that one product makes them all."""
        weight = np.concatenate([self._read(f"{name}.weight") for name in names])
        return tf.constant(np.ascontiguousarray(weight.T)), tf.constant(np.concatenate([self._read(f"{name}.bias") for name in names]))

    def _layer(self, name: str) -> dict:
        return {
            "qkv": self._dense(*(f"{name}.attention.attn.{part}" for part in "qkv")),
            "out": self._dense(f"{name}.attention.attn.o"),
            "attention_norm": self._pair(f"{name}.attention.LayerNorm"),
            "up": self._dense(f"{name}.intermediate.dense"),
            "down": self._dense(f"{name}.output.dense"),
            "output_norm": self._pair(f"{name}.output.LayerNorm"),
        }

    @tf.function(input_signature=[tf.TensorSpec([None, None, WIDTH], tf.float32), tf.TensorSpec([None, None], tf.float32)])
    def __call__(self, words: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """Descriptions, shape (rows, DEPTH), of word vectors, shape (rows, tokens, 768).

        `mask` is 1 at tokens, 0 at padding.
        """
        rows, length = tf.shape(mask)[0], tf.shape(mask)[1]
        # A padded place gets a weight of about e^-10000, that is none, in every attention.
        bias = ((1 - mask) * -10000.0)[:, None, None, :] + self._by_distance[:, :length, :length]
        x = _layer_norm(tf.reshape(words + self._positions[:length], (-1, WIDTH)), *self._embedding_norm)
        described = []
        for number, layer in enumerate(self._layers, 1):
            x = _layer_norm(x + _linear(self._attend(x, bias, layer["qkv"], rows, length), layer["out"]), *layer["attention_norm"])
            x = _layer_norm(x + _linear(tf.nn.gelu(_linear(x, layer["up"])), layer["down"]), *layer["output_norm"])
            if number in DESCRIBING_LAYERS:
                described.append(tf.reduce_sum(tf.reshape(x, (rows, length, WIDTH)) * mask[..., None], 1) / tf.reduce_sum(mask, 1)[:, None])
        return tf.concat(described, 1)

    @staticmethod
    def _attend(x: tf.Tensor, bias: tf.Tensor, qkv: tuple, rows: tf.Tensor, length: tf.Tensor) -> tf.Tensor:
        size = WIDTH // HEADS
        split = tf.transpose(tf.reshape(_linear(x, qkv), (rows, length, 3, HEADS, size)), (2, 0, 3, 1, 4))
        scores = tf.matmul(split[0], split[1], transpose_b=True) * size**-0.5 + bias
        return tf.reshape(tf.transpose(tf.matmul(tf.nn.softmax(scores), split[2]), (0, 2, 1, 3)), (-1, WIDTH))


def _by_distance(weights: np.ndarray) -> np.ndarray:
    """What is added to each attention because of where the two tokens stand, shape (heads, tokens, tokens).

    Args:
        weights: for each distance that is told apart and each head, shape (DISTANCES, heads).

    """
    ahead = np.arange(MAX_TOKENS)[None, :] - np.arange(MAX_TOKENS)[:, None]
    half, exact = DISTANCES // 2, DISTANCES // 4
    far = np.maximum(np.abs(ahead), exact)
    wide = exact + (np.log(far / exact) / np.log(FARTHEST / exact) * (half - exact)).astype(int)
    step = np.where(np.abs(ahead) < exact, np.abs(ahead), np.minimum(wide, half - 1))
    return weights[step + half * (ahead > 0)].transpose(2, 0, 1)


def _linear(x: tf.Tensor, layer: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
    return tf.nn.bias_add(tf.matmul(x, layer[0]), layer[1])


def _layer_norm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
    mean, variance = tf.nn.moments(x, -1, keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, bias, weight, LAYER_NORM_EPSILON)
