#!/usr/bin/env bash
# Measures what docs/performance.md says of training, and makes its tables. Wants an idle machine; about half an hour. With
# words behind it only those: races, epochs, validation, python. What changed since networks became graphs is measured by
# bench/steps-before.sh.
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
  keep "step-$name" ./ockham bench step --arch "$@" --json
}

wide=mlp:784-2000-2000-10

for what in ${@:-races epochs validation python}; do
  case $what in
    races)
      race lenet-300-100 lenet-300-100
      race lenet-300-100-scalar lenet-300-100 --scalar
      race lenet-300-100-threads lenet-300-100 --threads 2
      race lenet-5-caffe lenet-5-caffe --steps 60
      race lenet-5-caffe-scalar lenet-5-caffe --steps 40 --scalar
      race lenet-5-caffe-threads lenet-5-caffe --steps 60 --threads 2
      race mlp-2000 "$wide" --batch 256 --steps 25
      race mlp-2000-float32 "$wide" --batch 256 --steps 25 --variance-products float32
      race mlp-2000-threads "$wide" --batch 256 --steps 25 --threads 2
      race resnet-20-threads resnet-20 --threads 2 --steps 8
      ;;
    epochs)
      keep epoch-lenet-300-100 ./ockham bench epoch --data mnist --arch lenet-300-100 --epochs 200 --threads 1 --threshold 1 \
        --set method.initial_log_sigma2=-8 --set training.learning_rate.initial=0.002 --set training.kl_weight.until=0.2 --json
      ;;
    validation)
      keep validation-lenet-300-100 ./ockham bench validation --arch lenet-300-100 --json
      keep validation-lenet-5-caffe ./ockham bench validation --arch lenet-5-caffe --json
      ;;
    python)
      keep textbook-lenet-300-100 /usr/bin/python3 bench/python/textbook_step.py --arch lenet-300-100 --json
      keep textbook-lenet-5-caffe /usr/bin/python3 bench/python/textbook_step.py --arch lenet-5-caffe --json
      ;;
    *)
      echo "bench/measure-steps.sh: '$what' is none of races, epochs, validation and python" >&2
      exit 2
      ;;
  esac
done
./ockham bench --docs
say "the tables of docs/performance.md are made"
