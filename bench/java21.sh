#!/usr/bin/env bash
# Asks model files (else those of zoo/) on Java 21 and on a later one, and compares the bits. Needs a JDK 25, Maven and
# x86-64 Linux; the first time it downloads about 350 MB. Its virtual machine interprets: minutes for each model.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. bench/find-jdk.sh
[ $# -gt 0 ] || set -- zoo/*.safetensors zoo/compact/*.safetensors
out=$PWD/bench/target/java21
mkdir -p "$out"
jar=${OCKHAM_RUNTIME_JAR:-}
if [ -z "$jar" ]; then
  mvn -q -B -Dmaven.test.skip=true -pl runtime package >&2
  jar=$(echo "$PWD"/runtime/target/ockham-runtime-*-SNAPSHOT.jar)
fi
mvn -q -B -f bench/java21/pom.xml org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
  -Dmdep.outputFile="$out/classpath" >&2
espresso=$(tr ':' '\n' < "$out/classpath" | grep '\.jar$' | paste -sd:)
"$jdk/bin/javac" -d "$out" -cp "$espresso" bench/java21/OnJava21.java
"$jdk/bin/javac" --release 21 -d "$out" -cp "$jar" bench/java21/Answers.java
files=()
for file in "$@"; do
  files+=("$(readlink -f "$file")")
done
"$jdk/bin/java" -cp "$out:$jar" Answers "${files[@]}" > "$out/now"
"$jdk/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$out:$espresso" \
  OnJava21 "$out:$jar" Answers "${files[@]}" | grep ' [0-9a-f]*$' > "$out/java21"
diff "$out/now" "$out/java21"
echo "the same bits: ${#files[@]} models"
