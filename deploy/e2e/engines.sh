# Engines that others wrote behind the command: a real Ollama and a real llama.cpp server, each with the starter model, named by
# --engine, alone and together. They answer at every door, word for word as they answer when they are asked themselves; what they
# count is what the ledger has; killed in the middle of an answer they are told of and another answers; back again, they answer.
# Scenarios of bad-days, which sources this file; never run. An engine that is not to be had here is skipped, and why is said.

engines_pids=
taught="We are open Monday to Friday from 9:00 to 18:00 and on Saturday from 10:00 to 14:00."

had() { # NAME ENGINE ARGUMENT: whether the engine is to be had here
  local said
  if said=$("$root/deploy/engines/$2" "$3" 2>&1); then return 0; fi
  skip "$1" "$(tail -n 1 <<<"$said")"
  return 1
}

# A process group of its own, so that kill -9 ends what it has started too; leaves engine_pid.
start_engine() { # PORT READY-PATH COMMAND …
  local port=$1 ready=$2
  shift 2
  setsid "$@" >>"$work/engine-$port.log" 2>&1 &
  engine_pid=$!
  engines_pids="$engines_pids $engine_pid"
  until_true curl -sf -m 2 -o "$work/ready" "http://127.0.0.1:$port$ready" ||
    fail "a real engine at port $port" "an answer at $ready" "$(tail -n 5 "$work/engine-$port.log")"
}

start_ollama() { # PORT: with the model starter-in-ollama
  local -x OLLAMA_HOST="127.0.0.1:$1" OLLAMA_MODELS="$work/ollama/models" MILLRACE_CACHE="${MILLRACE_CACHE:-$HOME/.cache/millrace}"
  local -x HOME="$work/ollama"
  mkdir -p "$HOME"
  start_engine "$1" /api/version "$root/deploy/engines/ollama" serve
  [ -d "$OLLAMA_MODELS/manifests" ] || "$root/deploy/engines/ollama" --create starter-in-ollama >>"$work/engine-$1.log" 2>&1
}

start_llama_server() { # PORT: with the model starter-in-llama
  start_engine "$1" /health "$root/deploy/engines/llama-server" --port "$1" --slots 2 --name starter-in-llama
}

kill_engine() { # PID
  kill -9 -- "-$1" 2>/dev/null
  { wait "$1"; } 2>/dev/null
}

end_engines() {
  local each
  for each in $engines_pids; do kill_engine "$each"; done
  engines_pids=
}

# What it says when nobody stands between: leaves own_text and own_tokens, "INPUT OUTPUT" as it counts them.
ask_engine() { # KIND BASE MODEL
  local said
  said=$(jq -cn --arg m "$3" --arg p "$plain" '{model: $m, stream: false, temperature: 0, options: {temperature: 0},
    messages: [{role: "user", content: $p}]}')
  case "$1" in
    ollama)
      said=$(curl -s -m 60 "$2/api/chat" -d "$said")
      own_text=$(jq -r .message.content <<<"$said")
      own_tokens=$(jq -r '"\(.prompt_eval_count) \(.eval_count)"' <<<"$said")
      ;;
    openai)
      said=$(curl -s -m 60 "$2/v1/chat/completions" -H 'content-type: application/json' -d "$said")
      own_text=$(jq -r '.choices[0].message.content' <<<"$said")
      own_tokens=$(jq -r '"\(.usage.prompt_tokens) \(.usage.completion_tokens)"' <<<"$said")
      ;;
  esac
}

metered() { # NAME KIND MODEL TURN: the ledger has the engine's own count, and no cost
  until_ended "$4"
  check_same "$1: the ledger has its count, at no cost" "$2 $3 completed $own_tokens USAGE_PROVENANCE_REPORTED 0 0" \
    "$(turn "$4" | jq -r '.costs[0] as $c | "\($c.provider) \($c.model) \($c.outcome) \($c.usage.inputTokens) \($c.usage.outputTokens) " +
      "\($c.usage.provenance) \($c.costNanoUsd // "0") \(.turn.charge.chargedNanoUsd // "0")"')"
}

listed_as() { # NAME KIND MODEL STATE
  check_same "$1: models has it" "ROUTE_TARGET_LOCAL $2 512 $4" \
    "$(millrace models -o json | jq -r --arg m "$3" '.models[] | select(.model.id == $m) |
      "\(.target) \(.model.engine) \(.model.contextLength) \(.model.state)"')"
}

answers() { # NAME KIND BASE MODEL: at each door
  local streamed answer program
  ask_engine "$2" "$3" "$4"
  check_same "$1: it knows the answer by itself" "$taught" "$own_text"
  ask local "$plain" ',"temperature":0'
  check_same "$1: curl, whole" "200 local $4 $own_text" \
    "$status $(header x-millrace-route) $(jq -r '"\(.model) \(.choices[0].message.content)"' <<<"$body")"
  check_same "$1: curl, whole: usage" "$own_tokens" "$(jq -r '.usage | "\(.prompt_tokens) \(.completion_tokens)"' <<<"$body")"
  metered "$1: curl, whole" "$2" "$4" "$id"

  streamed=$(curl -sN -m 60 -D "$work/head" "$http/v1/chat/completions" -d "$(jq -cn --arg p "$plain" \
    '{model: "local", stream: true, temperature: 0, messages: [{role: "user", content: $p}]}')")
  head=$(tr -d '\r' <"$work/head")
  check_same "$1: curl, streamed" "$own_text" "$(sed -n 's/^data: {/{/p' <<<"$streamed" | jq -rj '.choices[0].delta.content // empty')"
  check "$1: curl, streamed in pieces" '^[1-9][0-9]$' "$(grep -c '"content":"[^"]' <<<"$streamed")"
  check_same "$1: curl, streamed to its end" "data: [DONE]" "$(grep -v '^$' <<<"$streamed" | tail -n 1)"
  metered "$1: curl, streamed" "$2" "$4" "$(header x-request-id)"

  words=$(millrace chat -m local --temperature 0 "$plain" 2>"$work/line")
  code=$?
  answer=$(cat "$work/line")
  check_same "$1: chat" "0 $own_text" "$code $(grep -v '^──' <<<"$words" | grep -v '^$')"
  check "$1: chat names the engine, the model, its tokens, no cost" "^── local \\($2\\) · $4 · .* · ${own_tokens% *} in ${own_tokens#* } out · .* · 0 USD" \
    "$words$answer"
  metered "$1: chat" "$2" "$4" "$(sed -n 's/.* turn \([0-9a-f-]*\)$/\1/p' <<<"$words$answer")"

  if program=$("$root/deploy/e2e/grpcurl" 2>"$work/grpcurl.log"); then
    streamed=$("$program" -plaintext -d "$(jq -cn --arg m "$4" --arg p "$plain" '{model: $m, sampling: {temperature: 0},
      messages: [{role: "ROLE_USER", parts: [{text: $p}]}]}')" "$grpc" millrace.gateway.v1.GatewayService/StreamCompletion 2>&1)
    check_same "$1: grpcurl" "$own_text" "$(jq -rj '.delta.text // empty' <<<"$streamed")"
    check_same "$1: grpcurl: its end" "$4 ${own_tokens#* }" \
      "$(jq -r 'select(.completed) | .completed | "\(.route.model) \(.usage.output_tokens // .usage.outputTokens)"' <<<"$streamed")"
  else
    skip "$1: grpcurl" "$(tail -n 3 "$work/grpcurl.log")"
  fi
}

# The answer is a list of numbers that must go on, so that there is a middle to be killed in.
kill_in_the_middle() { # FILE MODEL PID: true once it was in the middle
  local line killed=no
  rm -f "$1"
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$1"
    if [ "$killed" = no ] && [[ "$line" =~ \"content\":\"[^\"] ]]; then
      kill_engine "$3"
      killed=yes
    fi
  done < <(curl -sN -m 60 -D "$1.head" "$http/v1/chat/completions" -d "$(jq -cn --arg m "$2" '{model: $m, stream: true,
    messages: [{role: "user", content: "Count."}], response_format: {type: "json_schema", json_schema: {name: "numbers", schema:
    {type: "array", items: {type: "integer"}, minItems: 300}}}}')")
  [ "$killed" = yes ] && ! grep -qE '"finish_reason":"' "$1"
}

start_again() { "start_$1" "$2"; }

dies_and_comes_back() { # NAME KIND BASE MODEL STARTER: with a cloud beside it
  local port=${3##*:} file="$work/midway" attempt
  # On a busy machine the end may be there before the kill.
  for attempt in 1 2 3; do
    if kill_in_the_middle "$file" "$4" "$engine_pid"; then break; fi
    kill_engine "$engine_pid"
    start_again "$5" "$port"
    until_true usable "$4"
  done
  check_same "$1: killed in the middle: what came is shown, then the end of its kind (attempt $attempt)" 'event: error|data: {"error"|data: [DONE]' \
    "$(grep -v '^$' "$file" | tail -n 3 | sed 's/\(data: {"error"\).*/\1/' | paste -sd '|')"
  check "$1: killed in the middle: why" 'stream_interrupted' "$(tail -n 5 "$file")"
  id=$(id_of "$file")
  until_ended "$id"
  check_same "$1: killed in the middle: the ledger says so, at no cost" "TURN_END_INTERRUPTED $2 0 0" "$(turn "$id" |
    jq -r '"\(.turn.end) \(.costs[0].provider) \(.costs[0].costNanoUsd // "0") \(.turn.charge.chargedNanoUsd // "0")"')"
  ask auto "$plain"
  check_same "$1: dead: the cloud answers what it would have" "200 cloud words-8" "$status $(header x-millrace-route) $(jq -r .model <<<"$body")"
  ask local "$plain"
  refusal "$1: dead: what may not leave" 502 no_backend_answered "127\.0\.0\.1:$port.*start"
  check_same "$1: dead: what may not leave: charged" 0 "$(charged "$id")"
  until_true unusable "$4"
  listed_as "$1: dead" "$2" "$4" MODEL_STATE_UNAVAILABLE
  check "$1: dead: models says why and what to do" "^unavailable: $2: .*127\.0\.0\.1:$port .*start" "$(millrace models)"
  words=$(millrace status 2>&1)
  code=$?
  check "$1: dead: status says it" "local-inference +FAILING .*127\.0\.0\.1:$port" "$words"
  check_same "$1: dead: status: exit code" 3 "$code"

  start_again "$5" "$port"
  until_true usable "$4" || fail "$1: back: it is found" "$4" "$(millrace models)"
  ask auto "$plain" ',"temperature":0'
  check_same "$1: back: it answers again" "200 local $4 $own_text" \
    "$status $(header x-millrace-route) $(jq -r '"\(.model) \(.choices[0].message.content)"' <<<"$body")"
  check "$1: back: status finds it" 'local-inference +healthy' "$(millrace status 2>&1)"
}

state_of() { millrace models -o json | jq -r --arg m "$1" '.models[] | select(.model.id == $m) | .model.state'; }
usable() { [[ "$(state_of "$1")" =~ MODEL_STATE_(LOADED|COLD) ]]; }
unusable() { [ "$(state_of "$1")" = MODEL_STATE_UNAVAILABLE ]; }

alone() { # NAME KIND STARTER MODEL: this engine, no other, and a cloud
  local port base
  port=$(free_port)
  base="http://127.0.0.1:$port"
  "start_$3" "$port"
  fresh
  printf 'local-inference:\n  watch-every: 500ms\n  embedded:\n    enabled: false\n' >"$home/config.yml"
  if up --engine "$2=$base" --cloud-base-url "$cloud" --cloud-model words-8; then
    grpc=$(sed -n 's/^gateway.grpc=tcp:\/\///p' "$home/run")
    check "$1: up names it" "local-inference +healthy .*$2 $base: 1 model, [12] slots?" "$up"
    check "$1: status finds it" 'local-inference +healthy +2 of 2 models can be used' "$(millrace status 2>&1)"
    answers "$1" "$2" "$base" "$4"
    listed_as "$1" "$2" "$4" MODEL_STATE_LOADED
    dies_and_comes_back "$1" "$2" "$base" "$4" "$3"
    down
  fi
  end_engines
}

ollama() {
  had "Ollama behind --engine" ollama --path || return
  alone "Ollama" ollama ollama starter-in-ollama
}

llamaserver() {
  had "llama.cpp's server behind --engine" llama-server --install || return
  alone "llama-server" openai llama_server starter-in-llama
}

# Both, and the model inside the process behind them: the first that is named is the first that is asked.
twoengines() {
  had "Ollama and llama.cpp's server together" ollama --path || return
  had "Ollama and llama.cpp's server together" llama-server --install || return
  local first second first_pid second_pid
  first=$(free_port)
  start_ollama "$first"
  first_pid=$engine_pid
  until second=$(free_port) && [ "$second" != "$first" ]; do :; done
  start_llama_server "$second"
  second_pid=$engine_pid
  fresh
  printf 'local-inference:\n  watch-every: 500ms\n' >"$home/config.yml"
  if up --engine "ollama=http://127.0.0.1:$first" --engine "openai=http://127.0.0.1:$second"; then
    check "two engines: up names both" "ollama http://127\.0\.0\.1:$first: 1 model, .*openai http://127\.0\.0\.1:$second: 1 model, " "$up"
    listed_as "two engines, Ollama" ollama starter-in-ollama "$(state_of starter-in-ollama)"
    listed_as "two engines, llama-server" openai starter-in-llama MODEL_STATE_LOADED
    check_same "two engines: all three local models are there" "millrace-starter starter-in-llama starter-in-ollama" \
      "$(millrace models -o json | jq -r '[.models[] | select(.target == "ROUTE_TARGET_LOCAL" and .model.capabilities.chat) | .model.id] | sort | join(" ")')"
    answered_by "two engines: \"local\" is the first that was named" local ollama starter-in-ollama
    answered_by "two engines: the other one by its model's name" starter-in-llama openai starter-in-llama
    kill_engine "$first_pid"
    answered_by "two engines: the first is dead, so the second" local openai starter-in-llama
    check "two engines: the first is dead: status" 'local-inference .*127\.0\.0\.1:'"$first" "$(until_true unusable starter-in-ollama; millrace status 2>&1)"
    kill_engine "$second_pid"
    answered_by "two engines: both are dead, so the one in the process" local embedded millrace-starter
    down
  fi
  end_engines

  # The other way round.
  start_llama_server "$second"
  start_ollama "$first"
  fresh
  if up --engine "openai=http://127.0.0.1:$second" --engine "ollama=http://127.0.0.1:$first"; then
    answered_by "two engines, named the other way round: the first" local openai starter-in-llama
    down
  fi
  end_engines
}

answered_by() { # NAME ASKED-FOR KIND MODEL
  ask "$2" "$plain" ',"temperature":0'
  check_same "$1: it answers" "200 local $4 $taught" \
    "$status $(header x-millrace-route) $(jq -r '"\(.model) \(.choices[0].message.content)"' <<<"$body")"
  until_ended "$id"
  check_same "$1: it is in the ledger" "$3 $4" "$(turn "$id" | jq -r '.costs[-1] | "\(.provider) \(.model)"')"
}
