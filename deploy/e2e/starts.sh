# How Millrace is started and ended by hand: which JDK it finds, Ctrl-C on each way to start it, a configuration file of the
# operator's choice. Scenarios of bad-days, which sources this file; never run.

jdk() {
  fresh
  local look="$work/look" here tool
  here=$(readlink -f "$JAVA_HOME")
  mkdir -p "$look/.mvn" "$look/deploy" "$look/bin" "$look/old/bin"
  # The same search, without the folders where this machine keeps its JDKs and without its PATH.
  sed "s# \(/[^ ]*\*\)# $look/none\1#g" "$root/.mvn/jdk.sh" >"$look/.mvn/jdk.sh"
  cp "$root/deploy/millrace" "$look/deploy/millrace"
  for tool in bash env dirname readlink grep; do ln -s "$(command -v "$tool")" "$look/bin/$tool"; done

  words=$(env -i PATH="$look/bin" "$look/deploy/millrace" up 2>&1)
  code=$?
  check "without a JDK 25: what to install" '^error: Millrace needs a JDK 25 and found none: install one ' "$words"
  check_same "without a JDK 25: one sentence" 1 "$(wc -l <<<"$words")"
  check_same "without a JDK 25: exit code" 3 "$code"

  printf 'JAVA_VERSION="17.0.9"\n' >"$look/old/release"
  printf '#!/bin/sh\n' >"$look/old/bin/javac"
  chmod +x "$look/old/bin/javac"
  ln -s "$look/old/bin/javac" "$look/bin/javac"
  check "an older JDK on the PATH is none" 'needs a JDK 25' "$(env -i PATH="$look/bin" "$look/deploy/millrace" up 2>&1)"
  ln -sf "$here/bin/javac" "$look/bin/javac"
  check_same "a JDK 25 on the PATH is found" "$here" \
    "$(env -i PATH="$look/bin" bash -euc '. "$1" && printf "%s\n" "$JAVA_HOME"' jdk "$look/.mvn/jdk.sh" 2>&1)"
  check "without HOME it works as with it" "no Millrace runs in $home" "$(env -u HOME "$root/deploy/millrace" status 2>&1)"
}

# A job of its own, as at a terminal: Ctrl-C reaches it, and every process that it did not put elsewhere. Where this script was
# itself started in the background, SIGINT is ignored, and would be by all that it starts.
at_terminal() { # FILE OPTIONS: up in the background; leaves job
  set -m
  env --default-signal=INT "$root/deploy/millrace" up --http-port 0 --grpc-port 0 "${@:2}" >"$1" 2>&1 &
  job=$!
  set +m
}

ctrl_c() { # leaves code
  kill -INT -- "-$job"
  wait "$job"
  code=$?
}

until_true() { # COMMAND: within 30 s
  for _ in $(seq 300); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}

job_is_gone() { ! kill -0 -- "-$job" 2>/dev/null; }

foreground() {
  fresh
  at_terminal "$work/foreground"
  until_true grep -qs '^Ctrl-C stops it' "$work/foreground" || fail "up at a terminal" "a start" "$(cat "$work/foreground")"
  words=$(cat "$work/foreground")
  check "up says where things are" "^gRPC 127\.0\.0\.1:[0-9]+ +HTTP http://127\.0\.0\.1:[0-9]+ +logs $home/logs +data $home\$" "$words"
  check "up says what to type" '^ +curl -N http://127\.0\.0\.1:[0-9]+/v1/chat/completions -d ' "$words"
  ctrl_c
  check "Ctrl-C ends up: exit code" '^(0|130)$' "$code"
  check_same "Ctrl-C ends up: no process is left" gone "$(until_true job_is_gone && echo gone)"
  check_same "Ctrl-C ends up: the run file is gone" gone "$([ -e "$home/run" ] || echo gone)"
  check_without "Ctrl-C ends up: without a complaint" 'error|Exception|WARN' "$(cat "$work/foreground")"
}

detached() {
  fresh
  local other
  at_terminal "$work/detached" --detach
  until_true pgrep -P "$job" -f '[m]illrace\.detached'
  other=$(pgrep -P "$job" -f '[m]illrace\.detached')
  check "up --detach starts another process" '^[0-9]+$' "$other"
  ctrl_c
  check_same "Ctrl-C before it is healthy: exit code" 130 "$code"
  check_same "Ctrl-C before it is healthy: the other process is gone" gone "$(kill -0 "$other" 2>/dev/null || echo gone)"
  check "Ctrl-C before it is healthy: it says so" '^ended before it was healthy' "$(cat "$work/detached")"
  check "Ctrl-C before it is healthy: nothing runs" "no Millrace runs in $home" "$(millrace down 2>&1)"

  # Without an end it would start itself again and again, each in a session of its own.
  check_same "--detach=true is --detach" 0 \
    "$(timeout 60 "$root/deploy/millrace" up --detach=true --http-port 0 --grpc-port 0 >"$work/detached" 2>&1; echo $?)"
  check "--detach=true: it runs" 'gateway +healthy' "$(millrace status 2>&1)"
  down
}

chosen() {
  fresh
  local file="$work/my house.yml" i
  printf 'gateway:\n  policy:\n    aliases: ["front-desk=millrace-starter"]\n' >"$file"
  up --config "$file" || return
  ask front-desk "$plain"
  check_same "an alias of the file that --config names" "200 local" "$status $(header x-millrace-route)"
  check "doctor looks at that file" "ok +config +$file" "$(millrace doctor 2>&1)"

  for i in $(seq 30); do
    printf '{"prompt": "What are your opening hours on day %d?", "weak": 0.9, "strong": 0.9}\n' "$i"
    printf '{"prompt": "%s, and again with %d of them", "weak": 0.1, "strong": 0.9}\n' "$hard" "$i"
  done >"$work/labels.jsonl"
  words=$(millrace policy calibrate --labels "$work/labels.jsonl" --apply 2>&1)
  check "calibrate writes to that file" "written to $file; .* up --config '$file'" "$words"
  check "calibrate leaves its other lines" 'front-desk.*calibrated-|calibrated-.*front-desk' "$(tr '\n' ' ' <"$file")"
  check_same "calibrate writes no other file" none "$([ -e "$home/config.yml" ] || echo none)"
  printf 'gateway:\n  htp: {}\n' >"$file"
  check "doctor finds the mistakes of that file" 'problem +config +gateway\.htp .*my house\.yml line 2' "$(millrace doctor 2>&1)"
  down
  check "where nothing runs, doctor looks at the home's file" "config +$home/config\.yml" "$(millrace doctor 2>&1)"
}
