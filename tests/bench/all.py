"""`make bench`: every measurement in one run, as JSON; `make bench T="forward recording"` some of them."""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ALL = ("core", "forward", "janus", "join", "recording", "export", "papers", "ceremony", "browser", "paint", "playback")


def main():
    found = {}
    for name in sys.argv[1:] or ALL:
        print(f"{name} …", file=sys.stderr, flush=True)
        run = subprocess.run([sys.executable, os.path.join(HERE, f"{name}.py")], stdout=subprocess.PIPE, text=True, check=True)
        found[name] = json.loads(run.stdout)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
