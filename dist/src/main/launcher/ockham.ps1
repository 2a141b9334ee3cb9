# The ockham command on Windows. Untested: it was written without a machine to try it on.
# Needs a Java 25 or newer, in JAVA_HOME or on the PATH.
$lib = Join-Path (Split-Path -Parent $PSScriptRoot) 'lib'
$java = if ($env:JAVA_HOME) { Join-Path $env:JAVA_HOME 'bin\java.exe' } else { 'java.exe' }
$classpath = (@(@classpath@) | ForEach-Object { Join-Path $lib $_ }) -join ';'
$installation = Split-Path -Parent $PSScriptRoot
& $java '-XX:+UseSerialGC' '-XX:-UsePerfData' '--add-modules=jdk.incubator.vector' `
  '--enable-native-access=ALL-UNNAMED' '--sun-misc-unsafe-memory-access=allow' `
  "-Dockham.home=$installation" -cp $classpath dev.ockham.cli.Ockham @args
exit $LASTEXITCODE
