import json
from pathlib import Path
from types import SimpleNamespace

from u30book import claims_table
from u30book.claims_table import MIMETYPE, ClaimsRenderer, read_claims, summary
from u30book.element import element

CLAIM = {"paper": "Table 2: 82.7", "test": "below 1.4", "measured": "1.38", "holds": True}
FAILED = {**CLAIM, "holds": False}


def rendered(content) -> str:
    data = SimpleNamespace(mime_type=MIMETYPE, content=content, string=content)
    (table,) = ClaimsRenderer.handle_mime(None, data, False)
    return table


def test_a_claim_table_becomes_a_real_table():
    table = rendered({"day": 1, "claims": [CLAIM, FAILED]})
    tags = [node["tag"] for node in table.findall(element)]
    assert tags.count("th") == 4 and tags.count("tr") == 3 and tags.count("caption") == 1
    text = table.astext()
    assert "Day 1: 1 of 2 claims hold" in text
    assert "does not hold" in text


def test_its_signs_are_not_the_squares_of_progress():
    table = rendered({"day": 1, "claims": [CLAIM]})
    classes = {str(node["html"].get("class", "")) for node in table.findall(element)}
    styles = Path(claims_table.__file__).parent / "static" / "progress.css"
    (sign,) = [name for name in classes if name.startswith("u30-sign")]
    assert f".{sign}" not in styles.read_text(encoding="utf-8")


def test_an_interlude_has_claims_too():
    assert "Interlude: 1 of 1" in rendered({"day": "engine", "claims": [CLAIM]}).astext()


def test_the_json_may_come_as_text():
    assert "82.7" in rendered(json.dumps({"day": 1, "claims": [CLAIM]})).astext()


def test_other_outputs_are_left_alone():
    data = SimpleNamespace(mime_type="text/plain", content="x", string="x")
    assert ClaimsRenderer.handle_mime(None, data, False) is None


def test_captions_count():
    assert summary([CLAIM]) == "1 of 1 claim holds"
    assert summary([CLAIM, FAILED]) == "1 of 2 claims hold"


def test_the_file_of_claims_may_be_missing_or_nested(tmp_path):
    path = tmp_path / "claims.json"
    assert read_claims(path) == {}
    path.write_text(json.dumps({"1": [CLAIM], "2": {"day": 2, "claims": [FAILED]}}))
    assert read_claims(path) == {"1": [CLAIM], "2": [FAILED]}
