"""What NumPy makes of random indices: writes indexing.json. Run with numpy 2.4."""

import json
import random
from pathlib import Path

import numpy as np

random.seed(3)
shapes = [[4], [3, 4], [2, 3, 4], [3, 3], [5], [2, 1, 3]]


def bound(n):
    return random.choice(["", "", str(random.randint(-n - 2, n + 2))])


def part(n, may_be_array):
    kind = random.random()
    if kind < 0.3:
        return str(random.randint(-n, n - 1))
    if kind < 0.75 or not may_be_array:
        step = ":" + random.choice(["", "2", "-1", "-2", "3"]) if random.random() < 0.4 else ""
        return bound(n) + ":" + bound(n) + step
    at = lambda: random.randint(-n, n - 1)
    return random.choice([[at() for _ in range(random.randint(1, 3))], [[at(), at()], [at(), at()]]])


def formula(shape):
    parts = []
    for n in shape[: random.randint(0, len(shape))]:
        parts.append(part(n, all(isinstance(p, str) for p in parts)))
    if random.random() < 0.35:
        parts.insert(random.randint(0, len(parts)), "...")
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        parts.insert(random.randint(0, len(parts)), "None")
    return "x[" + ", ".join(map(str, parts)) + "]" if parts else None


rows = {}
while len(rows) < 150:
    shape = random.choice(shapes)
    text = formula(shape)
    if text is None:
        continue
    x = np.arange(1, 1 + int(np.prod(shape))).reshape(shape)
    try:
        y = eval(text, {"x": x})
    except IndexError:
        continue
    if y.size > 0 or random.random() < 0.2:
        rows[f"{shape} {text}"] = {"shape": shape, "formula": text, "result": list(y.shape), "values": y.ravel().tolist()}

lines = ",\n".join("  " + json.dumps(row) for row in rows.values())
Path(__file__).with_name("indexing.json").write_text(f"[\n{lines}\n]\n")
