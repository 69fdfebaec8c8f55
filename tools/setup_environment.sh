#!/usr/bin/env bash
# Builds or refreshes .venv; the Makefile calls it when a stamp is missing or older than the files it depends on.
#   tools/setup_environment.sh runtime   the pins that separating, scoring and reporting need, and the kit itself
#   tools/setup_environment.sh dev       those and the test and lint tools
# Settings from the environment: PYTHON (the interpreter to build on), UV (the uv program to use).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly venv=.venv
readonly python_range='>=3.10,<3.14'
readonly python_words='Python 3.10, 3.11, 3.12 or 3.13'
readonly grader_python=3.11

say() { printf '[setup] %s\n' "$*" >&2; }

fail() {
    printf '[setup] %s\n' "$@" >&2
    exit 1
}

is_supported() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

version_of() {
    "$1" -c 'import platform; print(platform.python_version())' 2>/dev/null || echo 'not a working Python'
}

# A private copy in .uv: it leaves the system's Python alone, which many systems refuse to install into.
install_uv() {
    local python
    for python in "${PYTHON:-python3}" python3 python; do
        if "$python" -c '' >/dev/null 2>&1; then break; fi
    done
    say "uv is not installed: putting a private copy into .uv with pip"
    rm -rf .uv
    if "$python" -m venv .uv >/dev/null 2>&1; then
        .uv/bin/python -m pip install --quiet uv && return
    else
        rm -rf .uv
        "$python" -m pip install --quiet --target .uv uv && return
    fi
    rm -rf .uv
    fail "uv could not be installed: pip's message is above, most often there is no network." \
        "Where $python has neither venv nor pip (Debian: python3-venv, python3-pip), install one of them, or uv itself:" \
        "https://docs.astral.sh/uv/getting-started/installation"
}

find_uv() {
    local candidate
    for candidate in "${UV:-uv}" .uv/bin/uv "$HOME/.local/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            uv=$candidate
            return
        fi
    done
    install_uv
    uv=.uv/bin/uv
}

# The interpreter: the one that PYTHON names, else python3 where it will do, else what uv finds or fetches.
choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_supported "$PYTHON" || fail "The kit needs $python_words. PYTHON=$PYTHON is $(version_of "$PYTHON")." \
            "Name another one, as in: make run PYTHON=python3.11"
        python=$PYTHON
    elif is_supported python3; then
        python=$(python3 -c 'import sys; print(sys.executable)')
    else
        say "python3 is $(version_of python3), the kit needs $python_words: looking for another one"
        python=$("$uv" python find "$python_range" 2>/dev/null || echo "$grader_python")
    fi
}

# Scripts and the editable install hold absolute paths, so a moved or copied folder gets a new environment.
ensure_venv() {
    if [ -x $venv/bin/python ] && [ "$(cat $venv/.folder 2>/dev/null)" = "$(pwd -P)" ]; then return; fi
    choose_python
    say "creating $venv"
    rm -rf $venv
    "$uv" venv --quiet --python "$python" $venv || fail \
        "No environment was created: the kit needs $python_words, and uv found none and could not fetch one." \
        "Install one, or name it: make run PYTHON=/path/to/python3.11"
    pwd -P >$venv/.folder
}

install() {
    "$uv" pip install --python $venv/bin/python "$@" && return
    say "that failed; trying again with uv's cache alone, in case there is no network"
    "$uv" pip install --offline --python $venv/bin/python "$@" || fail \
        "The packages were not installed: uv's message is above. Most often there is no network, or too little disk" \
        "space (they take about 6 GB). Run the same command again once that is mended; what has arrived is kept."
}

main() {
    local requirements
    case "${1:-}" in
        runtime) requirements=requirements.txt ;;
        dev) requirements=requirements-dev.txt ;;
        *) fail "tools/setup_environment.sh takes 'runtime' or 'dev'. Got '${1:-}'." ;;
    esac
    find_uv
    ensure_venv
    say "installing $requirements and the kit into $venv (the first time takes minutes, later ones seconds)"
    install -r "$requirements"
    install --quiet --no-deps --no-build-isolation --editable .
    touch "$venv/.$1"
}

main "$@"
