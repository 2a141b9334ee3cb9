#!/bin/sh
# Sixty pairs of wishes inside of what a grid of β reaches, on three data sets; see docs/targets.md.
# bench/targets.sh DATA WORK OUT.json: the folder with adult and mnist, one for the runs (some hours; it goes on where
# it was stopped), the result.
set -eu
data=$1
work=$2
out=$3
lab="./ockham lab targets --pairs 20 --set data.validation=0.2 --out $out"

$lab --data fashion-mnist-mini --arch mlp:784-100-10 --epochs 30 --work "$work/fashion"
$lab --data "$data/adult" --arch mlp:in-100-out --epochs 15 --work "$work/adult" --set data.table.label=income \
  --set data.table.header=no --set data.table.trim=true --set 'data.table.missing=?' \
  --set data.table.label_suffix=. \
  --set 'data.table.names=age, workclass, fnlwgt, education, education-num, marital-status, occupation, relationship, race, sex, capital-gain, capital-loss, hours-per-week, native-country, income'
OCKHAM_DATA=$data/mnist $lab --data mnist --arch lenet-300-100 --epochs 15 --work "$work/mnist"
