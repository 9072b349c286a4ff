#!/usr/bin/env bash
# Installs the build into a folder of its own, builds the project here against
# it and runs it; for the host and, where a cross compiler is, for AArch64.
#   check.sh BUILD_TREE SOURCE_TREE [aarch64]
set -euo pipefail
build=$1 source=$2 machine=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >/dev/null
cp -R "$source/test/models/fixtures/linear_serving/model" "$work/model"
options=(-DMODEL="$work/model" -DCMAKE_BUILD_TYPE=Release
  -DCMAKE_PREFIX_PATH="$work/prefix")
runner=()
if [ "$machine" = aarch64 ]; then
  options+=(-DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64
    -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc -DIngot_DIR="$work/prefix/lib/cmake/Ingot")
  runner=(qemu-aarch64 -L /usr/aarch64-linux-gnu)
fi
cmake -G Ninja -S "$source/test/package" -B "$work/build" "${options[@]}" >"$work/log" ||
  { cat "$work/log"; exit 1; }
ninja -C "$work/build" >"$work/log" || { cat "$work/log"; exit 1; }
"${runner[@]}" "$work/build/outside"

# A second build has nothing to do.
again=$(ninja -C "$work/build")
case $again in *"no work to do"*) ;; *) echo "built twice: $again"; exit 1 ;; esac

# A part of the model that changes, one that comes: both models are compiled again.
for part in variables/variables.index assets/words; do
  sleep 0.01 && mkdir -p "$work/model/assets" && touch "$work/model/$part"
  again=$(ninja -C "$work/build")
  for name in linear fixed; do
    case $again in *"Compiling the model $name"*) ;; *) echo "$part: no new $name"; exit 1 ;; esac
  done
done
