"""Names of communes made comparable, and found by their beginnings or by resemblance. Pure, in memory.

Words are found by prefix; a misspelt name by the trigrams it shares, then ranked by edit distance.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

Ints = NDArray[np.int64]

# Before accents are dropped with all that is not ASCII.
WRITTEN_OUT = str.maketrans({"œ": "oe", "æ": "ae", "’": " "})
SEPARATORS = re.compile(r"[^a-z0-9]+")
SHORT_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
# A name less alike than this is no answer; share of characters that need no edit.
LEAST_ALIKE = 0.6
# Names worth an edit distance: they share at least this part of their trigrams (Dice), and the best of them.
LEAST_SHARED = 0.25
TRIGRAM_CANDIDATES = 60
# Scores of a name that holds every word of the query: at its beginning, or elsewhere.
STARTS, HOLDS = 0.8, 0.65


def normalise(text: str) -> str:
    """Lower-case words of a name: no accent, hyphen or apostrophe, `st` for saint written out."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(WRITTEN_OUT)).encode("ascii", "ignore")
    words = SEPARATORS.sub(" ", plain.decode()).split()
    return " ".join(SHORT_WORDS.get(word, word) for word in words)


@dataclass(frozen=True)
class NameIndex:
    """Normalised names in the order given, their sorted words, and postings of their trigrams."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    word_names: tuple[int, ...]
    trigram_starts: Ints
    trigram_names: Ints
    trigram_counts: Ints

    def find(self, text: str) -> dict[int, float]:
        """Positions of the names like `text`, and how alike: 1 for the same name, down to LEAST_ALIKE."""
        wanted = normalise(text)
        if not wanted:
            return {}
        found = {position: self._score(wanted, position) for position in self._by_words(wanted.split())}
        if not any(score >= STARTS for score in found.values()):
            for position in self._by_trigrams(wanted):
                alike = OSA.normalized_similarity(wanted, self.names[position])
                if alike >= LEAST_ALIKE:
                    found[position] = max(alike, found.get(position, 0.0))
        return found

    def _score(self, wanted: str, position: int) -> float:
        name = self.names[position]
        if name == wanted:
            return 1.0
        base = STARTS if name.startswith(wanted) else HOLDS
        return base + (1.0 - STARTS) * min(1.0, len(wanted) / len(name))

    def _by_words(self, wanted: list[str]) -> set[int]:
        found: set[int] | None = None
        for word in sorted(wanted, key=len, reverse=True):
            first = bisect_left(self.words, word)
            last = bisect_left(self.words, word + "\x7f")
            names = self.word_names[first:last]
            found = set(names) if found is None else found.intersection(names)
            if not found:
                break
        return found or set()

    def _by_trigrams(self, wanted: str) -> list[int]:
        codes = _trigrams(wanted)[1]
        postings = [
            self.trigram_names[self.trigram_starts[code] : self.trigram_starts[code + 1]] for code in codes
        ]
        shared = np.bincount(np.concatenate(postings), minlength=len(self.names))
        dice = 2.0 * shared / (self.trigram_counts + len(codes))
        near = np.flatnonzero(dice >= LEAST_SHARED)
        positions: list[int] = near[np.argsort(-dice[near])[:TRIGRAM_CANDIDATES]].tolist()
        return positions


def index_names(names: Iterable[str]) -> NameIndex:
    """Index of names; positions are those of the iterable."""
    plain = tuple(normalise(name) for name in names)
    words = sorted((word, position) for position, name in enumerate(plain) for word in set(name.split()))
    owner, codes = _trigrams(*plain)
    order = np.argsort(codes, kind="stable")
    return NameIndex(
        names=plain,
        words=tuple(word for word, _ in words),
        word_names=tuple(position for _, position in words),
        trigram_starts=np.searchsorted(codes[order], np.arange(SYMBOLS**3 + 1)),
        trigram_names=owner[order],
        trigram_counts=np.bincount(owner, minlength=len(plain)),
    )


SYMBOLS = 38
_SYMBOL = np.zeros(256, dtype=np.int64)
_SYMBOL[ord(" ")] = 1
_SYMBOL[[ord(char) for char in "0123456789abcdefghijklmnopqrstuvwxyz"]] = np.arange(2, SYMBOLS)


def _trigrams(*names: str) -> tuple[Ints, Ints]:
    """Owner and code of each distinct trigram of each name, its ends padded."""
    text = np.frombuffer("".join(f"\n\n{name}\n" for name in names).encode("ascii"), dtype=np.uint8)
    symbols = _SYMBOL[text]
    lengths = np.array([len(name) + 3 for name in names], dtype=np.int64)
    owner = np.repeat(np.arange(len(names)), lengths)
    code = (symbols[:-2] * SYMBOLS + symbols[1:-1]) * SYMBOLS + symbols[2:]
    inside = owner[:-2] == owner[2:]
    keys = np.sort(owner[:-2][inside] * SYMBOLS**3 + code[inside])
    keys = keys[np.diff(keys, prepend=-1) != 0]
    return keys // SYMBOLS**3, keys % SYMBOLS**3
