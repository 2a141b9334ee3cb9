#!/bin/sh
# What a plain `train --method sparse-vd` loses beside its dense twin, on ten data sets; see docs/schedule.md.
# bench/defaults.sh DATA UCI OUT.json: the folder with adult, cifar-10 and mnist, the one of the UCI sets, the result.
set -eu
data=$1
uci=$2
out=$3
lab="./ockham lab defaults --out $out"

tables="--set training.batch=32 --set training.learning_rate.initial=0.005"
for set in yacht bostonHousing energy concrete wine-quality-red; do
  # Small test sets: means of splits.
  $lab --uci "$uci" --data "$set" --trials 5 $tables --set training.epochs=300
done
$lab --data iris --arch mlp:4-100-3 --trials 5 --set training.batch=20 \
  --set training.learning_rate.initial=0.01 --set training.epochs=150
$lab --data fashion-mnist-mini --arch lenet-300-100 --trials 3
$lab --data "$data/adult" --arch mlp:in-100-out --trials 3 --set data.table.label=income \
  --set data.table.header=no --set data.table.trim=true --set 'data.table.missing=?' \
  --set data.table.label_suffix=. \
  --set 'data.table.names=age, workclass, fnlwgt, education, education-num, marital-status, occupation, relationship, race, sex, capital-gain, capital-loss, hours-per-week, native-country, income'
OCKHAM_DATA=$data/mnist $lab --data mnist --arch lenet-300-100 --trials 3
# A small convolutional network, so that it takes minutes.
$lab --data "$data/cifar-10" --trials 2 --set training.threads=2 \
  --arch net:3x32x32-conv16x3-relu-pool2-conv32x3-relu-pool2-flatten-dense64-relu-dense10
