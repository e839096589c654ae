"""Exports: files people take away, made from masters, indexes and the log of a folder (RECORDING §7).

Rules: no asyncio, no HTTP; one export at a time in one process. A master is read through its index, never beyond what
the index names. Memory does not grow with the length of a ceremony: pictures go frame by frame, sound in blocks of
ten seconds. A result appears whole under its name or not at all.
"""
