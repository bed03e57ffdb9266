# Programs that only the tests need, from the system's packages. Sourced by scripts/test.

# Installs Chromium and Node where they are missing and the system is a Debian; elsewhere says
# what to install. In CI a missing program is an error: no test is left out there.
ensure_system_packages() {
  local missing=()
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
  command -v node >/dev/null || missing+=(nodejs)
  if [ ${#missing[@]} -eq 0 ]; then
    return 0
  fi
  echo "Missing: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
      cannot_install "${missing[*]}"
      return
    fi
    as_root=(sudo -n)
  fi
  if ! command -v apt-get >/dev/null; then
    cannot_install "${missing[*]}"
    return
  fi
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

cannot_install() {
  echo "Install $1 with your system's package manager; the page tests need it." >&2
  if [ -n "${CI:-}" ]; then
    exit 1
  fi
}
