"""A population of sentences and two tiny translators that are really fitted: IBM model 1 with reordering, and counts.

The made language has 40 words. A word is translated in one to three ways, an adjective stands behind its noun, some
words are dropped and some come from nowhere. Seeds draw which half of the training pairs a translator is fitted on.

Source: Brown et al., The mathematics of statistical machine translation, 1993 (model 1, by EM).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from populations import Population

from dlbench.core.form import Form
from dlbench.forms.references import References
from dlbench.forms.texts import Texts
from dlbench.forms.truth import Truth

SETS, FITS, SENTENCES, PAIRS = 3, 40, 1500, 200
WORDS, TARGETS, LONGEST = 40, 60, 12
ADJECTIVES = 12
"""Words below this number; those from here to twice as many are nouns."""
NOTHING = -1


@dataclass(frozen=True)
class Language:
    """How sentences are translated: (WORDS, TARGETS) shares of the translations of each word."""

    shares: np.ndarray

    @classmethod
    def of(cls, rng: np.random.Generator) -> Language:
        """Return a language drawn at random."""
        shares = np.zeros((WORDS, TARGETS))
        for word in range(WORDS):
            ways = rng.choice(TARGETS, size=rng.integers(1, 4), replace=False)
            shares[word, ways] = rng.dirichlet(np.full(len(ways), 0.7))
        return cls(shares)

    def pairs(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return (count, LONGEST) words of sentences and of their translations, filled up with NOTHING."""
        words = np.minimum(rng.geometric(0.07, size=(count, LONGEST)) - 1, WORDS - 1)
        words[np.arange(LONGEST) >= rng.integers(5, LONGEST + 1, size=count)[:, None]] = NOTHING
        told = (self.shares[words].cumsum(axis=2) > rng.random((*words.shape, 1))).argmax(axis=2)
        told[rng.random(told.shape) < 0.03] = rng.integers(TARGETS)
        told[(words == NOTHING) | (rng.random(told.shape) < 0.04)] = NOTHING
        turned = adjectives(words) & (rng.random((count, LONGEST - 1)) < 0.9)
        return words, _gathered(_swapped(told, turned))


def adjectives(words: np.ndarray) -> np.ndarray:
    """Return (n, LONGEST − 1): where an adjective stands before a noun."""
    first, second = words[:, :-1], words[:, 1:]
    return (first >= 0) & (first < ADJECTIVES) & (second >= ADJECTIVES) & (second < 2 * ADJECTIVES)


@dataclass(frozen=True)
class Translator:
    """A word for each word, and (WORDS, WORDS) pairs that change places."""

    best: np.ndarray
    turned: np.ndarray

    def __call__(self, words: np.ndarray) -> np.ndarray:
        """Translate (n, LONGEST) words."""
        told = np.where(words >= 0, self.best[words], NOTHING)
        both = (words[:, :-1] >= 0) & (words[:, 1:] >= 0)
        return _swapped(told, both & self.turned[words[:, :-1], words[:, 1:]])


def model_1(words: np.ndarray, told: np.ndarray) -> Translator:
    """Fit translations by five rounds of EM, and changes of place by what the words then align to."""
    there = (words[:, :, None] >= 0) & (told[:, None, :] >= 0)
    shares = np.full((WORDS, TARGETS), 1 / TARGETS)
    for _ in range(5):
        likely = np.where(there, shares[words[:, :, None], told[:, None, :]], 0.0)
        likely /= np.maximum(likely.sum(axis=1, keepdims=True), 1e-12)
        counts = np.zeros((WORDS, TARGETS))
        np.add.at(counts, (words[:, :, None] + 0 * told[:, None, :], told[:, None, :] + 0 * words[:, :, None]), likely)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    place = np.where(there, shares[words[:, :, None], told[:, None, :]], 0.0).argmax(axis=2)
    both = (words[:, :-1] >= 0) & (words[:, 1:] >= 0)
    behind, seen = np.zeros((WORDS, WORDS)), np.zeros((WORDS, WORDS))
    np.add.at(seen, (words[:, :-1][both], words[:, 1:][both]), 1)
    np.add.at(behind, (words[:, :-1][both], words[:, 1:][both]), (place[:, :-1] > place[:, 1:])[both])
    return Translator(shares.argmax(axis=1), behind > seen / 2)


def counts(words: np.ndarray, told: np.ndarray) -> Translator:
    """Fit by which words stand in pairs together more often than alone (Dice's coefficient); nothing changes places."""
    source = np.stack([(words == word).any(axis=1) for word in range(WORDS)]).astype(float)
    target = np.stack([(told == word).any(axis=1) for word in range(TARGETS)]).astype(float)
    dice = 2 * source @ target.T / np.maximum(source.sum(axis=1)[:, None] + target.sum(axis=1), 1)
    return Translator(dice.argmax(axis=1), np.zeros((WORDS, WORDS), dtype=bool))


def translated(seed: int = 0) -> Population:
    """Return the population: model 1 against counts."""
    rng = np.random.default_rng([seed, 2])
    language = Language.of(rng)
    words, right = language.pairs(SENTENCES, rng)
    references = References(tuple((text,) for text in _texts(right)))
    told = np.stack([_fitted(language.pairs(PAIRS, held), words, held) for held in rng.spawn(SETS)], axis=1)
    hits = ((told == right) & (right >= 0)).mean(axis=(2, 4))
    truth = Truth.of(np.arange(SENTENCES).astype(np.str_), references)
    shares = np.full((SETS, SENTENCES), 1 / SENTENCES)
    return Population(truth, _Answers(told), SETS, FITS, hits[0] - hits[1], shares)


def _fitted(pairs: tuple[np.ndarray, np.ndarray], words: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (2, fits, n, LONGEST) translations of all sentences by both sides, fitted on one training set."""
    halves = [rng.choice(PAIRS, PAIRS // 2, replace=False) for _ in range(2 * FITS)]
    fits = [(model_1, counts)[place // FITS](pairs[0][half], pairs[1][half]) for place, half in enumerate(halves)]
    return np.stack([fit(words) for fit in fits]).reshape(2, FITS, *words.shape)


@dataclass(frozen=True)
class _Answers:
    """(2, sets, fits, sentences, LONGEST) words that become texts."""

    words: np.ndarray

    def __call__(self, side: int, held: int, fit: int, items: np.ndarray) -> Form:
        return Texts(_texts(self.words[side, held, fit][items]))


def _texts(words: np.ndarray) -> tuple[str, ...]:
    """Return sentences as a person would read them."""
    names = np.array([f"{first}{second}" for first in "bdfghklmnprstvz" for second in "aeiu"])[:TARGETS]
    return tuple(" ".join(names[line[line >= 0]]) for line in words)


def _swapped(words: np.ndarray, turned: np.ndarray) -> np.ndarray:
    """Return words with neighbours changed where told; the first of two changes that overlap is made."""
    turned = turned.copy()
    for place in range(1, turned.shape[1]):
        turned[:, place] &= ~turned[:, place - 1]
    order = np.tile(np.arange(words.shape[1]), (len(words), 1))
    order[:, :-1] += turned
    order[:, 1:] -= turned
    return np.take_along_axis(words, order, axis=1)


def _gathered(words: np.ndarray) -> np.ndarray:
    """Return words moved up to where others are missing."""
    return np.take_along_axis(words, np.argsort(words < 0, axis=1, kind="stable"), axis=1)
