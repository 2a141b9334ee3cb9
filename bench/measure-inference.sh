#!/usr/bin/env bash
# Measures what docs/performance.md says of inference, and makes its tables. Wants an idle machine; about half an hour,
# of which the grid takes half. With words behind it only those: races, products, cold, grid.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
began=$SECONDS

say() {
  printf '%4d s  %s\n' $((SECONDS - began)) "$*" >&2
}

keep() { # standard output of a command as a result, once it is whole
  local name=$1
  shift
  say "$*"
  "$@" > "results/bench/.$name.json"
  mv "results/bench/.$name.json" "results/bench/$name.json"
}

race() {
  local name=$1
  shift
  keep "inference-$name" ./ockham bench inference "$@" --json
}

for what in ${@:-races products cold grid}; do
  case $what in
    races)
      race lenet-300-100 lenet-300-100-sparse-vd --batch 1,100 --threads 1 --seconds 3
      race lenet-5-caffe lenet-5-caffe-sparse-vd --batch 1,100 --threads 1 --seconds 3
      race lenet-5-caffe-threads lenet-5-caffe-sparse-vd --batch 1000 --threads 1,2 --seconds 3
      race resnet-20-random --arch resnet-20 --sparsity 0.9 --batch 1,100 --threads 1 --seconds 3
      race resnet-20-random-threads --arch resnet-20 --sparsity 0.9 --batch 1000 --threads 1,2 --seconds 4
      race resnet-20-structured --arch resnet-20 --channels 0.5 --batch 1,100 --threads 1 --seconds 3
      ;;
    products) keep sparse-products bench/rivals.sh products ;;
    cold) keep start-cold bench/cold-start.sh ;;
    grid) keep grid-sparsity bench/rivals.sh grid ;;
    *)
      echo "bench/measure-inference.sh: '$what' is none of races, products, cold and grid" >&2
      exit 2
      ;;
  esac
done
./ockham bench --docs
say "the tables of docs/performance.md are made"
