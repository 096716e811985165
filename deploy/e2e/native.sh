# A machine on which a native library cannot be loaded: a build that brings no llama.cpp for it, a home or a folder for temporary files
# from which no program code may be run. Scenarios of bad-days, which sources this file; never run.

# A copy of what is built, with the library taken out of its jar: what a processor meets for which none is shipped.
without_library() { # FOLDER
  local lib jar
  lib="$1/deploy/standalone/target/dist/lib"
  mkdir -p "$1/.mvn" "$1/deploy" "$lib" "$work/jar"
  cp "$root/.mvn/jdk.sh" "$1/.mvn/jdk.sh"
  cp "$root/deploy/millrace" "$1/deploy/millrace"
  cp "$root/deploy/standalone/target/dist/millrace.jar" "$lib/.."
  # The class cache is of other jars; without one it starts too.
  touch "$lib/../millrace.aot.none"
  ln -s "$root/deploy/standalone/target/dist/lib/"* "$lib/"
  jar=$(basename "$(ls "$lib"/llama-*.jar)")
  rm "$lib/$jar"
  (cd "$work/jar" && "$JAVA_HOME/bin/jar" xf "$root/deploy/standalone/target/dist/lib/$jar") || return
  find "$work/jar" -name 'libjllama*' -delete
  "$JAVA_HOME/bin/jar" cf "$lib/$jar" -C "$work/jar" .
}

unloadable() { # NAME REASON: what is said at every door, with and without a cloud
  local next='Run an engine beside this process instead: local-inference\.engine=ollama=http://127\.0\.0\.1:11434'
  if up_failing; then
    check "$1: up says why and what else" "local-inference +FAILING .*$2.*$next" "$up"
    words=$(millrace status 2>&1)
    code=$?
    check "$1: status says why and what else" "local-inference +FAILING .*[01] of 2 models can be used, .*$2.*$next" "$words"
    check_same "$1: status: exit code" 3 "$code"
    check "$1: doctor finds it" "problem +local-inference .*$2.*$next" "$(millrace doctor 2>&1)"
    check "$1: models lists it with why" "unavailable: embedded: .*$2.*$next" "$(millrace models 2>&1)"
    ask auto "$plain"
    refusal "$1" 502 no_backend_answered "$2.*$next"
    check_same "$1: charged" 0 "$(charged "$id")"
    ask local "$plain"
    refusal "$1, where only a local engine may answer" 502 no_backend_answered "$2.*$next"
    chat "$plain"
    spoken "$1" 3 'no backend could answer'
    check "$1 (chat): the engine with its cause" "^ +local +millrace-starter .*$2.*$next" "$words"
    check_without "$1: without a stack trace" 'llama.*(Error|Exception):|LlamaEngine\.java|Exception in thread' "$words$up"
    check_same "$1: nothing was charged, nothing is held" "0 null" \
      "$(millrace usage -o json | jq -r '"\(.total.chargedNanoUsd // "0") \(.budget.heldNanoUsd)"')"
    down
  fi
  if up_failing --cloud-base-url "$cloud" --cloud-model words-8; then
    ask auto "$plain"
    check "$1: with a cloud, the others are healthy" '^ +cloud-relay +healthy ' "$up"
    check_same "$1: with a cloud, that answers" "200 cloud" "$status $(header x-millrace-route)"
    check_same "$1: the cloud's words" "the mill grinds" "$(printf '%s' "$body" | jq -r '.choices[0].message.content' | cut -d ' ' -f 1-3)"
    chat "$plain"
    check "$1: with a cloud, chat is answered" '^── cloud · words-8 · ' "$words"
    ask local "$plain"
    refusal "$1: with a cloud, what may not leave" 502 no_backend_answered "$2.*$next"
    check_same "$1: with a cloud, what may not leave: charged" 0 "$(charged "$id")"
    down
  fi
}

unshipped() {
  fresh
  local copy="$work/without"
  without_library "$copy" || { fail "a build without the library" "a copy" "none"; return; }
  # Where the command of this scenario lies: what types it looks at this name.
  local root="$copy"
  local -x MILLRACE_BUILD=never
  unloadable "no library for this processor" 'native llama\.cpp library cannot be loaded on [^ ]+ [^ ]+ \(none is shipped for it\)'
}

noexec() {
  local mounted="$work/noexec"
  mkdir -p "$mounted"
  if ! mount -t tmpfs -o noexec,size=200m tmpfs "$mounted" 2>/dev/null; then
    skip "a home from which nothing may be run" "no file system can be mounted here"
    return
  fi
  export MILLRACE_HOME="$mounted/home"
  unloadable "a home from which nothing may be run" 'native llama\.cpp library cannot be loaded on [^ ]+ [^ ]+ \(.*libjllama\.so: failed to map segment .*noexec\? Then choose another with --home\)'
  umount "$mounted"
  export MILLRACE_HOME="$home"
}

# A library of its own waits for connections where it can be loaded, the JDK's selector everywhere else: for the services and the
# commands alike.
selector() {
  local mounted="$work/noexec"
  fresh
  if [ "$(uname -s)" = Linux ] && ldd --version 2>&1 | grep -qi glibc && ! findmnt -n -o OPTIONS -T "${TMPDIR:-/tmp}" 2>/dev/null | grep -qw noexec; then
    waits_by epoll "as it comes"
  else
    skip "as it comes" "this system does not load the library"
  fi
  local -x MILLRACE_JAVA_OPTIONS=-Dio.netty.transport.noNative=true
  waits_by selector "told to use the JDK's selector"
  mkdir -p "$mounted"
  if ! mount -t tmpfs -o noexec,size=200m tmpfs "$mounted" 2>/dev/null; then
    skip "a folder for temporary files from which nothing may be run" "no file system can be mounted here"
    return
  fi
  MILLRACE_JAVA_OPTIONS=-Djava.io.tmpdir=$mounted
  waits_by selector "a folder for temporary files from which nothing may be run"
  umount "$mounted"
}

waits_by() { # HOW NAME
  local how=selector
  up || return
  if [ -r "/proc/$pid/maps" ]; then
    # What could not be loaded may leave pieces that cannot be run.
    if grep -qE ' r-xp .*netty_transport_native_epoll' "/proc/$pid/maps"; then how=epoll; fi
    check_same "$2: it waits by" "$1" "$how"
  else
    skip "$2: by what it waits" "no /proc tells of a process's libraries"
  fi
  typed_streams "$2, HTTP" "curl -sN -m 60 $http/v1/chat/completions -d '$(jq -cn --arg p "$plain" \
    '{model: "auto", stream: true, messages: [{role: "user", content: $p}]}')'"
  chat "$plain"
  check "$2, gRPC: an answer is streamed" 'Monday' "$words"
  check "$2, gRPC: it is whole" '^── local · millrace-starter · ' "$words"
  check_same "$2, gRPC: exit code" 0 "$code"
  check "$2: down ends it" 'ended' "$(millrace down 2>&1)"
  check_same "$2: its process is gone" gone "$(kill -0 "$pid" 2>/dev/null || echo gone)"
}
