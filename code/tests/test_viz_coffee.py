import json

import pytest

from u30.viz import live_coffee


def test_the_live_cup_carries_its_sizes_and_scales():
    bundle = live_coffee(alt="A cup to stir.")._repr_mimebundle_()
    content = json.loads(json.dumps(bundle["application/vnd.u30.live+json"]))
    assert content["kind"] == "coffee" and content["alt"] == "A cup to stir."
    assert set(content["data"]["scales"]) == {"entropy", "naive", "adjusted", "clean"}
    assert content["data"]["g"] % 2 == 1


@pytest.mark.parametrize(
    "change, message", [({"alt": ""}, "alternative"), ({"g": 4}, "odd"), ({"b": 60}, "fit twice")]
)
def test_a_live_cup_that_could_not_run_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        live_coffee(**{"alt": "a", **change})
