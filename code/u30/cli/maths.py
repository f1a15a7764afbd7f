r"""Formulas as text: `\frac{\partial L}{\partial h_t}` becomes ∂L/∂h_t.

Covers what the prompts use. A command it does not know keeps its name: `\foo` becomes `foo`.
"""

from __future__ import annotations

import re
import unicodedata

SYMBOLS = {
    **dict(zip("alpha beta gamma delta epsilon varepsilon zeta eta theta".split(), "αβγδεεζηθ")),
    **dict(zip("iota kappa lambda mu nu xi pi rho sigma tau phi varphi".split(), "ικλμνξπρστφφ")),
    **dict(zip("chi psi omega Gamma Delta Theta Lambda Sigma Phi".split(), "χψωΓΔΘΛΣΦ")),
    **dict(zip("Psi Omega Pi partial nabla sum prod int infty in".split(), "ΨΩΠ∂∇ΣΠ∫∞∈")),
    **dict(zip("notin cdot times odot oplus otimes le leq ge geq".split(), "∉·×⊙⊕⊗≤≤≥≥")),
    **dict(zip("ne neq approx sim propto equiv to rightarrow leftarrow".split(), "≠≠≈~∝≡→→←")),
    **dict(zip("mapsto Rightarrow top ldots dots cdots circ pm ell mid".split(), "↦⇒ᵀ………∘±ℓ|")),
    **dict(zip("forall exists subset cup cap langle rangle ll gg".split(), "∀∃⊂∪∩⟨⟩≪≫")),
    **dict(zip("lfloor rfloor lceil rceil".split(), "⌊⌋⌈⌉")),
}
SPACES = {"qquad": "    ", "quad": "  ", ",": " ", ";": " ", ":": " ", "!": "", " ": " "}
WRAPPERS = set(
    "mathrm mathbf mathit mathsf mathbb mathcal text textbf texttt operatorname boldsymbol hat "
    "tilde bar vec overline underline".split()
)
DROPPED = set("left right big Big bigg Bigg bigl bigr Bigl Bigr limits displaystyle".split())
ASCII = {
    "·": "*", "×": "x", "⊙": "*", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∝": "~", "→": "->",
    "∂": "d", "Σ": "sum", "∞": "inf", "…": "...", "−": "-", "–": "-", "∈": "in", "ᵀ": "^T",
    "√": "sqrt", "∇": "grad ", "|": "|", "±": "+-", "∫": "int", "“": '"', "”": '"', "’": "'",
    "²": "^2", "τ": "tau", "α": "alpha", "β": "beta", "δ": "delta", "ε": "eps", "θ": "theta",
    "λ": "lambda", "μ": "mu", "σ": "sigma", "π": "pi", "γ": "gamma", "η": "eta", "φ": "phi",
    "‖": "||", "⁻": "^-", "¹": "1", "é": "e", "ü": "u", "←": "<-", "∘": "o", "↦": "|->", "≡": "=",
    "⟨": "<", "⟩": ">", "⇒": "=>", "≪": "<<", "≫": ">>", "⌈": "ceil(", "⌉": ")",
    "⌊": "floor(", "⌋": ")",
}  # fmt: skip


def maths(source: str) -> str:
    """One formula, without its dollars, in one line of text."""
    text, rest = _group(re.sub(r"\s+", " ", source.strip()), 0, stop="")
    assert rest >= 0
    text = re.sub(r" {5,}", "    ", text)
    return re.sub(r"\s+([,.;:])", r"\1", text).strip()


def to_ascii(text: str) -> str:
    """The text for a terminal that has only ASCII."""
    return "".join(c if c.isascii() else ASCII.get(c) or _letters(c) for c in text)


def _letters(c: str) -> str:
    """A Greek letter's name; what is left of a letter without its accent, of a raised digit."""
    name = unicodedata.name(c, "")
    if name.startswith("GREEK"):
        word = name.split()[-1]
        return word.capitalize() if c.isupper() else word.lower()
    left = unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode()
    return left or ("" if unicodedata.combining(c) else "?")


def _group(s: str, i: int, stop: str) -> tuple[str, int]:
    """Everything up to `stop` (or the end), and the place after it."""
    parts: list[str] = []
    while i < len(s):
        c = s[i]
        if stop and c == stop:
            return "".join(parts), i + 1
        if c in "^_":
            argument, i = _argument(s, i + 1)
            parts.append(_script(c, argument))
        elif c == "&":
            i += 1
        elif c == "\\" or c == "{":
            text, i = _argument(s, i)
            parts.append(text)
        else:
            parts.append(c)
            i += 1
    return "".join(parts), i


def _argument(s: str, i: int) -> tuple[str, int]:
    """One character, one {group} or one command with its own arguments."""
    while i < len(s) and s[i] == " ":
        i += 1
    if i >= len(s):
        return "", i
    if s[i] == "{":
        return _group(s, i + 1, "}")
    if s[i] != "\\":
        return s[i], i + 1
    name = re.match(r"\\([A-Za-z]+|.|$)", s[i:])
    assert name
    return _command(name[1], s, i + name.end())


def _command(name: str, s: str, i: int) -> tuple[str, int]:
    if name in SYMBOLS:
        symbol = SYMBOLS[name]
        if name in ("partial", "top", "nabla") or symbol.isalpha():
            while i < len(s) and s[i] == " " and name in ("partial", "nabla"):
                i += 1
        return symbol, i
    if name in SPACES:
        return SPACES[name], i
    if name == "\\":
        return "; ", i
    if name in ("frac", "tfrac", "dfrac"):
        top, i = _argument(s, i)
        bottom, i = _argument(s, i)
        return f"{_tied(top)}/{_tied(bottom)}", i
    if name == "sqrt":
        inner, i = _argument(s, i)
        return f"√{_tied(inner)}" if len(inner) == 1 else f"√({inner})", i
    if name in ("underbrace", "overbrace"):
        inner, i = _argument(s, i)
        if i < len(s) and s[i] in "_^":
            note, i = _argument(s, i + 1)
            return f"{inner} [{note}]", i
        return inner, i
    if name in WRAPPERS:
        return _argument(s, i)
    if name in DROPPED:
        while i < len(s) and s[i] == " ":
            i += 1
        return ("", i + 1) if s[i : i + 1] == "." else ("", i)
    if not name.isalpha():
        return name, i  # \{ \% \|
    if i < len(s) and (s[i].isalnum() or s[i] == "\\") and not s[i].isspace():
        return name + " ", i
    return name, i


def _script(mark: str, inner: str) -> str:
    inner = inner.strip()
    if mark == "^" and inner in ("ᵀ", "2", "T"):
        return {"ᵀ": "ᵀ", "2": "²", "T": "^T"}[inner]
    if len(inner) <= 1 or (inner.isalnum() and mark == "_"):
        return mark + inner
    return f"{mark}{inner}" if re.fullmatch(r"\(.*\)|\w+", inner) else f"{mark}({inner})"


def _tied(text: str) -> str:
    """In a fraction: parentheses where the line would be read wrongly without them."""
    text = text.strip()
    return text if re.fullmatch(r"[-\w∂∇_^().,ᵀ²]+", text) and "-" not in text else f"({text})"
