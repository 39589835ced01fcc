"""The line that says what a training is computed on."""

from __future__ import annotations

from pages.common.compute import computes


def test_gpus_are_named_and_nothing_is_advised() -> None:
    two = computes(("NVIDIA H100", "NVIDIA H100"), libraries=True, system="Linux", device="auto")
    assert two == ("Trains on 2 GPUs (NVIDIA H100)", "")
    assert computes(("NVIDIA T4",), libraries=True, system="Linux", device="gpu")[0] == "Trains on the GPU (NVIDIA T4)"


def test_without_one_it_says_how_to_get_one() -> None:
    words, advice = computes((), libraries=False, system="Linux", device="auto")
    assert words.startswith("Trains on the processor (")
    assert words.endswith("no GPU is used")
    assert "tensorflow[and-cuda]" in advice
    assert "no CUDA libraries" in computes(("NVIDIA T4",), libraries=False, system="Linux", device="auto")[1]
    assert "WSL2" in computes(("NVIDIA T4",), libraries=True, system="Windows", device="auto")[1]


def test_a_chosen_processor_needs_no_advice() -> None:
    words, advice = computes(("NVIDIA T4",), libraries=True, system="Linux", device="cpu")
    assert words.startswith("Trains on the processor")
    assert advice == ""
