"""`python -m server.simulation`: the simulated sites as a process of their own."""

from __future__ import annotations

from server.simulation.fleet import main

if __name__ == "__main__":
    main()
