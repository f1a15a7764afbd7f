"""Scripts that complete commands and exercise ids in bash, zsh and fish.

They are written out when asked for: the shell starts no Python while you type.
"""

from __future__ import annotations

HOW = """Put it where your shell reads it:
  bash   u30 completion bash >> ~/.bashrc
  zsh    u30 completion zsh  >> ~/.zshrc       (after compinit)
  fish   u30 completion fish > ~/.config/fish/completions/u30.fish"""

BASH = """\
# completion of u30 for bash
_u30() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}"
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "{commands}" -- "$word"))
        return
    fi
    case "${{COMP_WORDS[1]}}" in
        {with_id}) COMPREPLY=($(compgen -W "{ids}" -- "$word")) ;;
        {with_day}) COMPREPLY=($(compgen -W "{days}" -- "$word")) ;;
        sync) COMPREPLY=($(compgen -W "export import" -- "$word")) ;;
        completion) COMPREPLY=($(compgen -W "bash fish zsh" -- "$word")) ;;
        init) COMPREPLY=($(compgen -d -- "$word")) ;;
    esac
}}
complete -o default -F _u30 u30
"""

ZSH = """\
# completion of u30 for zsh
_u30() {{
    local -a commands
    commands=(
{described}
    )
    if (( CURRENT == 2 )); then
        _describe 'command' commands
        return
    fi
    case "${{words[2]}}" in
        {with_id}) compadd -- {ids} ;;
        {with_day}) compadd -- {days} ;;
        sync) compadd -- export import ;;
        completion) compadd -- bash fish zsh ;;
        init) _files -/ ;;
    esac
}}
compdef _u30 u30
"""

FISH = """\
# completion of u30 for fish
complete -c u30 -f
{described}
complete -c u30 -n '__fish_seen_subcommand_from {with_id}' -a '{ids}'
complete -c u30 -n '__fish_seen_subcommand_from {with_day}' -a '{days}'
complete -c u30 -n '__fish_seen_subcommand_from sync' -a 'export import'
complete -c u30 -n '__fish_seen_subcommand_from completion' -a 'bash fish zsh'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
WITH_ID = "check hint solution debug reset undo edit open task goto watch".split()
WITH_DAY = "list notebook train claims".split()


def completion(shell: str, commands: dict[str, str], ids: list[str], days: list[str]) -> str:
    """The script for a shell. `commands`: name -> what it does."""
    between = {"fish": " "}.get(shell, "|")
    values = {
        "commands": " ".join(commands),
        "ids": " ".join(ids),
        "days": " ".join(days),
        "with_id": between.join(WITH_ID),
        "with_day": between.join(WITH_DAY),
        "described": "\n".join(_described(shell, name, what) for name, what in commands.items()),
    }
    return SCRIPTS[shell].format(**values)


def _described(shell: str, name: str, what: str) -> str:
    what = what.rstrip(".").replace("`", "").replace("'", "").replace(":", " -")
    if shell == "fish":
        return f"complete -c u30 -n __fish_use_subcommand -a {name} -d '{what}'"
    return f"        '{name}:{what}'"
