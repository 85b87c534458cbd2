"""The pipeline's parts: rule entities, resolver, gate, encoder, topic model."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message

from common.paths import DATA, ENCODER
from common.yaml_files import read_yaml
from components import nlp
from components.fallback_gate import FALLBACK_INTENT, FallbackGate
from components.mpnet import MPNet, WeightsError, check_files
from components.rule_entities import PlaceWords, find_entities
from components.topic_model import MARGIN_TEMPERATURE, NGRAMS, TopicModel, fit, pool
from components.topic_resolver import resolve

WORDS = read_yaml(DATA / "word_lists.yml")


def entities(text: str) -> list[dict]:
    return find_entities(text, PlaceWords.read())


def values(text: str, kind: str) -> list[str]:
    return [entity["value"] for entity in entities(text) if entity["entity"] == kind]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("what is step 4", "4"),
        ("Step Four please", "4"),
        ("explain the 4th step", "4"),
        ("fouth stp??", "4"),
        ("step4", "4"),
        ("step #11 help", "11"),
        ("STEP TWELVE", "12"),
        ("12th step work", "12"),
        ("step iv", "4"),
        ("the tenth step", "10"),
        ("step number 7", "7"),
    ],
)
def test_a_named_step_is_found(text, number):
    assert values(text, "step") == [number]


@pytest.mark.parametrize(
    "text", ["12 step program", "the twelve steps", "12 steps", "a 12-step meeting", "step by step", "one step at a time", "stepmother"]
)
def test_the_whole_program_names_no_step(text):
    assert values(text, "step") == []


@pytest.mark.parametrize(
    ("text", "code", "here"),
    [
        ("im in canada", "CA", True),
        ("I live in the UK", "GB", True),
        ("we're in Australia", "AU", True),
        ("is NA big in Ireland", "IE", False),
        ("my brother lives in canada", "CA", False),
        ("i have a friend from canada", "CA", False),
        ("he is living in the uk", "GB", False),
        ("living in the uk", "GB", True),
        ("hi, im texting from ireland and need help", "IE", True),
        ("i am not in america", "US", False),
        ("new mexico", "US", False),
        ("northern ireland", "GB", False),
    ],
)
def test_countries_and_who_is_there(text, code, here):
    found = [entity for entity in entities(text) if entity["entity"] == "country"]
    assert [entity["value"] for entity in found] == [code]
    assert (found[0].get("role") == "here") is here


def test_entity_places_are_the_texts_own():
    text = "can I take Suboxone in NA?"
    assert {text[e["start"] : e["end"]] for e in entities(text)} >= {"Suboxone", "NA"}


def ranking(*names: str, confidence: float = 0.5) -> list[dict]:
    return [{"name": name, "confidence": confidence} for name in names]


@pytest.mark.parametrize(
    ("text", "ranked", "resolved"),
    [
        ("whats step 9 about", ranking("step_8", "step_9"), "step_9"),
        ("do i need to pray for step 3", ranking("is_it_religious"), "step_3"),
        ("first step to getting off heroin", ranking("getting_help", "detox", "hope"), None),
        ("the first step in na", ranking("twelve_steps_overview"), "step_1"),
        ("how many pills can i take during step 4", ranking("boundary_dosing", confidence=0.9), None),
        ("ireland", ranking("greet"), "set_country"),
        ("im in the uk now", ranking("find_meeting"), "set_country"),
        ("na meetings in ireland", ranking("find_meeting"), None),
        ("what is a sponsor", ranking("sponsor"), None),
    ],
)
def test_what_the_resolver_decides(text, ranked, resolved):
    assert resolve(text, entities(text), ranked, set(WORDS["alone"])) == resolved


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "passes"),
    [
        ("what is detox", "detox", 0.8, True),
        ("what is detox", "detox", 0.1, False),
        ("???", "detox", 0.9, False),
        ("", "greet", 0.9, False),
    ],
)
def test_the_gate(text, intent, confidence, passes):
    message = Message(data={"text": text, "intent": {"name": intent, "confidence": confidence}})
    FallbackGate({"threshold": 0.33}).process([message])
    assert message.get("intent")["name"] == (intent if passes else FALLBACK_INTENT)


@pytest.fixture(scope="module")
def mpnet() -> MPNet:
    return MPNet()


def test_vectors_have_length_one_and_do_not_depend_on_the_batch(mpnet):
    texts = ["is this religious?", "", "a much longer sentence about methadone and what my sponsor says of it", "🆘"]
    together = mpnet.encode(texts)
    assert together.shape == (4, 768)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([MPNet().encode([text]) for text in texts[:2]])
    assert np.allclose(together[:2], alone, atol=1e-4)


def test_vectors_are_the_published_models(mpnet):
    """The similarities that its authors' library computes for the sentences of their model cards (transformers 5.24, full precision)."""
    vectors = mpnet.encode(["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"])
    assert vectors[0] @ vectors[1:].T == pytest.approx([0.7640, 0.9666, 0.3148], abs=0.0005)


def test_a_very_long_text_is_cut_not_refused(mpnet):
    assert mpnet.encode(["word " * 5000]).shape == (1, 768)


def test_missing_and_changed_weights_are_refused_with_one_line(tmp_path):
    with pytest.raises(WeightsError, match=r"model\.safetensors is missing"):
        check_files(tmp_path)
    for name in ("model.safetensors", "tokenizer.json"):
        shutil.copy(ENCODER / name, tmp_path / name)
    check_files(tmp_path)
    with (tmp_path / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(WeightsError, match=r"tokenizer\.json is not the published file") as error:
        check_files(tmp_path)
    assert "\n" not in str(error.value)


EXAMPLES = {
    "detox": ["what is detox", "can i detox at home", "how long is detox"],
    "sponsor": ["what is a sponsor", "do i need a sponsor", "my sponsor is mean"],
    "cost": ["how much does it cost", "is it free", "i have no money"],
}


def fit_examples(mpnet: MPNet, names: tuple[str, ...]) -> TopicModel:
    # A network needs some hundred examples to learn anything.
    pairs = [(text, name) for name in names for text in EXAMPLES[name]] * 60
    texts = [text for text, _ in pairs]
    return fit(texts, mpnet.describe(texts), [name for _, name in pairs])


@pytest.mark.parametrize("names", [("detox", "sponsor", "cost"), ("sponsor", "detox")])
def test_the_topic_model_learns_saves_and_loads(mpnet, names, tmp_path):
    model = fit_examples(mpnet, names)
    np.savez(tmp_path / "model.npz", **model.arrays())
    with np.load(tmp_path / "model.npz") as saved:
        again = TopicModel(**saved)
    texts = ["what does a sponsor do for me", "detoxing at my mums house", ""]
    rows = model.probabilities(texts, mpnet.describe(texts))
    assert rows.shape == (3, len(names))
    assert np.allclose(rows.sum(1), 1)
    assert [model.topics[index] for index in rows[:2].argmax(1)] == ["sponsor", "detox"]
    assert np.allclose(rows, again.probabilities(texts, mpnet.describe(texts)), atol=1e-5)


def test_a_model_with_a_number_that_is_none_is_refused(mpnet: MPNet) -> None:
    arrays = fit_examples(mpnet, ("detox", "sponsor")).arrays()
    arrays["hidden_weight"] = np.where(np.arange(arrays["hidden_weight"].size) == 5, np.inf, arrays["hidden_weight"].ravel())
    with pytest.raises(ValueError, match="hidden_weight of the fitted model is not finite"):
        TopicModel(**arrays)


def test_the_spelling_voice_is_what_scikit_learn_computes(mpnet: MPNet) -> None:
    from scipy.special import softmax
    from sklearn.feature_extraction.text import TfidfVectorizer

    model = fit_examples(mpnet, ("detox", "sponsor", "cost"))
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=NGRAMS, sublinear_tf=True, vocabulary=model.ngrams.tolist())
    vectorizer.idf_ = model.ngram_idf.astype(np.float64)
    texts = ["what is a SPONSOR, what is detox?", "detoxxxx detox detox", "", "caf\u00e9 \U0001f198", "q", "  spaces   between  "]
    weighed = vectorizer.transform(texts) @ model.spelling_weight.astype(np.float32) + model.spelling_bias
    expected = softmax(weighed / MARGIN_TEMPERATURE, axis=1)
    found = model.voices(texts, mpnet.describe(texts))["spelling"]
    assert np.allclose(found, expected, atol=1e-4)
    assert np.ptp(found, axis=1).max() > 0.1


def test_pooling_is_the_geometric_mean():
    voices = {"a": np.array([[0.9, 0.1]]), "b": np.array([[0.4, 0.6]])}
    joint = pool(voices, {"a": 0.5, "b": 0.5})
    expected = np.array([(0.9 * 0.4) ** 0.5, (0.1 * 0.6) ** 0.5])
    assert np.allclose(joint[0], expected / expected.sum())


def test_the_pipeline_forgets_the_words_that_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp, "MOST_NEW_WORDS", 50)
    nlp.rule_pipeline()("tell me about step four")
    for number in range(40):
        nlp.rule_pipeline()(" ".join(f"xq{number}w{word}" for word in range(10)))
    assert "xq3w3" not in nlp.rule_pipeline().vocab.strings
    assert [entity.label_ for entity in nlp.rule_pipeline()("tell me about step four").ents] == ["step"]
