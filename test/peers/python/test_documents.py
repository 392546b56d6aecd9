"""The examples of docs/peers.md run as they stand, and print what they say."""

import contextlib
import io
import re
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[3] / "docs" / "peers.md").read_text()
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.S)
BLOCKS = BLOCK.findall(GUIDE)
NAMES = {}


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_example(service, number):
    code, expected = BLOCKS[number]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code.replace("http://127.0.0.1:3000", service.url), f"example {number}", "exec"), NAMES)
    assert said.getvalue() == expected
