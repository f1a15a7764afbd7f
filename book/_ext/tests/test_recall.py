import pytest

from u30book.recall import read_pairs


def test_pairs_are_read_in_order_and_answers_may_be_long():
    text = "Q: One?\nA: First.\n\n- a list\n\nQ: Two\n   lines?\nA: Second."
    assert read_pairs(text) == [("One?", "First.\n\n- a list"), ("Two\n   lines?", "Second.")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no question"),
        ("Q: One?", "has no answer"),
        ("Q: One?\nQ: Two?", 'starts with "A:"'),
        ("A: First.", 'starts with "Q:"'),
        ("Something", 'starts with "Q:"'),
        ("Q: One?\nA:", '"A:" is empty'),
    ],
)
def test_a_malformed_card_is_told(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_pairs(text)
