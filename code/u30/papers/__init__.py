"""One module per paper. `python -m u30.papers.d01_char_rnn` runs the quick start of Day 1."""
