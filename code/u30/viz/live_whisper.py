"""The whisper game of Day 9: a picture goes from player to player, by two rules."""

from __future__ import annotations

from u30.viz.live import Live

MOST = 60  # players in the demo
PICTURES = {  # 8 x 8 pixels, # is dark
    "seven": (
        "........",
        ".######.",
        ".....##.",
        "....##..",
        "...##...",
        "...##...",
        "...##...",
        "........",
    ),
    "heart": (
        "........",
        ".##..##.",
        "########",
        "########",
        ".######.",
        "..####..",
        "...##...",
        "........",
    ),
    "arrow": (
        "........",
        "....#...",
        "....##..",
        "#######.",
        "#######.",
        "....##..",
        "....#...",
        "........",
    ),
}
ALT = (
    "A picture of 8 × 8 pixels is passed along by players who mishear. With shortcuts it is still "
    "readable after many players; where every player retells it, it is soon gone. Sliders set the "
    "number of players, the noise and the size of the edits."
)


def live_whisper(
    alt: str = ALT, players: int = 20, noise: float = 0.3, edit: float = 0.2, seed: int = 1
) -> Live:
    """A row of plain and a row of residual players; the arguments are where the sliders start.

    noise is the share of what a player says that is made up, edit how large a residual player
    writes on the note, beside the first message; seed decides how each player mishears.
    """
    if not 0 <= players <= MOST:
        raise ValueError(f"There may be 0 to {MOST} players, but players is {players}.")
    for name, share in (("noise", noise), ("edit", edit)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} is a share from 0 to 1, not {share}.")
    pictures = {name: list(rows) for name, rows in PICTURES.items()}
    start = {"most": MOST, "players": players, "noise": noise, "edit": edit, "seed": seed}
    return Live("whisper", alt, {"pictures": pictures, **start})
