"""`python -m checker` is `lockstep`."""

from checker.cli import main

main()
