#!/usr/bin/env bash
# Makes .venv and gets what the PDFs need from Debian. A second run with nothing to do takes a moment.
#   setup.sh run       what demo and serve need
#   setup.sh develop   that, and what the tests need
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."
: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
export HOME

libraries=(libgobject-2.0.so.0 libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz.so.0 libharfbuzz-subset.so.0
           libfontconfig.so.1)
library_packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
# One file that stands for each package's scripts: Latin, Bengali and Urdu in the first, Chinese and Korean in the second.
core_fonts=(NotoSans-Regular.ttf NotoSansBengali-Regular.ttf NotoNastaliqUrdu-Regular.ttf)
cjk_fonts=(NotoSansCJK-Regular.ttc)

say() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

scratch=
tidy() { if [ -n "$scratch" ]; then rm -rf "$scratch"; fi; }
trap tidy EXIT

# --- what is there ---------------------------------------------------------------------------------------------

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
}

libraries_load() {
  "$python" -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' "${libraries[@]}" 2>/dev/null
}

user_fonts() { printf '%s/fonts/steward' "${XDG_DATA_HOME:-$HOME/.local/share}"; }

fonts_are_there() {
  local name found
  for name in "$@"; do
    # find fails when one of the folders does not exist, though it finds the font in another.
    found=$(find -L /usr/share/fonts /usr/local/share/fonts "$(user_fonts)" "$HOME/.fonts" -name "$name" -print -quit \
      2>/dev/null || true)
    [ -n "$found" ] || return 1
  done
}

find_missing() {
  python=$(find_python)
  missing=() missing_fonts=()
  if [ -z "$python" ]; then
    missing+=(python3 python3-venv "${library_packages[@]}")
  else
    "$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=("$(venv_package)")
    libraries_load || missing+=("${library_packages[@]}")
  fi
  fonts_are_there "${core_fonts[@]}" || missing_fonts+=(fonts-noto-core)
  fonts_are_there "${cjk_fonts[@]}" || missing_fonts+=(fonts-noto-cjk)
}

venv_package() { "$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])'; }

# --- Debian's packages -----------------------------------------------------------------------------------------

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

install_packages() {
  say "installing Debian packages: $*"
  as_root apt-get update -qq || say "the package lists could not be renewed; trying with the old ones"
  as_root apt-get install -y -qq --no-install-recommends "$@" >"$scratch/apt.log" 2>&1 || {
    tail -5 "$scratch/apt.log" >&2
    fail "Debian's packages could not be installed. Check the network and the lines above, then try again."
  }
}

# Without root: apt-get can still download a package, and a font works from the user's own folder.
download_packages() {
  apt-get download -qq "$@" 2>/dev/null && return
  mkdir -p lists/partial cache/archives/partial
  local own=(-o "Dir::State::lists=$PWD/lists" -o "Dir::Cache=$PWD/cache")
  apt-get -qq "${own[@]}" update 2>/dev/null && apt-get -qq "${own[@]}" download "$@" 2>/dev/null
}

unpack_fonts() {
  local folder package
  folder=$(user_fonts)
  say "unpacking fonts into $folder: $*"
  (cd "$scratch" && download_packages "$@") || return 1
  for package in "$@"; do
    dpkg-deb -x "$scratch/$package"_*.deb "$scratch/$package" || return 1
    mkdir -p "$folder" "$scratch/new"
    find "$scratch/$package" -type f \( -name '*.ttf' -o -name '*.ttc' -o -name '*.otf' \) -exec mv -t "$scratch/new" {} +
    # Copied aside first, so that an interrupted setup leaves no half folder behind.
    rm -rf "${folder:?}/$package" "$folder/.$package"
    mv "$scratch/new" "$folder/.$package"
    mv "$folder/.$package" "$folder/$package"
  done
  if command -v fc-cache >/dev/null; then fc-cache "$folder"; fi
}

get_system_parts() {
  find_missing
  if [ $((${#missing[@]} + ${#missing_fonts[@]})) = 0 ]; then return; fi
  scratch=$(mktemp -d)
  if ! command -v apt-get >/dev/null; then
    fail "this machine has no apt-get. Install what these Debian packages hold, then try again: ${missing[*]} ${missing_fonts[*]}"
  elif may_install; then
    install_packages "${missing[@]}" "${missing_fonts[@]}"
  elif [ ${#missing_fonts[@]} != 0 ] && unpack_fonts "${missing_fonts[@]}"; then
    missing_fonts=()
  fi
  check_system_parts
}

check_system_parts() {
  find_missing
  local needed=("${missing[@]}" "${missing_fonts[@]}")
  if [ ${#needed[@]} = 0 ]; then return; fi
  if may_install; then fail "still missing after the installation: ${needed[*]}"; fi
  fail "this needs an administrator once. Type this line, then try again:" "  $(administrator_line "${needed[@]}")"
}

administrator_line() {
  local become='su -'
  if command -v sudo >/dev/null; then become='sudo sh'; fi
  printf "%s -c 'apt-get update && apt-get install -y %s'" "$become" "$*"
}

# --- Python's packages -----------------------------------------------------------------------------------------

# An environment does not survive being copied or moved: its programs begin with the path of its folder.
environment_works() { grep -qsF "$PWD/.venv/bin/python" .venv/bin/pip && .venv/bin/python -c '' 2>/dev/null; }

install_environment() {
  local extras='' wanted stamp=.venv/.steward-$1
  if [ "$1" = develop ]; then extras='[dev]'; fi
  wanted=$({ "$python" --version && cat pyproject.toml constraints.txt; } | sha256sum)
  if environment_works && grep -qsxF -e "$wanted" "$stamp" .venv/.steward-develop; then return; fi
  say "installing Python packages into .venv (a minute or two the first time)"
  environment_works || "$python" -m venv --clear .venv || fail "the folder .venv could not be made; is the disk full?"
  rm -f .venv/.steward-*
  .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check -c constraints.txt -e ".$extras" ||
    fail "the Python packages could not be installed. Check the network and try again; what is there is kept."
  printf '%s\n' "$wanted" >"$stamp"
  say "ready: .venv/bin/steward"
}

main() {
  case "${1:-develop}" in
    run | develop) ;;
    *) fail "say what to set up: run or develop, not $1." ;;
  esac
  # Two setups at a time would write into one folder; the second waits.
  if command -v flock >/dev/null; then exec 9<constraints.txt && flock 9; fi
  get_system_parts
  install_environment "${1:-develop}"
}

main "$@"
