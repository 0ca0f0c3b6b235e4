"""all-MiniLM-L6-v2: a sentence as 384 numbers, whose direction says what it is about.

Only what making the table needs: the encoder of BERT with mean pooling, in NumPy.
"""

import sys
import time
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HEADS = 12
LAYERS = 6
TOKENS_MAX = 128
TOKENS_AT_ONCE = 4096


class Encoder:
    """The model in a folder with `model.safetensors` and `tokenizer.json`."""

    def __init__(self, folder: Path):
        self.weights = load_file(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TOKENS_MAX)

    def encode(self, texts: list[str]) -> np.ndarray:
        """One row of length 1 for each text."""
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        by_length: dict[int, list[int]] = {}
        for place, ids in enumerate(tokens):
            by_length.setdefault(len(ids), []).append(place)
        rows = np.zeros((len(texts), 384), np.float32)
        done, start = 0, time.monotonic()
        for length, places in sorted(by_length.items()):
            step = max(1, TOKENS_AT_ONCE // length)
            for first in range(0, len(places), step):
                some = places[first : first + step]
                rows[some] = self._forward(np.array([tokens[place] for place in some]))
                done += len(some)
            seconds = time.monotonic() - start
            print(f"\rencoded {done} of {len(texts)}, {seconds:.0f} s", end="", file=sys.stderr)
        print(file=sys.stderr)
        return rows

    def _forward(self, ids: np.ndarray) -> np.ndarray:
        count, length = ids.shape
        state = (
            self.weights["embeddings.word_embeddings.weight"][ids]
            + self.weights["embeddings.position_embeddings.weight"][:length]
            + self.weights["embeddings.token_type_embeddings.weight"][0]
        ).reshape(count * length, -1)
        state = self._normalized(state, "embeddings.LayerNorm")
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}."
            seen = self._attention(state, name + "attention.self.", count, length)
            seen = self._linear(seen, name + "attention.output.dense")
            state = self._normalized(seen + state, name + "attention.output.LayerNorm")
            inner = gelu(self._linear(state, name + "intermediate.dense"))
            inner = self._linear(inner, name + "output.dense")
            state = self._normalized(inner + state, name + "output.LayerNorm")
        return unit(state.reshape(count, length, -1).mean(1))

    def _attention(self, state: np.ndarray, name: str, count: int, length: int) -> np.ndarray:
        width = state.shape[1] // HEADS
        query, key, value = (
            self._linear(state, name + part)
            .reshape(count, length, HEADS, width)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        shares = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width))
        shares = np.exp(shares - shares.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        return (shares @ value).transpose(0, 2, 1, 3).reshape(count * length, -1)

    def _linear(self, state: np.ndarray, name: str) -> np.ndarray:
        return state @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def _normalized(self, state: np.ndarray, name: str) -> np.ndarray:
        state = state - state.mean(-1, keepdims=True)
        state /= np.sqrt((state * state).mean(-1, keepdims=True) + 1e-12)
        return state * self.weights[name + ".weight"] + self.weights[name + ".bias"]


def gelu(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(1e-9, np.linalg.norm(rows, axis=1, keepdims=True))
