"""The card says what is known, in plain text, whatever names say."""

from __future__ import annotations

import numpy as np
import pytest
from small_run import CLASSES, CONFUSION, SPEC

from segcore.evaluation.metrics import Evaluation
from segcore.sharing.card import CardFacts, FileFacts, model_card, safe
from segcore.sharing.classes_file import classes_json

FACTS = CardFacts(
    name="cups-fast-1",
    run_id="0" * 32,
    spec=SPEC,
    sha256="f" * 64,
    dataset="cups",
    dataset_hash="d" * 64,
    split={"train": ["a", "b", "d"], "val": ["c_1", "f"]},
    evaluation=Evaluation(tuple(CLASSES.names), CONFUSION, (("c_1", 0.7), ("f", 0.9))),
    settings={"preset": "fast"},
    minutes=7.5,
    device="CPU",
    history=["It started from the weights of run abc."],
)
FILE = FileFacts("ONNX", "net.onnx", (64, 96), labels=False, check="100 % of pixels", code="print(1)\n")


def test_every_class_has_its_scores() -> None:
    """IoU 45/60, Dice 90/105, precision 45/55, recall 45/50, share 50/200 by hand."""
    card = model_card(FACTS)
    assert "| 1 | cup &lt;b&gt; | #ff0000 | 0.750 | 0.857 | 0.818 | 0.900 | 25.00% |" in card
    assert "On 2 validation frames" in card
    assert "mean IoU **0.782**" in card  # 80/105, 45/60, 50/60


@pytest.mark.parametrize(
    "said",
    [
        "Dataset: cups", "d" * 64, "3 to learn from, 2 to be scored on", "Scored on: c_1, f", "7.5 minutes on CPU",
        "preset: fast", "started from the weights of run abc", "f" * 64, "Only 2 frames were scored",
    ],
)  # fmt: skip
def test_it_says_where_the_network_comes_from(said: str) -> None:
    assert said in model_card(FACTS)


def test_it_says_how_the_file_is_used() -> None:
    card = model_card(FACTS, FILE)
    assert "`frames` (N, 64, 96, 3) float32" in card
    assert "```python\nprint(1)\n```" in card
    assert "| Checked | 100 % of pixels |" in card
    labels = FileFacts("LiteRT", "net.tflite", (64, 96), labels=True, check="", code="")
    assert "(N, 64, 96, 3) uint8, RGB, 0 to 255; N is 1 |" in model_card(FACTS, labels)


def test_licence_of_the_encoder_is_that_of_its_weights() -> None:
    assert "none of others" in model_card(FACTS)
    spec = SPEC.model_copy(update={"encoder_weights": "ImageNet (file.pth)"})
    card = model_card(CardFacts("n", "0", spec, "0"))
    assert "ImageNet (file.pth). Their licence: Apache-2.0" in card


def test_a_run_without_scores_says_so() -> None:
    card = model_card(CardFacts("n", "0", SPEC, "0"))
    assert "It was not scored" in card
    assert "| 1 | cup &lt;b&gt; | #ff0000 | – | – | – | – | – |" in card


def test_a_class_that_is_nowhere_has_dashes() -> None:
    empty = Evaluation(tuple(CLASSES.names), np.diag([5, 5, 0]), (("c", 1.0),))
    assert "| – | – | – | – | 0.00% |" in model_card(CardFacts("n", "0", SPEC, "0", evaluation=empty))


def test_names_from_outside_are_text() -> None:
    assert safe("<script>a|b</script>\n# x") == "&lt;script&gt;a\\|b&lt;/script&gt; # x"
    assert safe("[x](http://y) `z` *a* _b_ c_d") == "\\[x\\](http:\\//y) \\`z\\` \\*a\\* \\_b\\_ c_d"


def test_classes_are_numbers_with_names_and_colours() -> None:
    assert '"name": "cup <b>",\n   "color": "#ff0000",\n   "rgb": [' in classes_json(CLASSES)
