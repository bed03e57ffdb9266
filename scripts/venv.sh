# The Python environment in .venv, for scripts/demo, scripts/test and scripts/check. Sourced, from
# the top of the repository, with `set -euo pipefail`.

# Makes .venv and installs livesell into it, editable, with the extra that is named (or none).
# Does nothing when that has been done for this pyproject.toml already.
ensure_venv() {
  local extra="${1:-}" wanted
  if ! venv_works; then
    make_venv
  fi
  wanted="$(venv_stamp)"
  if [ "$(cat .venv/.livesell-installed 2>/dev/null)" = "$wanted" ] &&
    { [ -z "$extra" ] || [ -e ".venv/.livesell-extra-$extra" ]; }; then
    echo "  .venv is up to date"
    return 0
  fi
  echo "  installing livesell${extra:+ with its $extra tools} into .venv (the first time takes a minute or two)"
  rm -f .venv/.livesell-installed
  # One line a package is progress enough; what goes wrong comes on standard error in full.
  .venv/bin/python -m pip install --disable-pip-version-check --no-input \
    --editable ".${extra:+[$extra]}" |
    sed -n 's/^Collecting \([^ ;(]*\).*/    \1/p; s/^Successfully installed.*/  installed/p'
  printf '%s\n' "$wanted" >.venv/.livesell-installed
  if [ -n "$extra" ]; then
    : >".venv/.livesell-extra-$extra"
  fi
}

# Whether .venv has a Python that is new enough, and pip.
venv_works() {
  [ -x .venv/bin/python ] && is_new_enough .venv/bin/python &&
    .venv/bin/python -m pip --version >/dev/null 2>&1
}

# What the installation depends on: the dependencies, the version of Python, and this directory.
venv_stamp() {
  .venv/bin/python - <<'PYTHON'
import hashlib, os, pathlib, sys
text = pathlib.Path("pyproject.toml").read_bytes() + f"{sys.version}{os.getcwd()}".encode()
print(hashlib.sha256(text).hexdigest())
PYTHON
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  local name
  for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python; do
    if command -v "$name" >/dev/null 2>&1 && is_new_enough "$name"; then
      printf '%s\n' "$name"
      return 0
    fi
  done
  echo "livesell needs Python 3.11 or newer, and found none. Install it, or name it: PYTHON=/path/to/python3 $0" >&2
  return 1
}

make_venv() {
  local python
  python="$(find_python)"
  echo "  making .venv with $("$python" --version)"
  rm -rf .venv
  # Debian's python3 comes without ensurepip, which lives in a package of its own.
  if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    install_debian_venv "$python" || true
  fi
  if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    "$python" -m venv .venv
  elif "$python" -m virtualenv --version >/dev/null 2>&1; then
    "$python" -m virtualenv --quiet .venv
  elif "$python" -m pip --version >/dev/null 2>&1 && "$python" -c 'import venv' >/dev/null 2>&1; then
    "$python" -m venv --without-pip .venv
    "$python" -m pip --python .venv/bin/python install --quiet --disable-pip-version-check pip
  else
    cat >&2 <<SENTENCE
$("$python" --version) cannot make a virtual environment: it has neither ensurepip nor pip.
On Debian or Ubuntu run this as root, then start again:
  apt-get install python3-venv
SENTENCE
    return 1
  fi
}

# Installs Debian's package with ensurepip, when this is a Debian and we may.
install_debian_venv() {
  local as_root=() version
  command -v apt-get >/dev/null 2>&1 || return 1
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  version="$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  echo "  installing python3-venv with apt-get"
  ${as_root[@]+"${as_root[@]}"} apt-get update -qq >/dev/null
  DEBIAN_FRONTEND=noninteractive ${as_root[@]+"${as_root[@]}"} \
    apt-get install -y -qq --no-install-recommends "python$version-venv" >/dev/null 2>&1 ||
    DEBIAN_FRONTEND=noninteractive ${as_root[@]+"${as_root[@]}"} \
      apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
}
