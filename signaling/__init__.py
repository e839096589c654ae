"""What is said and decided. PURE: no clock, no I/O, no await, no randomness, no language."""
