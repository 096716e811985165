# Every listing for programs: with -o json it is JSON on stdout, nothing on stderr, exit code 0, and has its fields with their
# values; money in nano-USD, exact. A scenario of bad-days, which sources this file; never run.

listing() { # NAME ARGUMENTS: types it with -o json; leaves listed
  listed=$(millrace "${@:2}" -o json 2>"$work/err")
  check_same "$1 -o json: exit code" 0 "$?"
  check_same "$1 -o json: nothing on stderr" "" "$(cat "$work/err")"
}

has() { # NAME FIELDS EXPECTED: these fields of what was listed, of these types, with these values; whatever is no JSON has none
  check_same "$1 -o json: $2" "$3" "$(jq -sc "if length == 1 then .[0] | $2 else \"\\(length) values\" end" <<<"$listed" 2>&1)"
}

listings() {
  fresh
  paid_cloud >"$home/config.yml"
  up --trace || return
  local turn tried i

  listing "budget --daily" budget --daily 0.00006
  has "budget --daily" '[.tenant, .dailyNanoUsd, .spentNanoUsd, .heldNanoUsd]' '["local","60000",null,null]'
  check "budget in words: exact" '^budget 0\.00006 USD a day, 0\.0 % used \(0 USD spent, 0 USD held\)$' "$(millrace budget)"
  listing chat chat -m words-8 --max-tokens 8 --request-id listed hello
  turn=$(jq -r .routeDecided.turnId <<<"$listed")
  has chat '[.choices[0].message.parts[0].text, .routeDecided.requestId, .completed.usage.inputTokens, .completed.usage.outputTokens]' \
    '["the mill grinds für 日本 🙂 and sings","listed","1","8"]'
  has chat '.completed | [.route.target, .route.model, .cost.chargedNanoUsd, .cost.upstreamNanoUsd, (.attempts | length)]' \
    '["ROUTE_TARGET_CLOUD","words-8","17000","17000",1]'
  millrace chat -q "$plain" >"$work/answer" 2>&1
  until_ended listed

  listing budget budget
  has budget '[.tenant, .dailyNanoUsd, .spentNanoUsd, .heldNanoUsd, (.resetTime | type)]' '["local","60000","17000",null,"string"]'
  check "budget in words, once something is spent" '^budget 0\.00006 USD a day, 28\.3 % used \(0\.000017 USD spent, 0 USD held\)$' \
    "$(millrace budget)"
  listing usage usage
  has usage '[.rows[] | select(.group == "words-8") | .route, .requests, .inputTokens, .outputTokens, .chargedNanoUsd, .upstreamNanoUsd]' \
    '["cloud","1","1","8","17000","17000"]'
  has usage '[.total.requests, .total.chargedNanoUsd, .budget.dailyNanoUsd, .budget.spentNanoUsd]' '["2","17000","60000","17000"]'
  has usage '[.rows[] | .firstTokenP50, .firstTokenP95 | type] | unique' '["string"]'
  check "usage in words: the budget is exact" '^budget 0\.00006 USD a day' "$(millrace usage)"
  listing "usage --by tier" usage --by tier
  has "usage --by tier" '[.rows[] | select(.group == "trivial") | .requests]' '["2"]'
  listing "usage --by end" usage --by end --since 24h
  has "usage --by end" '[.rows[] | .requests]' '["2"]'

  listing turn turn "$turn"
  has turn '.turn | [.requestId, .end, .state, .route, .model, .usage.inputTokens, .usage.outputTokens, .charge.chargedNanoUsd]' \
    '["listed","TURN_END_COMPLETED","TURN_STATE_SETTLED","cloud","words-8","1","8","17000"]'
  has turn '[.holds[0].model, .holds[0].outputTokenLimit, .holds[0].outcome]' '["words-8","8","settled"]'
  has turn '[.costs[0] | .provider, .try, .model, .outcome, .costNanoUsd, .usage.provenance]' \
    '["fake",1,"words-8","completed","17000","USAGE_PROVENANCE_REPORTED"]'
  has turn '.decisionJson | fromjson | [.policy, (.candidates[0] | .model), (.attempts[0] | .[0], .[1])]' \
    '["policy-1","words-8","words-8","completed"]'
  until_true millrace trace "$turn" || fail "trace" "a trace of $turn" "$(millrace trace "$turn" 2>&1)"
  listing trace trace "$turn"
  has trace 'map(.tags["millrace.turn"] | values) | unique == ["'"$turn"'"]' true
  has trace '[.[] | (.traceId, .spanId, .service, .name, .failed) | type] | unique' '["boolean","string"]'
  # As numbers, jq and JavaScript would round them.
  has trace '[.[] | .startNanos, .endNanos | type] | unique' '["string"]'
  has trace '[.[] | .startNanos, .endNanos | test("^[0-9]{19}$")] | unique' '[true]'
  has trace '[.[] | .service] | unique | map(select(. == "billing" or . == "cloud-relay" or . == "gateway"))' \
    '["billing","cloud-relay","gateway"]'

  listing models models
  has models '[.models[] | select(.model.id == "words-8") | .target, .model.engine, .model.contextLength, .price.inputNanoUsdPerMillion, .price.outputNanoUsdPerMillion]' \
    '["ROUTE_TARGET_CLOUD","fake","131072","1000000000","2000000000"]'
  has models '[.models[] | select(.model.id == "millrace-starter") | .target, .model.contextLength, .model.capabilities.chat, .model.state]' \
    '["ROUTE_TARGET_LOCAL","512",true,"MODEL_STATE_LOADED"]'
  listing "price set" price set words-20 --input 0.27 --output 0.000000001
  has "price set" '[.model, .inputNanoUsdPerMillion, .outputNanoUsdPerMillion]' '["words-20","270000000","1"]'
  listing price price
  has price '[.prices[] | select(.model == "words-20" or .model == "words-8") | .inputNanoUsdPerMillion, .outputNanoUsdPerMillion]' \
    '["270000000","1","1000000000","2000000000"]'
  has price '[.prices[] | select(.model == "words-8") | .source]' '["a test"]'
  listing "price list --all" price list --all
  has "price list --all" '[.prices[] | select(.model == "words-20")] | length' 2

  listing classify classify "$hard"
  has classify '[(.score >= 0.9), .confidence > 0.5, .language, (.estimatedInputTokens | type), (.signals[0].weight | type)]' \
    '[true,true,"en","string","number"]'
  tried=$(jq -c '[.score, .intent, .task]' <<<"$listed")
  listing route route "$hard"
  has route '.routeDecided.verdict | [.score, .intent, .task]' "$tried"
  has route '[.routeDecided.tier, .routeDecided.policyVersion, .cutoffs.moderate, .cutoffs.complex, .cutoffs.premium]' \
    '["TIER_PREMIUM","policy-1",0.35,0.65,0.9]'
  has route '.routeDecided.candidates[0] | [.target, .model, .reasons[0].text != ""]' '["ROUTE_TARGET_LOCAL","millrace-starter",true]'
  printf '{"id":"a","prompt":"hello"}\n{"id":"b","prompt":"%s"}\n' "$hard" >"$work/prompts.jsonl"
  listing "classify --file" classify --file "$work/prompts.jsonl"
  check_same "classify --file -o json: a line for each" '["a",true] ["b",true]' \
    "$(jq -c '[.id, (.verdict.score > 0) and (.verdict.score < 1)]' <<<"$listed" 2>&1 | paste -sd ' ')"
  check_same "classify --file -o json: the same score" "$(jq .[0] <<<"$tried")" "$(jq 'select(.id == "b") | .verdict.score' <<<"$listed" 2>&1)"

  listing policy policy
  has policy . '{"version":"policy-1","moderate":0.35,"complex":0.65,"premium":0.9}'
  listing "policy replay" policy replay --moderate 0.01 --complex 0.015 --premium 0.03
  has "policy replay" '[.cutoffs.moderate, .cutoffs.premium, .decisions, .changed]' '[0.01,0.03,2,2]'
  has "policy replay" '.changes | map([.was, .wouldBe, .decisions, (.turns | length)])' '[["trivial","complex",1,1],["trivial","premium",1,1]]'
  has "policy replay" '[(.startTime | type), (.judges[0] | .scoredBy != "", .decisions, .changed)]' '["string",true,2,2]'
  for i in $(seq 30); do
    printf '{"prompt": "What are your opening hours on day %d?", "weak": 0.9, "strong": 0.9}\n' "$i"
    printf '{"prompt": "%s, and again with %d of them", "weak": 0.1, "strong": 0.9}\n' "$hard" "$i"
  done >"$work/labels.jsonl"
  listing "policy calibrate" policy calibrate --labels "$work/labels.jsonl" --strong-model words-8 --apply
  has "policy calibrate" '[.labels, ((.curve[-1].share, .curve[0].quality, .curve[-1].quality, .curve[-1].recovered) * 1000 | round)]' \
    '[60,1000,500,900,1000]'
  has "policy calibrate" '[.curve[0].nanoUsdPerThousand, (.curve[-1].nanoUsdPerThousand | test("^[1-9][0-9]+$"))]' '["0",true]'
  has "policy calibrate" '[.inForce.version, .inForce.premium, (.proposed.version | startswith("calibrated-")), .replay.decisions, .writtenTo]' \
    '["policy-1",0.9,true,2,"'"$home/config.yml"'"]'
  check "policy calibrate -o json --apply has written it" "$(jq -r .proposed.version <<<"$listed")" "$(cat "$home/config.yml")"

  words=$(millrace policy -o json replay 2>&1)
  check_same "-o json before a command of a command: exit code" 2 $?
  check "-o json before a command of a command is refused" '^error: -o: before replay, .*expected: millrace policy replay -o' "$words"
  words=$(millrace -o json status 2>&1)
  check_same "-o json before any command: exit code" 2 $?
  check "-o json before any command is refused" "^error: Unknown options: '-o'" "$words"

  listing status status
  has status '.services | map(.service) | sort' '["billing","classifier","cloud-relay","gateway","local-inference"]'
  has status '.services | map([.healthy, .condition]) | unique' '[[true,"healthy"]]'
  has status '.services[] | select(.service == "billing").detail' \
    '"budget 0.00006 USD a day, 28.3 % used (0.000017 USD spent, 0 USD held)"'
  listing doctor doctor
  has doctor '.findings | map(select(.subject == "java" or .subject == "home" or .subject == "config" or .subject == "gateway").mark)' \
    '["ok","ok","ok","ok"]'
  has doctor '[.findings[] | .text | type] | unique' '["string"]'
  down
}
