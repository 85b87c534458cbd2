"""The network that judges descriptions."""

from __future__ import annotations

import numpy as np
import pytest

from components.description_network import SEED, Size, fit_network


@pytest.fixture(scope="module")
def examples() -> tuple[np.ndarray, np.ndarray]:
    """Points in four quarters around an offset centre; opposite quarters belong together, which no straight line can tell."""
    points = np.random.default_rng(1).normal(size=(8000, 4)).astype(np.float32)
    return points * [1, 1, 5, 0.1] + [3, -2, 0, 0], (points[:, 0] * points[:, 1] > 0).astype(int)


def test_it_learns_what_no_straight_line_can_tell(examples: tuple[np.ndarray, np.ndarray]) -> None:
    points, labels = examples
    shares = fit_network(points.astype(np.float32), labels).probabilities(points.astype(np.float32))
    assert shares.shape == (8000, 2)
    assert np.allclose(shares.sum(1), 1, atol=1e-5)
    assert (shares.argmax(1) == labels).mean() > 0.8


def test_it_is_fitted_the_same_way_each_time(examples: tuple[np.ndarray, np.ndarray]) -> None:
    points, labels = examples[0][:300].astype(np.float32), examples[1][:300]
    one, other = (fit_network(points, labels).probabilities(points) for _ in range(2))
    assert np.allclose(one, other, atol=1e-3)


def test_several_members_have_one_vote_each(examples: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch) -> None:
    points, labels = examples[0][:300].astype(np.float32), examples[1][:300]
    together = fit_network(points, labels, Size(members=2)).probabilities(points)
    alone = []
    for seed in (SEED, SEED + 1):
        monkeypatch.setattr("components.description_network.SEED", seed)
        alone.append(fit_network(points, labels).probabilities(points))
    assert not np.allclose(*alone, atol=1e-2)
    mean = np.sqrt(alone[0] * alone[1])
    assert np.allclose(together, mean / mean.sum(1, keepdims=True), atol=1e-3)


def test_a_number_that_hardly_varies_tells_nothing(examples: tuple[np.ndarray, np.ndarray]) -> None:
    """Two of the encoder's numbers are the same in every text but for their last bits."""
    points, labels = examples[0][:300].astype(np.float32), examples[1][:300]
    hardly = np.where(np.arange(300) % 7, 0.5, 0.5 + 6e-8)[:, None].astype(np.float32)
    network = fit_network(np.hstack([points, hardly, np.zeros((300, 1), np.float32)]), labels)
    assert np.isfinite(network.hidden_weight.astype(np.float16)).all(), "a model is saved in half precision"
    usual, another = (np.hstack([points, np.full((300, 1), value, np.float32), np.zeros((300, 1), np.float32)]) for value in (0.5, 0.501))
    assert np.allclose(network.probabilities(usual), network.probabilities(another), atol=0.02)
