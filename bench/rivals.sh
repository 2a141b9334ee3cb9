#!/usr/bin/env bash
# Rivals that Ockham's own build does not download: 'products' races the sparse products of MKL and oneDNN, 'grid' runs JMH
# over sparsities and layers. Prints JSON. Needs Maven; the first time it downloads about 220 MB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
what=${1:?products or grid}
shift
. bench/find-jdk.sh
out=bench/target/rivals
mkdir -p "$out/classes"
mvn -q -B -Privals -Dmaven.test.skip=true -pl bench -am package \
  org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
  -Dmdep.outputFile="$PWD/$out/classpath" >&2
classpath=$(ls bench/target/ockham-bench-*.jar | head -1):$(cat "$out/classpath")
"$jdk/bin/javac" -nowarn -processor org.openjdk.jmh.generators.BenchmarkProcessor \
  -processorpath "$classpath" -d "$out/classes" -cp "$classpath" \
  bench/src/rivals/java/dev/ockham/bench/inference/*.java >&2
flags=(-XX:+UseSerialGC --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow)
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 ORT_DISABLE_TELEMETRY=1
case $what in
  products) program=SparseProducts ;;
  grid) program=SparsityGrid ;;
  *)
    echo "bench/rivals.sh: '$what' is none of products and grid" >&2
    exit 2
    ;;
esac
exec "$jdk/bin/java" "${flags[@]}" -cp "$out/classes:$classpath" "dev.ockham.bench.inference.$program" "$@"
