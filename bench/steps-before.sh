#!/usr/bin/env bash
# What a step costs now beside what it cost before networks were graphs. Builds that commit in target/, and lets both
# take turns on an idle machine, as multiples of libtorch's dense step in the same process; about ten minutes. Makes
# results/bench/steps-before.json.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
commit=${1:-8df02d19}
before=target/steps-before
after=$(git rev-parse --short=8 HEAD)

if [ ! -x "$before/ockham" ]; then
  mkdir -p "$before"
  git archive "$commit" | tar -x -C "$before"
fi
"$before/ockham" --version > target/steps-before.log 2>&1 # The first call builds.
./ockham --version >> target/steps-before.log 2>&1

step() { # folder, then what is raced: milliseconds of Ockham's step and of the dense one
  local folder=$1
  shift
  "$folder/ockham" bench step "$@" --json 2>> target/steps-before.log \
    | sed 's/.*"dense_ms":\([0-9.]*\).*"ockham_ms":\([0-9.]*\).*/[\2,\1]/'
}

middle() { # of how many dense steps Ockham's take, among pairs of milliseconds
  printf '%s\n' "$@" | tr -d '[]' | awk -F, '{ print $1 / $2 }' | sort -g | sed -n "$((($# + 1) / 2))p"
}

listed() {
  local IFS=,
  printf '[%s]' "$*"
}

bn='net:1x28x28-conv20x5-bn-relu-pool2-conv50x5-bn-relu-pool2-flatten-dense500-bn-relu-dense10'
rows=()
while IFS='|' read -r arch method steps rounds; do
  then=() now=()
  for ((round = 0; round < rounds; round++)); do
    printf '%4d s  %s, %s, round %d\n' "$SECONDS" "$arch" "$method" $((round + 1)) >&2
    race=(--arch "$arch" --method "$method" --steps "$steps")
    then+=("$(step "$before" "${race[@]}")")
    now+=("$(step . "${race[@]}")")
  done
  row=$(printf '{"architecture":"%s","method":"%s","batch":100,"threads":1,"steps":%d' "$arch" "$method" "$steps")
  row+=$(printf ',"before_ockham_dense_ms":%s,"now_ockham_dense_ms":%s' "$(listed "${then[@]}")" "$(listed "${now[@]}")")
  ratio=$(awk -v n="$(middle "${now[@]}")" -v b="$(middle "${then[@]}")" 'BEGIN { printf "%.3f", n / b }')
  rows+=("$row,\"now_over_before\":$ratio}")
  printf '%s\n' "${rows[-1]}" >&2
done << END
lenet-300-100|sparse-vd|200|5
lenet-5-caffe|sparse-vd|40|3
$bn|sparse-vd|40|3
lenet-500-300|sbp|150|3
END
printf '{"before":"%s","now":"%s","rows":[\n%s\n]}\n' "$commit" "$after" \
  "$(IFS=$'\n'; sed '$!s/$/,/' <<< "${rows[*]}")" > results/bench/.steps-before.json
mv results/bench/.steps-before.json results/bench/steps-before.json
