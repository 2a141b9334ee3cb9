# Sets jdk to the folder of a JDK 25 or newer; to be read by the scripts of this folder.
on_path=$(command -v javac) && on_path=$(readlink -f "$on_path")
for jdk in "${JAVA_HOME:-}" "${on_path%/bin/javac}" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* none; do
  if [ -x "$jdk/bin/javac" ] && grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release"; then
    break
  fi
done
if [ "$jdk" = none ]; then
  echo "$0: needs a JDK 25 or newer: set JAVA_HOME" >&2
  exit 1
fi
