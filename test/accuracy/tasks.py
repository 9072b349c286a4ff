"""Classifiers that are trained here, with the data that they are calibrated and judged by."""

import dataclasses
import sys

import keras
import numpy as np

from fixtures.digits import digits_data, trained_digits_cnn

layers = keras.layers
CALIBRATION = 200  # samples


@dataclasses.dataclass
class Task:
    """A trained model with one input, samples to calibrate with, and others to count with."""
    name: str
    model: keras.Model
    samples: np.ndarray
    inputs: np.ndarray
    labels: np.ndarray


def digits() -> Task:
    """The classifier of the demo: 8x8 digits."""
    model, test_x, test_y = trained_digits_cnn()
    train_x = digits_data()[0]
    return Task("digits CNN", model, train_x[:CALIBRATION], test_x, test_y)


def coloured(images: np.ndarray, labels: np.ndarray, copies: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """Digits as 24x24 pictures: shifted, in random colours on random grounds, with noise."""
    count = len(images) * copies
    large = np.repeat(np.repeat(np.tile(images, (copies, 1, 1, 1)), 2, axis=1), 2, axis=2)
    ink, ground = rng.uniform(0.5, 1, (count, 1, 1, 3)), rng.uniform(0, 0.4, (count, 1, 1, 3))
    pictures = np.repeat(np.repeat(ground, 24, axis=1), 24, axis=2)
    for i, (y, x) in enumerate(rng.integers(0, 9, (count, 2))):
        mask = large[i]
        pictures[i, y:y + 16, x:x + 16] = mask * ink[i] + (1 - mask) * ground[i]
    pictures += rng.normal(0, 0.06, pictures.shape)
    return pictures.astype(np.float32), np.tile(labels, copies)


def separable(x, filters: int, stride: int = 1):
    """A depthwise and a pointwise convolution, each normalised; with a shortcut where the shape stays."""
    y = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
    y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(y))
    return layers.Add()([x, y]) if x.shape == y.shape else y


def pictures() -> Task:
    """A small MobileNet on coloured digits."""
    keras.utils.set_random_seed(5)
    rng = np.random.default_rng(5)
    train_x, test_x, train_y, test_y = digits_data()
    train_x, train_y = coloured(train_x, train_y, 6, rng)
    test_x, test_y = coloured(test_x, test_y, 6, rng)
    image = keras.Input((24, 24, 3), name="image")
    x = layers.Conv2D(16, 3, 2, padding="same", use_bias=False)(image)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for filters, stride in ((24, 1), (24, 1), (48, 2), (48, 1), (64, 1)):
        x = separable(x, filters, stride)
    x = layers.ReLU(6.0)(layers.Conv2D(96, 1)(x))
    x = layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(image, x)
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    model.fit(train_x, train_y, epochs=10, batch_size=64, verbose=0)
    return Task("image CNN (MobileNet, BatchNorm)", model, train_x[:CALIBRATION], test_x, test_y)


WORDS, LENGTH, TOPICS = 600, 40, 6


def sentences(count: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """Texts of words 0 to WORDS - 1: a third from the topic's own words, of which pairs count only in
    the right order, the rest from all."""
    labels = rng.integers(0, TOPICS, count)
    words = rng.integers(0, WORDS, (count, LENGTH))
    for text, label in zip(words, labels):
        for at in rng.choice(LENGTH - 1, 6, replace=False):
            pair = rng.integers(0, 10) * 2
            other = rng.random() < 0.25
            topic = rng.integers(0, TOPICS) if other else label
            text[at], text[at + 1] = pair + 20 * topic, pair + 1 + 20 * topic
    return words.astype(np.int32), labels


def text() -> Task:
    """Embedding, convolution over time, two dense layers."""
    keras.utils.set_random_seed(6)
    rng = np.random.default_rng(6)
    train_x, train_y = sentences(12000, rng)
    test_x, test_y = sentences(4000, rng)
    words = keras.Input((LENGTH,), dtype="int32", name="words")
    x = layers.Embedding(WORDS, 24)(words)
    x = layers.Conv1D(48, 3, activation="relu", padding="same")(x)
    x = layers.Conv1D(48, 3, activation="relu", padding="same")(x)
    x = layers.GlobalMaxPooling1D()(x)
    x = layers.Dense(32, activation="relu")(x)
    model = keras.Model(words, layers.Dense(TOPICS, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy")
    model.fit(train_x, train_y, epochs=6, batch_size=64, verbose=0)
    return Task("text classifier (Conv1D)", model, train_x[:CALIBRATION], test_x, test_y)


TASKS = {"digits": digits, "pictures": pictures, "text": text}


def note(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
