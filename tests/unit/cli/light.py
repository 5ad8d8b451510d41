"""A small project: a light, its spec, and checks that end in every way."""

from __future__ import annotations

from pathlib import Path

MODEL = """from checker import Model, action, fault, invariant, require


class Light(Model):
    on: bool

    @action
    def toggle(self) -> None:
        self.on = not self.on

    @action
    def never(self) -> None:
        require(self.on and not self.on)

    @fault("power")
    def fail(self) -> None:
        require(self.on and not self.on)

    @invariant
    def fine(self) -> bool:
        return True


class Dark(Light):
    def fine(self) -> bool:
        return not self.on
"""
HEAD = 'model = "light.light:Light"\n'
GOOD = '[[check]]\nname = "good"\naccept.never_fired = ["never", "power"]\n'
VACUOUS = '[[check]]\nname = "vacuous"\n'
IDLE = '[[check]]\nname = "idle"\nscope = {}\nfaults = { power = 1 }\naccept.never_fired = ["never"]\n'
CONTROL = (
    '[[check]]\nname = "control"\nmutant = "light.light:Dark"\nexpect = { violated = "fine", steps = 1 }\n'
)
LOOSE = CONTROL.replace('"control"', '"loose control"').replace("steps = 1", "steps = 2")
CUT = '[[check]]\nname = "cut"\nlimits.depth = 1\naccept.never_fired = ["never", "power"]\n'
MISSPELT = '[[check]]\nname = "misspelt"\nonly = ["fin"]\n'
VIOLATED = '[[check]]\nname = "violated"\naccept.never_fired = ["never", "power"]\n'


def make(folder: Path) -> Path:
    """The project without a spec."""
    (folder / "light").mkdir()
    (folder / "light" / "__init__.py").write_text("")
    (folder / "light" / "light.py").write_text(MODEL)
    (folder / "specs").mkdir()
    return folder


def spec(project: Path, *checks: str, name: str = "light", head: str = HEAD) -> Path:
    """A spec with these checks."""
    path = project / "specs" / f"{name}.toml"
    path.write_text(head + "".join(checks))
    return path
