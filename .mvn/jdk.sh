# Finds a JDK 25 and exports JAVA_HOME; sourced by mvnw and deploy/millrace before any Java starts.
# Where none is found it says in one sentence what to install and returns 1.

# HOME is missing in some jobs and containers; the system's list of users knows it.
if [ -z "${HOME:-}" ]; then
  unset HOME
  HOME=~
  export HOME
fi
jdk_on_path() { # the folder of the JDK to which the javac on the PATH belongs
  local javac
  javac=$(readlink -f "$(command -v javac)" 2>/dev/null) && [ -n "$javac" ] && dirname "$(dirname "$javac")"
}
find_jdk25() {
  local home
  for home in "${MILLRACE_JAVA_HOME:-}" "${JAVA_HOME:-}" "$(jdk_on_path)" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
      "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && [ -x "$home/bin/javac" ] && grep -qs '^JAVA_VERSION="25' "$home/release"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}
if JAVA_HOME=$(find_jdk25); then
  export JAVA_HOME
else
  echo "error: Millrace needs a JDK 25 and found none: install one (Eclipse Temurin 25, for instance) under /usr/lib/jvm, put its javac on the PATH, or set JAVA_HOME to its folder." >&2
  return 1 2>/dev/null || exit 1
fi
