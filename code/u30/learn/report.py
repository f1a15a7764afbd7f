"""The result of a check: the one thing that every renderer sees. Becomes JSON and back.

As JSON it is one object with the fields of `Report` below, and "schema": 1. A later version may add
fields, and readers skip what they do not know; the number changes when a field changes its meaning.

    {"exercise": "d01.1", "title": "The loss", "status": "fail", "seed": 7,
     "cases": [{"name": "one_row", "title": "one position", "status": "pass", "message": ""}, ...],
     "message": "2 of 6 numbers differ", "diagnosis": "Every number has the wrong sign.",
     "mistake": "", "where": "dlogits", "index": [0, 1], "got": "-0.5", "want": "0.5",
     "call": "softmax_xent(logits=..., y=[1])", "line": null,
     "trace": [{"line": 3, "code": "return 1 / 0", "function": "softmax_xent"}],
     "output": "", "after": "", "seconds": 0.012, "schema": 1}

status is "pass", "fail" (a wrong answer), "todo" (not written yet), "error" (the learner's code
raised, or took its process with it) or "timeout"; a case may also be "skipped".
"""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

SCHEMA = 1
STATUSES = ("pass", "fail", "todo", "error", "timeout")


@dataclass
class CaseResult:
    name: str
    title: str
    status: str  # one of STATUSES, or "skipped" when the check stopped before it
    message: str = ""


@dataclass
class TraceLine:
    line: int
    code: str
    function: str


@dataclass
class Report:
    exercise: str  # "d01.1"
    title: str
    status: str
    seed: int  # check_source(..., seed=seed) gives the same inputs again
    cases: list[CaseResult] = field(default_factory=list)
    message: str = ""  # what is wrong, about the first case that is not right
    diagnosis: str = ""  # what may have caused it; Markdown with `code` and nothing else
    mistake: str = ""  # name of the wrong version that was recognised
    where: str = ""  # which of the results: "dlogits"
    index: list[int] | None = None  # first place that differs
    got: str = ""
    want: str = ""
    call: str = ""  # the call that failed, as text
    line: int | None = None  # line in the learner's code
    trace: list[TraceLine] = field(default_factory=list)  # the learner's lines only
    output: str = ""  # what the learner's code printed
    after: str = ""  # what this was in the paper; only when passed
    seconds: float = 0.0
    schema: int = SCHEMA

    @property
    def passed(self) -> bool:
        return self.status == "pass"

    @property
    def failed_case(self) -> CaseResult | None:
        return next((c for c in self.cases if c.status not in ("pass", "skipped")), None)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), allow_nan=False)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Report":
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in data.items() if key in known}
        values["cases"] = [CaseResult(**case) for case in values.get("cases", [])]
        values["trace"] = [TraceLine(**line) for line in values.get("trace", [])]
        return cls(**values)

    def __str__(self) -> str:
        from u30.learn.render_text import render_text

        return render_text(self)

    def _repr_html_(self) -> str:
        from u30.learn.render_html import render_html

        return render_html(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}
