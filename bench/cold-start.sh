#!/usr/bin/env bash
# How long a JVM that was just started takes to load a model and to predict one example, on the runtime's jar alone. Prints
# JSON: milliseconds of each of 21 starts, with vectors and without. Needs 'mvn package' beforehand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jar=$(ls runtime/target/ockham-runtime-*.jar | grep -v -e tests -e sources -e javadoc | head -1)
. bench/find-jdk.sh
java=$jdk/bin/java
out=bench/target/cold
mkdir -p "$out"
"${java}c" -d "$out" -cp "$jar" bench/src/cold/java/dev/ockham/bench/inference/ColdStart.java
starts() {
  for k in $(seq 21); do
    "$java" "$@" 2> /dev/null
  done | sort -n | paste -sd, -
}
comma=
echo '{"command":"bench/cold-start.sh","rows":['
for model in ${@:-lenet-300-100-sparse-vd lenet-5-caffe-sparse-vd}; do
  for vectors in true false; do
    flags=()
    [ $vectors = true ] && flags=(--add-modules=jdk.incubator.vector)
    all=$(starts "${flags[@]}" -cp "$jar:$out" dev.ockham.bench.inference.ColdStart "zoo/$model.safetensors")
    median=$(cut -d, -f11 <<< "$all")
    echo "$comma{\"model\":\"$model\",\"vectors\":$vectors,\"median_ms\":$median,\"sorted_ms\":[$all]}"
    comma=,
  done
done
echo "],\"java\":\"$("$java" --version | head -1)\",\"jar_bytes\":$(wc -c < "$jar")}"
