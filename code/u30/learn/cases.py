"""What the section `# %% check` of an exercise may use: `from u30.learn.cases import close, grad`.

A case is a function `case_name(you, rng, ref)` whose docstring is its title in reports.
`you.f(...)` calls the learner's f on copies of the arguments, `ref.f(...)` the solution's,
`you.f.times(n, ...)` is n calls in a row; `rng` is a seeded numpy Generator.
"""

from u30.learn.compare import close, holds
from u30.learn.frequencies import frequencies
from u30.learn.grad import grad, numerical_gradient

__all__ = ["close", "frequencies", "grad", "holds", "numerical_gradient"]
