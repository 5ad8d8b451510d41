"""A state variable with a default."""

from tests.golden.refusals.setting import Demo


class Started(Demo):
    begun: bool = True
