"""What the page that checks records would answer, asked without a browser: the same sources, run by Node."""

import base64
import contextlib
import importlib.util
import json
import pathlib
import subprocess

CLIENT = pathlib.Path(__file__).resolve().parent.parent.parent / "client"
STATES = {"good": "valid", "unknown": "unknown", "bad": "invalid"}


def node():
    spec = importlib.util.spec_from_file_location("client_build", CLIENT / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return build.find_node()[0]


class Judge:
    def __init__(self, process, place):
        self.process, self.place = process, place

    def _ask(self, **ask):
        self.process.stdin.write(json.dumps(ask) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the page's sources threw"
        return json.loads(line)

    def document(self, pdf, ask, roots=(), now_ms=None):
        """Return {question: (verdict, codes)} for one document."""
        path = self.place / "a.pdf"
        path.write_bytes(pdf)
        plan = {"slots": ask.slots, "revisions": ask.lineage, "landed": ask.landed or ()}
        more = {} if now_ms is None else {"now": now_ms}
        told = self._ask(file=str(path), plan=plan, roots=_base64(roots), **more)
        return {name: (STATES[one["state"]], [said["code"] for said in one["says"]]) for name, one in told.items()}

    def bundle(self, path, roots=(), keys=(), checkpoints=()):
        """Return {question: (verdict, codes)} for a bundle."""
        told = self._ask(file=str(path), roots=_base64(roots), keys=list(keys), checkpoints=list(checkpoints))
        return {name: (STATES[one["state"]], [said["code"] for said in one["says"]]) for name, one in told.items()}


def _base64(all_):
    return [base64.b64encode(one).decode() for one in all_]


@contextlib.contextmanager
def running(place):
    """Build `client/tests/judge.mjs` into a folder and keep it running."""
    command, out = node(), place / "judge"
    rolldown = CLIENT / "node_modules/rolldown/bin/cli.mjs"
    built = [command, str(rolldown), "tests/judge.mjs", "--dir", str(out), "--platform", "node", "--format", "esm"]
    subprocess.run(built, cwd=CLIENT, check=True, capture_output=True, timeout=120)
    with subprocess.Popen([command, str(out / "judge.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Judge(process, place)
        finally:
            process.stdin.close()
            process.wait(20)
