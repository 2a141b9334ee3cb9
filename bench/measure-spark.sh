#!/usr/bin/env bash
# Measures what docs/scale.md says of Spark, into results/spark. Wants an idle machine of two cores, a
# build by Maven, SPARK_HOME or the jars that the build fetched, and about half an hour. With words
# behind it only those: scoring, memory, sweep, survivors, workers.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../.ci/spark-cluster"
millions=20
processor=$(grep -m 1 '^model name' /proc/cpuinfo | sed 's/.*: //')

# clock COMMAND...: runs it and puts its seconds into $seconds.
clock() {
  local began
  began=$(date +%s%N)
  "$@" > "$work/said" 2>&1 || fail "$*: $(cat "$work/said")"
  seconds=$(awk -v ns=$(($(date +%s%N) - began)) 'BEGIN { printf "%.1f", ns / 1e9 }')
  printf '%8s s  %s\n' "$seconds" "$*" >&2
}

# keep NAME: standard input as a result.
keep() {
  tee "results/spark/$1.txt"
}

# table FOLDER MILLIONS: rows of numbers as one Parquet file, and $model, which predicts them.
table() {
  local rows=$(($2 * 1000000))
  awk -v rows="$rows" 'BEGIN {
    print "sepal_length,sepal_width,petal_length,petal_width"
    for (row = 0; row < rows; row++)
      printf "%.1f,%.1f,%.1f,%.1f\n", 4 + row % 37 / 10, 2 + row % 23 / 10, 1 + row % 7919 % 59 / 10, row % 25 / 10
  }' > "$work/table.csv"
  model=$work/pruned
  ./ockham train --data iris --arch mlp:in-100-out --method sparse-vd --epochs 60 --threads 1 --out "$model" \
    > "$work/said" 2>&1
  # A model of a number writes plain columns, so that Spark turns CSV into Parquet.
  head -n 500 "$work/table.csv" > "$work/some.csv"
  ./ockham train --data "$work/some.csv" --label petal_width --arch mlp:in-2-out --epochs 1 --out "$work/number" \
    > "$work/said" 2>&1
  clock ./ockham spark predict "$work/number" --input "$work/table.csv" --output "$1" --master 'local[1]' \
    --keep sepal_length,sepal_width,petal_length,petal_width --prefix said_ --conf spark.sql.files.maxPartitionBytes=100g \
    --conf spark.hadoop.parquet.block.size=4194304
  rm "$work/table.csv"
}

# A table of so many rows, and one of a few, which says what Spark's own start takes.
scoring() {
  table "$work/table" "$millions"
  head -n 8 "$work/some.csv" > "$work/few.csv"
  local weights
  weights=$(./ockham inspect "$model" --json | sed 's/.*"multiply_adds_without_zeros":\([0-9]*\),"nodes".*/\1/')
  local plain=() spark=() few=() turn
  for turn in 1 2 3; do
    clock ./ockham predict "$model" --input "$work"/table/part-*.parquet --out "$work/plain.csv"
    plain+=("$seconds")
    clock ./ockham spark predict "$model" --input "$work/table" --output "$work/predicted" --replace --master 'local[2]'
    spark+=("$seconds")
    clock ./ockham spark predict "$model" --input "$work/few.csv" --output "$work/predicted" --replace --master 'local[2]'
    few+=("$seconds")
  done
  {
    echo "# bench/measure-spark.sh scoring, on $processor; seconds of wall clock, start and end of all processes included"
    echo "$millions million rows of 4 numbers from one Parquet file, what is left of mlp:in-100-out, $weights weights"
    echo "ockham predict, CSV written: ${plain[*]}"
    echo "ockham spark predict on local[2], Parquet written: ${spark[*]}"
    echo "the same of seven rows, which is Spark's start: ${few[*]}"
  } | keep scoring
}

# held COMMAND...: runs it and puts into $held the most that its executor held of seven times, MB: live objects, behind a
# full collection each time, and classes.
held() {
  local job process at now
  held=0
  "$@" > "$work/said" 2>&1 &
  job=$!
  for at in 1 2 3 4 5 6 7; do
    process=
    while [ -z "$process" ] && kill -0 "$job" 2> /dev/null; do
      sleep 0.1
      process=$(executor)
    done
    # Not while it starts.
    [ "$at" -gt 1 ] || sleep 6
    "$java_tools/jcmd" "$process" GC.run > /dev/null 2>&1 || break
    now=$("$java_tools/jcmd" "$process" GC.heap_info | awk '/heap .*used|Metaspace.*used/ {
      for (i = 1; i < NF; i++) if ($i == "used") sum += $(i + 1) } END { printf "%d", sum / 1024 }') || break
    [ "$now" -le "$held" ] || held=$now
    sleep 1
  done
  wait "$job" || fail "$*: $(cat "$work/said")"
  [ "$at" -gt 3 ] || fail "$* was over too soon to be measured"
  printf '%8s MB %s\n' "$held" "$*" >&2
}

# What an executor holds that scores, and one that only copies the table.
memory() {
  table "$work/table" "$millions"
  . bench/find-jdk.sh
  java_tools=$jdk/bin
  "$java_tools/jar" --create --file "$work/copy.jar" -C spark/target/test-classes dev/ockham/spark/CopyJob.class
  held "$java_tools/java" -cp "$SPARK_HOME/jars/*" org.apache.spark.deploy.SparkSubmit --master 'local-cluster[1,1,1024]' \
    --class dev.ockham.spark.CopyJob "$work/copy.jar" "$work/table" "$work/copied"
  local copying=$held
  held ./ockham spark predict "$model" --input "$work/table" --output "$work/predicted" --master 'local-cluster[1,1,1024]'
  {
    echo "# bench/measure-spark.sh memory, on $processor; MB of live objects and classes of the executor, the most of seven times"
    echo "Spark copies $millions million rows: $copying"
    echo "ockham spark predict of the same: $held"
  } | keep memory
}

# Sixteen runs of about a minute, by ParallelRuns and by tasks of Spark.
sweep() {
  {
    printf 'settings:\n  data.name: fashion-mnist-mini\n  architecture: lenet-300-100\n  training.epochs: 120\n'
    printf 'grid:\n  training.seed: [%s]\n' "$(seq -s ', ' 1 16)"
  } > "$work/sweep.yaml"
  clock ./ockham sweep "$work/sweep.yaml" --out "$work/here" --processes 2
  local here=$seconds
  clock ./ockham spark sweep "$work/sweep.yaml" --out "$work/there" --master "$cluster"
  local run same=0
  for run in $(seq -f 'trial-%02g' 1 16); do
    cmp -s "$work/here/$run/model.safetensors" "$work/there/$run/model.safetensors" && same=$((same + 1))
  done
  {
    echo "# bench/measure-spark.sh sweep, on $processor; seconds of wall clock, start and end of all processes included"
    echo "sixteen runs of 120 epochs of lenet-300-100 on fashion-mnist-mini, one thread each, two at once"
    echo "ockham sweep: $here"
    echo "ockham spark sweep on $cluster: $seconds"
    echo "models of equal bytes: $same of 16"
  } | keep sweep
}

# Two workers by hand, of which one is killed ten times; how long the other takes to end.
survivors() {
  local port=29517 together=(--data fashion-mnist-mini --arch mlp:784-16-10 --epochs 60 --threads 1 --workers 2)
  ./ockham train --data fashion-mnist-mini --arch mlp:784-16-10 --epochs 60 --threads 2 --out "$work/alone" > "$work/said" 2>&1
  local kill began ended zero one died left all=() resume=()
  for kill in 1 2 3 4 5 6 7 8 9 10 end; do
    ./ockham train "${together[@]}" --meet "127.0.0.1:$port" --rank 0 --out "$work/pair" "${resume[@]}" > "$work/said" 2>&1 &
    zero=$!
    ./ockham train "${together[@]}" --meet "127.0.0.1:$port" --rank 1 > "$work/said1" 2>&1 &
    one=$!
    resume=(--resume)
    if [ "$kill" = end ]; then
      wait "$zero" && wait "$one" || fail "$(cat "$work/said" "$work/said1")"
      break
    fi
    while ! { [ -e "$work/pair/metrics.jsonl" ] && [ "$(wc -l < "$work/pair/metrics.jsonl")" -ge $((5 * kill)) ]; }; do
      sleep 0.05
    done
    if [ $((kill % 2)) -eq 0 ]; then died=$zero left=$one; else died=$one left=$zero; fi
    began=$(date +%s%N)
    kill -KILL "$died"
    wait "$left" && fail "a worker outlives the other"
    ended=$(date +%s%N)
    all+=("$(awk -v ns=$((ended - began)) 'BEGIN { printf "%.2f", ns / 1e9 }')")
    wait "$died" || true
  done
  cmp "$work/alone/model.safetensors" "$work/pair/model.safetensors" || fail "the run that was killed is another"
  {
    echo "# bench/measure-spark.sh survivors, on $processor"
    echo "seconds from the kill of one of two workers to the end of the other, ten kills of one run: ${all[*]}"
    echo "then it was trained to its end; its model has the bytes of one process with two threads"
  } | keep survivors
}

# step RUN: milliseconds of a step of its last epoch.
step() {
  tail -n 1 "$1/metrics.jsonl" | sed 's/.*"epoch":\([0-9]*\),"step":\([0-9]*\),.*"seconds":\([0-9.E-]*\).*/\1 \2 \3/' \
    | awk '{ printf "%.1f", 1000 * $3 / ($2 / $1) }'
}

# trained NAME OPTION...: a run of $all, quietly.
trained() {
  local name=$1
  shift
  ./ockham train "${all[@]}" "$@" > "$work/$name.said" 2>&1 || fail "$name: $(cat "$work/$name.said")"
}

# A step of one process with one and with two threads, and of two workers with a thread each, who add up their gradients
# over loopback.
workers() {
  local port=29519 network rank all
  {
    echo "# bench/measure-spark.sh workers, on $processor; milliseconds of a step of 100 examples, the mean of an epoch"
    for network in "lenet-300-100 20" "lenet-5-caffe 5" "mlp:784-5000-4200-10 1"; do
      set -- $network
      all=(--arch "$1" --epochs "$2" --data fashion-mnist-mini --set data.validation=0.5 --method sparse-vd)
      all+=(--set training.schedule=stated --set training.shrink=false)
      trained one --threads 1 --out "$work/step-1-$1"
      trained two --threads 2 --out "$work/step-2-$1"
      trained rank-1 --threads 1 --workers 2 --meet "127.0.0.1:$port" --rank 1 &
      rank=$!
      trained rank-0 --threads 1 --workers 2 --meet "127.0.0.1:$port" --rank 0 --out "$work/workers-$1"
      wait "$rank"
      echo "$1: one thread $(step "$work/step-1-$1"), two threads $(step "$work/step-2-$1"), two workers $(step "$work/workers-$1")"
    done
  } | keep workers
}

for what in ${@:-scoring memory sweep survivors workers}; do
  case $what in
    scoring | memory | sweep | survivors | workers) "$what" ;;
    *) fail "'$what' is none of scoring, memory, sweep, survivors and workers" ;;
  esac
done
