# What the scripts beside this file share: checks that count, and the way to the command. Sourced, never run.
passed=0 failed=0 skipped=0

pass() {
  passed=$((passed + 1))
  echo "ok    $1"
}

fail() { # NAME EXPECTED GOT
  failed=$((failed + 1))
  printf 'FAIL  %s\n      expected: %s\n      got: %s\n' "$1" "$2" "$3"
}

check() { # NAME EXPECTED-PATTERN ACTUAL
  if grep -qE -- "$2" <<<"$3"; then pass "$1"; else fail "$1" "$2" "$3"; fi
}

check_without() { # NAME UNWANTED-PATTERN ACTUAL
  if grep -qE -- "$2" <<<"$3"; then fail "$1" "nothing like $2" "$3"; else pass "$1"; fi
}

check_same() { # NAME EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "$2" "$3"; fi
}

skip() { # NAME WHY: said here, and at the end of .ci/run
  skipped=$((skipped + 1))
  [ -z "${MILLRACE_LEFT_OUT:-}" ] || echo "$1: $2" >>"$MILLRACE_LEFT_OUT"
  echo "skip  $1: $2"
}

listening() { # PORT: whether anybody does on this machine
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

typed_streams() { # NAME LINE: a line of curl, typed as it stands there, streams an answer to its end; leaves streamed
  streamed=$(eval "$2" 2>/dev/null)
  check "$1: an answer is streamed" '"content":"[^"]*Monday' "$streamed"
  check "$1: it is whole" '"finish_reason":"stop"' "$streamed"
  check "$1: the stream ends with DONE" '^data: \[DONE\]' "$(tail -n 2 <<<"$streamed")"
}

finish() {
  [ "$skipped" -eq 0 ] || echo "$skipped skipped"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

millrace() { "$root/deploy/millrace" "$@"; }
