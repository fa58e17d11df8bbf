"""`python -m infragen`."""

from infragen.cli import main

main()
