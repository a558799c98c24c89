"""Reads a file as if for the first time: what has lain in the system's memory for long, between other things, is slower to read than what came there in one go.

    python scripts/bench/recache.py FILE
"""
import os
import sys

with open(sys.argv[1], "rb") as file:
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    while file.read(2**20):
        pass
