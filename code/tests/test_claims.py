import json

import numpy as np

from u30.claims import Claim, ClaimTable, listed, percents

TABLE = ClaimTable(1, [Claim("<b>", "a < b", "0.5", True), Claim("p", "t", "m", np.bool_(False))])


def test_a_table_holds_only_if_every_claim_holds():
    assert not TABLE.hold
    assert ClaimTable(1, list(TABLE)[:1]).hold
    assert not ClaimTable(1, []).hold


def test_numbers_for_a_sentence():
    assert listed(np.array([292.6, 371])) == "293, 371" and listed([0.125], ".2f") == "0.12"
    assert percents(np.array([0.984, 1])) == "98, 100 %" and percents([0.5]) == "50 %"


def test_the_bundle_has_json_that_the_book_reads_and_html_that_escapes():
    bundle = TABLE._repr_mimebundle_()
    data = json.loads(json.dumps(bundle["application/vnd.u30.claims+json"]))
    assert data["day"] == 1
    assert data["claims"][1] == {"paper": "p", "test": "t", "measured": "m", "holds": False}
    assert "&lt;b&gt;" in bundle["text/html"] and "<b>" not in bundle["text/html"]
    assert "DOES NOT HOLD" in bundle["text/plain"]


def test_a_table_may_belong_to_an_interlude():
    table = ClaimTable("engine", list(TABLE)[:1])
    assert str(table).startswith("Interlude: claims")
    assert table.to_json()["day"] == "engine"
