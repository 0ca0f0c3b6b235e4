"""Gathers the texts that word vectors are learned from, one a line, on standard output.

    apt-get download wordnet-base && dpkg-deb -x wordnet-base_*.deb sources
    pip download --no-deps --dest . botocore google-api-python-client ansible
    for wheel in *.whl; do unzip -q "$wheel" -d sources; done
    python3 texts.py sources summaries.txt... > texts.txt

Every further file has the one-line summary of a software package on each line, and so have
the package descriptions that apt-cache knows. No text that speaks of MCP is taken, so that no
tool which a search is measured with is among them.
"""

import gzip
import html
import json
import random
import re
import subprocess
import sys
from pathlib import Path

SEED = 7
COUNTS = {
    "operations": 38_000,
    "named operations": 38_000,
    "fields": 45_000,
    "glosses": 60_000,
    "packages": 30_000,
    "summaries": 110_000,
}


def main(sources: Path, summaries: list[Path]) -> None:
    texts: dict[str, set[str]] = {kind: set() for kind in COUNTS}
    add_botocore(texts, sources)
    add_google(texts, sources)
    add_ansible(texts, sources)
    texts["glosses"].update(glosses(sources))
    texts["packages"].update(packages())
    for path in summaries:
        texts["summaries"].update(path.read_text(errors="replace").splitlines())
    chance = random.Random(SEED)
    chosen = []
    for kind, count in COUNTS.items():
        fit = sorted(filter(is_fit, texts[kind]))
        print(f"{kind}: {len(fit)}", file=sys.stderr)
        chosen += chance.sample(fit, min(count, len(fit)))
    chance.shuffle(chosen)
    sys.stdout.writelines(text + "\n" for text in chosen)


def add_botocore(texts: dict[str, set[str]], sources: Path) -> None:
    """What the services of AWS say of their operations and fields."""
    for path in sources.glob("botocore/data/*/*/service-2.json*"):
        service = json.loads(gzip.open(path).read() if path.suffix == ".gz" else path.read_text())
        for name, operation in service["operations"].items():
            add_operation(texts, words(name), plain(operation.get("documentation")))
        for shape in service["shapes"].values():
            for name, member in (shape.get("members") or {}).items():
                add_field(texts, name, member.get("documentation"))


def add_google(texts: dict[str, set[str]], sources: Path) -> None:
    """The same of Google's, from their discovery documents."""

    def add(resource: dict, name: str) -> None:
        for method, about in (resource.get("methods") or {}).items():
            add_operation(texts, words(f"{method} {name}"), plain(about.get("description")))
        for below, inner in (resource.get("resources") or {}).items():
            add(inner, below)

    for path in sources.glob("googleapiclient/discovery_cache/documents/*.json"):
        service = json.loads(path.read_text())
        add(service, "")
        for name, schema in (service.get("schemas") or {}).items():
            add_field(texts, name, schema.get("description"))
            for field, about in (schema.get("properties") or {}).items():
                add_field(texts, field, about.get("description"))


def add_ansible(texts: dict[str, set[str]], sources: Path) -> None:
    """The first lines of Ansible's modules, and what they say of their options."""
    for path in sources.glob("ansible_collections/*/*/plugins/modules/**/*.py"):
        page = re.search(
            r"^DOCUMENTATION\s*=\s*r?['\"]{3}(.*?)['\"]{3}",
            path.read_text(errors="replace"), re.S | re.M,
        )
        if not page:
            continue
        about = re.search(r"^short_description:\s*(.+)$", page[1], re.M)
        name = re.search(r"^module:\s*(\S+)", page[1], re.M)
        if about and name:
            add_operation(texts, words(name[1]), unmarked(about[1].strip(" \"'")))
        for line in re.findall(r"^ {4,10}- ([A-Z][^\n]{20,160}\.)$", page[1], re.M):
            texts["fields"].add(unmarked(line))


def glosses(sources: Path) -> list[str]:
    """WordNet's words with what they mean, without examples."""
    found = []
    for path in sources.glob("usr/share/wordnet/data.*"):
        for line in path.read_text().splitlines():
            head, bar, gloss = line.partition("|")
            if line.startswith("  ") or not bar:
                continue
            parts = head.split()
            count = int(parts[3], 16)
            same = [re.sub(r"\(.*\)", "", parts[4 + 2 * i]) for i in range(count)]
            gloss = gloss.strip().split('; "')[0]
            found.append(f"{', '.join(same).replace('_', ' ')}: {gloss}")
    return found


def packages() -> list[str]:
    listed = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True)
    return re.findall(r"^Description(?:-en)?: (.+)$", listed.stdout, re.M)


def add_operation(texts: dict[str, set[str]], name: str, about: str) -> None:
    if about:
        texts["operations"].add(sentences(about, 1))
        texts["named operations"].add(f"{name}. {sentences(about, 2)}")


def add_field(texts: dict[str, set[str]], name: str, about: str | None) -> None:
    if text := sentences(plain(about), 1):
        texts["fields"].add(f"{words(name)}: {text}")


def words(identifier: str) -> str:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", re.sub(r"[_\-.]+", " ", identifier))
    return " ".join(spaced.lower().split())


def plain(text: str | None) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>|`+", " ", text or "")).split())


def unmarked(text: str) -> str:
    return " ".join(re.sub(r"[A-Z]\(([^)]*)\)", r"\1", text).split())


def sentences(text: str, count: int) -> str:
    return " ".join(re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)[:count])


def is_fit(text: str) -> bool:
    lower = text.lower()
    return (
        3 <= len(text.split()) <= 36
        and len(text) < 260
        and sum(ord(letter) > 126 for letter in text) < 2
        and "mcp" not in lower
        and "model context" not in lower
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
