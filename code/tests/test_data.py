import re
import string

import numpy as np
import pytest

from u30.data.text import Vocabulary, chunks, fables, python_source, read_text
from u30.data.toy_language import CLOSERS, WORDS, entropy_rate, generate, inside

# Texts


def test_the_fables_are_plain_ascii_of_about_100_kilobytes():
    text = fables()
    assert 90_000 < len(text) < 120_000
    assert set(text) <= set(string.ascii_letters + " \n.,;:!?'\"-")
    assert text.endswith("\n") and "\n\n\n\n" not in text


def test_every_paragraph_of_the_fables_closes_its_quotes():
    for paragraph in fables().split("\n\n"):
        assert paragraph.count('"') % 2 == 0, paragraph[:80]


def test_python_source_is_ascii_python_of_the_size_asked_for():
    text = python_source(50_000)
    assert len(text) == 50_000 and text.isascii()
    assert "def " in text and "import " in text


def test_a_vocabulary_brings_every_text_back():
    vocab = Vocabulary("hello wörld \U0001f600\n")
    ids = vocab.encode("hello \U0001f600")
    assert vocab.decode(ids) == "hello \U0001f600"
    assert ids.dtype == np.intp
    assert list(vocab.chars) == sorted(set("hello wörld \U0001f600\n"))
    assert len(vocab.encode("")) == 0


def test_an_unknown_character_is_named_with_its_position():
    with pytest.raises(ValueError, match=r"'z' \(position 2\)"):
        Vocabulary("abc").encode("abz")


def test_chunks_continue_each_stream_and_targets_are_one_ahead():
    ids = np.arange(23)
    pieces = list(chunks(ids, B=2, T=4))
    inputs = np.concatenate([X for X, _ in pieces])
    np.testing.assert_array_equal(inputs[:, 0], np.arange(8))
    np.testing.assert_array_equal(inputs[:, 1], np.arange(11, 19))
    for X, Y in pieces:
        assert X.shape == (4, 2)
        np.testing.assert_array_equal(Y, X + 1)


def test_the_shortest_text_for_one_chunk_is_enough_and_one_less_is_an_error():
    assert len(list(chunks(np.arange(13), 3, 4))) == 1
    with pytest.raises(ValueError, match="needs at least 13"):
        list(chunks(np.arange(12), 3, 4))


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"a\0b", "binary"),
        (b"\xff\xfe\x00", "not a text"),
    ],
)
def test_files_that_are_no_text_get_one_sentence(tmp_path, content, message):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_text(path)


def test_a_missing_file_and_a_folder_get_one_sentence(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(ValueError, match="Cannot read"):
            read_text(path)


# The toy language


def test_entropy_in_closed_form_agrees_with_a_long_text():
    text = generate(400_000, np.random.default_rng(0))
    assert text.bits_per_character == pytest.approx(entropy_rate(), abs=0.005)
    assert entropy_rate() == pytest.approx(1.2488, abs=1e-4)


def test_reading_a_text_back_gives_the_bits_of_its_choices():
    """An independent route: parse the text, and add up what each choice cost."""
    toy = generate(5_000, np.random.default_rng(3))
    bits, rest = 0.0, toy.text
    word = np.log2(30)
    while rest:
        if rest[0] in CLOSERS:
            close = CLOSERS[rest[0]] + " "
            span, rest = rest[1:].split(close, 1)
            n = len(span.split(" "))
            bits += -np.log2(0.15) + n * word - (n - 1) * np.log2(0.6) - np.log2(0.4)
        else:
            match = re.match(r"[a-z]+( |\.\n)", rest)
            stop = match.group(1) != " "
            bits += -np.log2(0.7) + word - np.log2(0.15 if stop else 0.85)
            rest = rest[match.end() :]
    assert bits == pytest.approx(toy.bits, rel=1e-9)


def test_the_language_has_30_words_27_characters_and_closes_what_it_opens():
    assert len(set(WORDS)) == 30
    text = generate(50_000, np.random.default_rng(1)).text
    assert len(set(text)) == 27
    assert set(re.findall("[a-z]+", text)) == set(WORDS)
    assert inside(text)[-1] == ""


def test_inside_tells_what_is_open_after_each_character():
    assert list(inside('a "b" [c] d')) == ["", "", '"', '"', "", "", "[", "[", "", "", ""]


def test_the_same_generator_state_gives_the_same_text():
    assert generate(500, np.random.default_rng(5)) == generate(500, np.random.default_rng(5))
