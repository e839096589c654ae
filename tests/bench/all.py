"""`make bench`: every measurement in one run, as JSON."""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    found = {}
    for name in ("forward", "recording"):
        run = subprocess.run([sys.executable, os.path.join(HERE, f"{name}.py")], capture_output=True, text=True, check=True)
        found[name] = json.loads(run.stdout)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
