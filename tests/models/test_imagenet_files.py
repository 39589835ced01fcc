"""ImageNet weights from Keras: downloaded, checked, read into the right layers; or refused with the way out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras.src.applications import convnext, efficientnet_v2, mobilenet_v3, resnet
from keras.src.legacy.saving import legacy_h5_format
from one_network import spec

from segcore.errors import WeightsError
from segcore.models import architectures
from segcore.models.architectures import ARCHITECTURES
from segcore.models.freeze import layers_up_to
from segcore.models.imagenet_files import ImagenetFile
from segcore.models.keras_encoder import ENCODERS, feature_maps
from segcore.models.registry import build
from segcore.settings import Settings

PUBLISHED = {
    "unet_mobilenet_v3_large": (mobilenet_v3.BASE_WEIGHT_PATH, mobilenet_v3.WEIGHTS_HASHES["large_224_1.0_float"][1]),
    "unet_efficientnet_v2_b0": (efficientnet_v2.BASE_WEIGHTS_PATH, efficientnet_v2.WEIGHTS_HASHES["b0"][1]),
    "unet_resnet50": (resnet.BASE_WEIGHTS_PATH, resnet.WEIGHTS_HASHES["resnet50"][1]),
    "unet_convnext_tiny": (convnext.BASE_WEIGHTS_PATH, convnext.WEIGHTS_HASHES["convnext_tiny"][1]),
}


@pytest.fixture(autouse=True)
def _no_keras_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def served(path: Path, data: bytes = b"weights") -> ImagenetFile:
    """A file that is "published" below a file:// address."""
    path.write_bytes(data)
    return ImagenetFile(path.as_uri(), hashlib.sha256(data).hexdigest(), 1)


def test_addresses_and_hashes_are_those_of_keras() -> None:
    assert {name for name, entry in ARCHITECTURES.items() if entry.download} == set(PUBLISHED)
    for name, (base, digest) in PUBLISHED.items():
        file = ARCHITECTURES[name].download
        assert file is not None
        assert (file.url.removesuffix(file.name), file.digest) == (base, digest)


def test_a_download_is_kept_and_found_again(home: Settings, tmp_path: Path) -> None:
    file = served(tmp_path / "net.h5")
    assert file.found() is None
    path = file.fetch("Net")
    assert path == home.home / "cache" / "imagenet" / "net.h5"
    (tmp_path / "net.h5").unlink()
    assert file.fetch("Net").read_bytes() == b"weights"


@pytest.mark.usefixtures("home")
def test_where_there_is_no_internet_the_message_has_the_address_and_the_place(tmp_path: Path) -> None:
    file = ImagenetFile((tmp_path / "absent" / "net.h5").as_uri(), "0" * 64, 95)
    with pytest.raises(WeightsError) as caught:
        file.fetch("ResNet50")
    text = str(caught.value)
    assert "ResNet50" in text
    assert file.url in text
    assert str(file.place()) in text
    assert "pretrained=false" in text


def test_a_changed_download_leaves_nothing_behind(home: Settings, tmp_path: Path) -> None:
    file = replace(served(tmp_path / "net.h5"), digest="0" * 64)
    with pytest.raises(WeightsError, match="hash differs"):
        file.fetch("Net")
    assert list((home.home / "cache" / "imagenet").iterdir()) == []


@pytest.mark.usefixtures("home")
def test_a_changed_file_put_there_by_hand_is_refused(tmp_path: Path) -> None:
    file = served(tmp_path / "net.h5")
    file.place().parent.mkdir(parents=True)
    file.place().write_bytes(b"other")
    with pytest.raises(WeightsError, match="not the one that Keras publishes"):
        file.fetch("Net")


@pytest.mark.usefixtures("home")
def test_published_weights_reach_the_encoder_and_its_norms_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of the kind that Keras publishes, with weights made up here, is read by the network."""
    name = "unet_mobilenet_v3_large"
    application = keras.applications.MobileNetV3Large(include_top=False, weights=None)
    with h5py.File(tmp_path / "net.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, application)
    entry = replace(ARCHITECTURES[name], download=served(tmp_path / "net.h5", (tmp_path / "net.h5").read_bytes()))
    monkeypatch.setitem(architectures.ARCHITECTURES, name, entry)
    model, origin = build(spec(name), pretrained=True)
    assert origin == "ImageNet (net.h5)"
    for layer in ("conv", "expanded_conv_14_project"):
        np.testing.assert_array_equal(
            model.get_layer(layer).get_weights()[0], application.get_layer(layer).get_weights()[0]
        )
    norms = [x for x in layers_up_to(model, entry.taps[32]) if isinstance(x, keras.layers.BatchNormalization)]
    assert norms
    assert not any(norm.trainable for norm in norms)
    assert model.get_layer("decoder4_norm").trainable
    again, _ = build(spec(name).model_copy(update={"encoder_weights": origin}))
    assert len(again.trainable_variables) == len(model.trainable_variables)
    plain, _ = build(spec(name))
    assert len(plain.trainable_variables) > len(model.trainable_variables)


def test_resnet_sees_colours_as_keras_prepares_them(tmp_path: Path) -> None:
    """Red first and means inside the graph give what blue first and Keras' own preprocessing give."""
    application = keras.applications.ResNet50(include_top=False, weights=None)
    with h5py.File(tmp_path / "net.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, application)
    image = keras.Input((None, None, 3))
    taps = {4: ARCHITECTURES["unet_resnet50"].taps[4]}
    ours = keras.Model(image, feature_maps("resnet50", image, taps, tmp_path / "net.h5")[4])
    theirs = keras.Model(application.input, application.get_layer(taps[4]).output)
    frames = np.random.default_rng(0).integers(0, 256, (1, 64, 64, 3)).astype(np.float32)
    prepared = keras.applications.resnet50.preprocess_input(frames.copy())
    np.testing.assert_allclose(ours(frames), theirs(prepared), rtol=1e-3, atol=1e-2)
    assert not np.allclose(ours(frames), ours(frames[..., ::-1]), atol=1e-2)


@pytest.mark.parametrize("name", [n for n in ENCODERS if n != "resnet50"])
def test_other_encoders_normalise_by_themselves(name: str) -> None:
    image = keras.Input((64, 64, 3))
    model = ENCODERS[name].make(include_top=False, weights=None, input_tensor=image)
    kinds = {type(layer).__name__ for layer in model.layers[:3]}
    assert kinds & {"Rescaling", "Normalization"}
