# How Millrace is started and ended by hand: which JDK it finds, Ctrl-C on each way to start it, a home, ports and a
# configuration file of the operator's choice. Scenarios of bad-days, which sources this file; never run.

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
at_terminal() { # FILE ARGUMENTS: the command in the background; leaves job
  set -m
  env --default-signal=INT "$root/deploy/millrace" "${@:2}" >"$1" 2>&1 &
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
  at_terminal "$work/foreground" up --http-port 0 --grpc-port 0
  until_true grep -qs '^Ctrl-C stops it' "$work/foreground" || fail "up at a terminal" "a start" "$(cat "$work/foreground")"
  words=$(cat "$work/foreground")
  check "up says where things are" "^gRPC 127\.0\.0\.1:[0-9]+ +HTTP http://127\.0\.0\.1:[0-9]+ +logs $home/logs +data $home\$" "$words"
  check "up says what to type" '^ +curl -N http://127\.0\.0\.1:[0-9]+/v1/chat/completions -d ' "$words"
  typed_streams "the curl line that up prints" "$(grep '^ *curl -N ' <<<"$words")"
  ctrl_c
  check "Ctrl-C ends up: exit code" '^(0|130)$' "$code"
  check_same "Ctrl-C ends up: no process is left" gone "$(until_true job_is_gone && echo gone)"
  check_same "Ctrl-C ends up: the run file is gone" gone "$([ -e "$home/run" ] || echo gone)"
  check_without "Ctrl-C ends up: without a complaint" 'error|Exception|WARN' "$(cat "$work/foreground")"
}

# The README's first command as it stands there: no option, no variable, the standard home and ports.
defaults() {
  local -x HOME="$own"
  local port taken=""
  mkdir -p "$HOME"
  unset MILLRACE_HOME
  for port in 8080 9090; do if listening "$port"; then taken="$taken $port"; fi; done
  if [ -n "$taken" ]; then
    words=$(millrace up --detach 2>&1)
    check_same "a standard port is taken: exit code" 1 $?
    check "a standard port is taken: the refusal names it and the option" \
      '^error: port (8080 is taken.*--http-port|9090 is taken.*--grpc-port)' "$words"
    skip "the standard ports" "somebody else listens here on$taken"
    export MILLRACE_HOME="$home"
    return
  fi
  at_terminal "$work/defaults" up
  until_true grep -qs '^Ctrl-C stops it' "$work/defaults" || fail "up without any option" "a start" "$(cat "$work/defaults")"
  words=$(cat "$work/defaults")
  check "up without any option: where things are" \
    "^gRPC 127\.0\.0\.1:9090 +HTTP http://127\.0\.0\.1:8080 +logs $HOME/\.millrace/logs +data $HOME/\.millrace\$" "$words"
  check "up without any option: all is healthy" '^all healthy after ' "$words"
  typed_streams "the README's curl line as it stands there" "$(grep '^curl -N ' "$root/README.md")"
  chat --address 127.0.0.1:9090 "$plain"
  check "the standard gRPC port answers" 'Monday' "$words"
  words=$(millrace up --detach --home "$work/second" 2>&1)
  check_same "a second Millrace on the standard ports: exit code" 1 $?
  check "a second Millrace on the standard ports: the refusal names one and its option" \
    "^error: port 9090 is taken by pid [0-9]+ \(java\)\. Use --grpc-port" "$words"
  words=$(millrace up --detach --home "$work/second" --grpc-port 0 2>&1)
  check "… and the other" "^error: port 8080 is taken by pid [0-9]+ \(java\)\. Use --http-port" "$words"
  ctrl_c
  check_same "up without any option: Ctrl-C leaves no process" gone "$(until_true job_is_gone && echo gone)"

  words=$(millrace up --detach 2>&1)
  check_same "up --detach without any other option: exit code" 0 $?
  check "up --detach without any other option: where things are" '^gRPC 127\.0\.0\.1:9090 +HTTP http://127\.0\.0\.1:8080 ' "$words"
  chat "$plain"
  check "up --detach without any other option: chat finds it" 'Monday' "$words"
  check "up --detach without any other option: down ends it" 'ended' "$(millrace down 2>&1)"
  check_same "up --detach without any other option: the ports are free again" "free free" \
    "$(for port in 8080 9090; do listening "$port" || echo free; done | paste -sd ' ')"
  export MILLRACE_HOME="$home"
}

detached() {
  fresh
  local other
  at_terminal "$work/detached" up --http-port 0 --grpc-port 0 --detach
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

free_port() { # one that nobody listens on, below those that the system gives away by itself
  local port
  while true; do
    port=$((20000 + RANDOM % 10000))
    if ! listening "$port"; then break; fi
  done
  echo "$port"
}

placed() {
  fresh
  local http_port grpc_port
  # Where it would live if it did not heed the option.
  local -x HOME="$work/standard"
  mkdir -p "$HOME"
  http_port=$(free_port)
  until grpc_port=$(free_port) && [ "$grpc_port" != "$http_port" ]; do :; done
  unset MILLRACE_HOME
  words=$(millrace up --detach --home "$placed" --http-port "$http_port" --grpc-port "$grpc_port" 2>&1)
  code=$?
  check_same "a home and ports of one's choice: it starts" 0 "$code"
  check "a home and ports of one's choice: it says where it is" \
    "^gRPC 127\.0\.0\.1:$grpc_port +HTTP http://127\.0\.0\.1:$http_port +logs $placed/logs +data $placed\$" "$words"
  http="http://127.0.0.1:$http_port"
  ask auto "$plain"
  check_same "the chosen HTTP port answers" "200 local" "$status $(header x-millrace-route)"
  chat --address "127.0.0.1:$grpc_port" "$plain"
  check "the chosen gRPC port answers" 'Monday' "$words"
  check_same "the chosen gRPC port answers: exit code" 0 "$code"
  words=$(millrace status --home "$placed" 2>&1)
  check "status finds the chosen home" "^process [0-9]+ +gRPC 127\.0\.0\.1:$grpc_port +HTTP $http +home $placed\$" "$words"
  check "status finds its services" 'gateway +healthy' "$words"
  words=$(millrace status --home "$work/another" 2>&1)
  code=$?
  check "status finds nothing in another home" "no Millrace runs in $work/another" "$words"
  check_same "status finds nothing in another home: exit code" 3 "$code"
  check "status finds nothing in the standard home" "no Millrace runs in $HOME/\.millrace" "$(millrace status 2>&1)"
  check_same "the ledger lies in the chosen home" there "$([ -s "$placed/billing.db" ] && echo there)"
  check_same "the standard home is not touched" none "$([ -e "$HOME/.millrace" ] || echo none)"
  check "down in another home finds nothing" "no Millrace runs in $work/another" "$(millrace down --home "$work/another" 2>&1)"
  check_same "down in another home leaves this one" 200 "$(curl -s -m 10 -o "$work/health" -w '%{http_code}' "$http/health")"
  millrace down --home "$placed" >/dev/null 2>&1
  check_same "down ends the chosen home: exit code" 0 $?
  check_same "down ends the chosen home: nobody listens" 000 "$(curl -s -m 10 -o "$work/health" -w '%{http_code}' "$http/health")"
  check "down ends the chosen home: status finds nothing" "no Millrace runs in $placed" "$(millrace status --home "$placed" 2>&1)"
  export MILLRACE_HOME="$home"
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
