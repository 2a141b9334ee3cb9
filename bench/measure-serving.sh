#!/usr/bin/env bash
# Measures what docs/serve.md says of a cold start and of the service under load. Wants an idle machine and wrk; about
# three minutes. OCKHAM_SERVING_CLASSPATH names the classes of examples and the runtime jar; else Maven builds them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:-results/bench}
. bench/find-jdk.sh
java=$jdk/bin/java
if [ -z "${OCKHAM_SERVING_CLASSPATH:-}" ]; then
  mvn -q -B -Dmaven.test.skip=true -pl examples -am package >&2
  OCKHAM_SERVING_CLASSPATH="examples/target/classes:$(echo runtime/target/ockham-runtime-*-SNAPSHOT.jar)"
fi
classpath=$OCKHAM_SERVING_CLASSPATH
jar=${classpath##*:}
processor=$(sed -n '/^model name/{s/[^:]*: *//p;q}' /proc/cpuinfo)
version=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.runtime.version = //p')
work=$(mktemp -d)
service=
trap '[ -z "$service" ] || kill "$service"; rm -rf "$work"' EXIT

# Archives hold classes of jars alone.
"$jdk/bin/jar" -c -f "$work/examples.jar" -C "${classpath%%:*}" dev/ockham/examples/serve
cold=$work/examples.jar:$jar
main=dev.ockham.examples.serve.ColdStart
one=zoo/lenet-300-100-sparse-vd.safetensors
two=zoo/lenet-5-caffe-sparse-vd.safetensors

machine() {
  printf '  "command": "bench/measure-serving.sh",\n  "java": "%s",\n  "processor": "%s",\n  "cores": %s,\n' \
    "$version" "$processor" "$(nproc)"
}

median() { # of a column of numbers
  sort -n | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); print NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'
}

# A fresh JVM: a line of what the program says, with the milliseconds of the whole process behind it.
start() {
  local began ended line
  began=$(date +%s%N)
  line=$("$java" "$@" 2> /dev/null)
  ended=$(date +%s%N)
  printf '%s\t%s\n' "$line" "$(awk -v ns=$((ended - began)) 'BEGIN { printf "%.2f", ns / 1e6 }')"
}

options() { # of a way to start
  case $1 in
    plain) ;;
    archive) echo "-XX:+AutoCreateSharedArchive -XX:SharedArchiveFile=$work/auto-$2.jsa" ;;
    aot) echo "-XX:AOTCache=$work/$2.aot" ;;
  esac
}

# Every way takes its turn, so that what else the machine does falls on all of them.
cold_starts() {
  local name model way
  for name in lenet-300-100 lenet-5-caffe; do
    model=$one
    [ "$name" = lenet-300-100 ] || model=$two
    "$java" -XX:AOTCacheOutput="$work/$name.aot" -cp "$cold" $main "$model" > /dev/null 2>&1
    for ((run = 0; run <= ${OCKHAM_SERVING_RUNS:-21}; run++)); do # the first is a warm-up: of the disk, and makes the archive
      for way in plain archive aot; do
        # shellcheck disable=SC2046
        start $(options $way "$name") -cp "$cold" $main "$model" > "$work/line"
        [ "$run" -eq 0 ] || cat "$work/line" >> "$work/cold-$name-$way"
      done
    done
  done
  echo '{'
  machine
  printf '  "runs": %s,\n' "${OCKHAM_SERVING_RUNS:-21}"
  printf '  "jar_bytes": %s,\n  "rows": [\n' "$(stat -c %s "$jar")"
  local comma=''
  for name in lenet-300-100 lenet-5-caffe; do
    for way in plain archive aot; do
      local file=$work/cold-$name-$way
      printf '%s    {"model": "%s", "way": "%s", "load_ms": %s, "first_ms": %s, "load_and_first_ms": %s, "process_ms": %s}' \
        "$comma" "$name" $way "$(cut -f1 "$file" | median)" "$(cut -f2 "$file" | median)" \
        "$(cut -f3 "$file" | median)" "$(cut -f5 "$file" | median)"
      comma=$',\n'
    done
  done
  printf '\n  ]\n}\n'
}

metric() {
  curl -s "http://127.0.0.1:$port/metrics" | awk -v name="$1" '$1 == name { print $2; seen = 1 } END { if (!seen) print 0 }'
}

wait_until() { # a command says yes, for at most 20 seconds
  for ((i = 0; i < 200; i++)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  echo "bench/measure-serving.sh: '$*' took too long" >&2
  exit 1
}
answers() { curl -sf "http://127.0.0.1:$port/health" > /dev/null; }

# One load: the line of wrk, and what the service counted of it meanwhile.
load() {
  local connections=$1 seconds=$2 ok refused
  ok=$(metric 'ockham_requests_total{status="200"}')
  refused=$(metric 'ockham_requests_total{status="503"}')
  wrk -t2 -c"$connections" -d"${seconds}s" --latency -s bench/serving/load.lua \
    "http://127.0.0.1:$port/predict" | grep '^{' > "$work/load"
  printf '{"connections":%s,"counted_200":%s,"counted_503":%s,%s' "$connections" \
    $(($(metric 'ockham_requests_total{status="200"}') - ok)) \
    $(($(metric 'ockham_requests_total{status="503"}') - refused)) "$(sed 's/^{//' "$work/load")"
}

# Puts one model in the other's place, by turns, as long as the load runs.
swap() {
  local next=$two
  while true; do
    cp "$next" "$work/next"
    mv "$work/next" "$work/model.safetensors"
    if [ "$next" = "$two" ]; then next=$one; else next=$two; fi
    sleep 1.5
  done
}

under_load() {
  port=${OCKHAM_SERVING_PORT:-18080}
  cp "$one" "$work/model.safetensors"
  "$java" --add-modules=jdk.incubator.vector -cp "$classpath" dev.ockham.examples.serve.PredictionService \
    "$work/model.safetensors" "$port" > "$work/log" 2>&1 &
  service=$!
  wait_until answers
  load 16 10 > /dev/null # warm-up
  local plain overload reload swapper loads
  plain=$(load 16 20)
  overload=$(load 256 10)
  loads=$(metric 'ockham_model_loads_total{result="ok"}')
  swap &
  swapper=$!
  reload=$(load 16 20)
  kill "$swapper"
  loads=$(($(metric 'ockham_model_loads_total{result="ok"}') - loads))
  kill "$service"
  wait "$service" || true
  service=
  echo '{'
  machine
  printf '  "model": "lenet-300-100-sparse-vd",\n'
  printf '  "load": %s,\n  "overload": %s,\n  "reload": %s,\n  "reloads": %s\n}\n' \
    "$plain" "$overload" "$reload" "$loads"
}

cold_starts > "$work/cold.json"
under_load > "$work/serve.json"
mv "$work/cold.json" "$out/cold-start.json"
mv "$work/serve.json" "$out/serve.json"
