#!/usr/bin/env bash
# Measures what docs/performance.md says of inference, and makes its tables. Wants an idle machine; about half an hour.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

race() {
  local name=$1
  shift
  echo "bench inference $*" >&2
  ./ockham bench inference "$@" --json > "results/bench/.$name.json"
  mv "results/bench/.$name.json" "results/bench/inference-$name.json"
}

race lenet-300-100 lenet-300-100-sparse-vd --batch 1,100 --threads 1 --seconds 5
race lenet-5-caffe lenet-5-caffe-sparse-vd --batch 1,100 --threads 1 --seconds 5
race lenet-5-caffe-threads lenet-5-caffe-sparse-vd --batch 1000 --threads 1,2 --seconds 5
race resnet-20-random --arch resnet-20 --sparsity 0.9 --batch 1,100 --threads 1 --seconds 5
race resnet-20-random-threads --arch resnet-20 --sparsity 0.9 --batch 1000 --threads 1,2 --seconds 10
race resnet-20-structured --arch resnet-20 --channels 0.5 --batch 1,100 --threads 1 --seconds 5
bench/rivals.sh products > results/bench/.products.json
mv results/bench/.products.json results/bench/sparse-products.json
bench/rivals.sh grid > results/bench/.grid.json
mv results/bench/.grid.json results/bench/grid-sparsity.json
./ockham bench --docs
