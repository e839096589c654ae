"""`python -m server` is the `diemcau` command."""

from server.cli import main

main()
