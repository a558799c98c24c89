"""Prints the pins of a constraints file that hold for a version of Python, one a line. Arguments: the file, the version, as in 3.12.4."""

import sys

from packaging.requirements import Requirement

file, version = sys.argv[1:]
python = {"python_version": version.rpartition(".")[0], "python_full_version": version}
for line in open(file):
    if "==" in line and not line.startswith("#"):
        pin = Requirement(line.strip())
        if not pin.marker or pin.marker.evaluate(python):
            print(f"{pin.name}{pin.specifier}")
