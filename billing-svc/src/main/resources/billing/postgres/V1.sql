-- The ledger, first layout; the same tables as in SQLite. Times are microseconds since 1970 (UTC), days are days since
-- then, money is nano-USD. Tables marked "journal" are only ever added to; triggers refuse everything else. Ids are
-- compared byte by byte ("C"), as SQLite does.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is a journal', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Processes of billing that share this ledger. One that left (by itself, or found silent by another one) is recovered
-- once: its open calls are closed. A beat takes both back.
CREATE TABLE instance (
    instance_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    beat_at BIGINT NOT NULL,
    left_at BIGINT,
    recovered_at BIGINT
);

-- Journal. Dated price rows.
CREATE TABLE price (
    version TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    model TEXT COLLATE "C" NOT NULL,
    input_nano_usd BIGINT NOT NULL CHECK (input_nano_usd >= 0),
    cached_input_nano_usd BIGINT CHECK (cached_input_nano_usd >= 0),
    output_nano_usd BIGINT NOT NULL CHECK (output_nano_usd >= 0),
    reasoning_nano_usd BIGINT CHECK (reasoning_nano_usd >= 0),
    valid_from BIGINT NOT NULL,
    source TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Journal. Who set which budget.
CREATE TABLE budget_change (
    change_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    daily_nano_usd BIGINT NOT NULL CHECK (daily_nano_usd >= 0),
    actor TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Budgets in force of the tenants that have one of their own.
CREATE TABLE budget (
    tenant TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    daily_nano_usd BIGINT NOT NULL CHECK (daily_nano_usd >= 0)
);

-- Balances of a tenant's day: spent = sum of its charges, held = sum of its holds that have not ended. The row of a busy
-- tenant changes all the time: half of each page is kept free, so that no change touches the index.
CREATE TABLE account (
    tenant TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    spent_nano_usd BIGINT NOT NULL CHECK (spent_nano_usd >= 0),
    held_nano_usd BIGINT NOT NULL CHECK (held_nano_usd >= 0),
    PRIMARY KEY (tenant, day)
) WITH (fillfactor = 50);

-- Holds; hold_id is the attempt's id. A hold changes once: when it ends. instance_id is the process that granted it, set
-- by its session.
CREATE TABLE hold (
    turn_id TEXT COLLATE "C" NOT NULL,
    hold_id TEXT COLLATE "C" NOT NULL,
    tenant TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    model TEXT NOT NULL,
    price_version TEXT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_token_limit BIGINT NOT NULL,
    limited_by_budget INTEGER NOT NULL,
    amount_nano_usd BIGINT NOT NULL CHECK (amount_nano_usd > 0),
    created_at BIGINT NOT NULL,
    expire_at BIGINT NOT NULL,
    end_cause TEXT CHECK (end_cause IN ('SETTLED', 'RELEASED', 'EXPIRED')),
    ended_at BIGINT,
    instance_id TEXT COLLATE "C" NOT NULL DEFAULT current_setting('millrace.instance'),
    PRIMARY KEY (turn_id, hold_id)
) WITH (fillfactor = 80);
CREATE INDEX hold_live ON hold (tenant, expire_at) WHERE end_cause IS NULL;

-- Journal. One row a settled turn.
CREATE TABLE charge (
    turn_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    key_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    hold_id TEXT NOT NULL,
    turn_end TEXT NOT NULL,
    route TEXT NOT NULL,
    engine TEXT NOT NULL,
    model TEXT NOT NULL,
    tier TEXT NOT NULL,
    input_tokens BIGINT,
    output_tokens BIGINT,
    cached_input_tokens BIGINT,
    reasoning_tokens BIGINT,
    provenance TEXT NOT NULL,
    charged_nano_usd BIGINT NOT NULL CHECK (charged_nano_usd >= 0),
    saved_nano_usd BIGINT NOT NULL CHECK (saved_nano_usd >= 0),
    reference_model TEXT NOT NULL,
    price_version TEXT NOT NULL,
    first_token_nanos BIGINT,
    first_token_bucket INTEGER,
    total_nanos BIGINT,
    labels_json TEXT NOT NULL,
    settled_at BIGINT NOT NULL
);
CREATE INDEX charge_by_time ON charge (tenant, settled_at, turn_id);
CREATE INDEX charge_by_request ON charge (tenant, request_id) WHERE request_id <> '';

-- Journal. The record of a turn's routing decision, apart so that reports need not read past it.
CREATE TABLE decision (
    turn_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    decision_json TEXT NOT NULL
);

-- Journal. Provider calls: rank 0 is their begin; 1 (recovery), 2 (estimated), 3 (counted) and 4 (reported) their end.
-- The highest rank is what is known of a call; cost_nano_usd is what each entry adds to what was booked before it.
CREATE TABLE attempt_entry (
    turn_id TEXT COLLATE "C" NOT NULL,
    attempt_id TEXT COLLATE "C" NOT NULL,
    try INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    tenant TEXT COLLATE "C" NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    price_version TEXT NOT NULL,
    input_tokens BIGINT,
    output_tokens BIGINT,
    cached_input_tokens BIGINT,
    reasoning_tokens BIGINT,
    outcome TEXT NOT NULL,
    cost_nano_usd BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (turn_id, attempt_id, try, rank)
);

-- Calls that have begun and not ended: what recovery has to close, found without reading the journal.
CREATE TABLE open_attempt (
    turn_id TEXT COLLATE "C" NOT NULL,
    attempt_id TEXT COLLATE "C" NOT NULL,
    try INTEGER NOT NULL,
    instance_id TEXT COLLATE "C" NOT NULL DEFAULT current_setting('millrace.instance'),
    PRIMARY KEY (turn_id, attempt_id, try)
);
CREATE FUNCTION open_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO open_attempt (turn_id, attempt_id, try)
    SELECT NEW.turn_id, NEW.attempt_id, NEW.try WHERE NOT EXISTS (
        SELECT 1 FROM attempt_entry
        WHERE turn_id = NEW.turn_id AND attempt_id = NEW.attempt_id AND try = NEW.try AND rank > 0);
    RETURN NULL;
END $$;
CREATE FUNCTION close_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM open_attempt WHERE turn_id = NEW.turn_id AND attempt_id = NEW.attempt_id AND try = NEW.try;
    RETURN NULL;
END $$;
CREATE TRIGGER attempt_opens AFTER INSERT ON attempt_entry
    FOR EACH ROW WHEN (NEW.rank = 0) EXECUTE FUNCTION open_call();
CREATE TRIGGER attempt_closes AFTER INSERT ON attempt_entry
    FOR EACH ROW WHEN (NEW.rank > 0) EXECUTE FUNCTION close_call();

-- Journal. Turns whose process died before they were settled.
CREATE TABLE turn_recovery (
    turn_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    engine TEXT NOT NULL,
    model TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    recovered_at BIGINT NOT NULL
);
CREATE INDEX turn_recovery_by_time ON turn_recovery (tenant, started_at, turn_id);

-- What reports and lists read: settled turns, and those that recovery closed and nobody settled later.
CREATE VIEW turn AS
SELECT turn_id, tenant, day, request_id, turn_end, route, engine, model, tier, input_tokens, output_tokens,
    cached_input_tokens, reasoning_tokens, provenance, charged_nano_usd, saved_nano_usd, reference_model,
    price_version, first_token_nanos, first_token_bucket, total_nanos, settled_at AS at, 'SETTLED' AS state
FROM charge
UNION ALL
SELECT turn_id, tenant, started_at / 86400000000, '', 'RECOVERED', '', engine, model, '', NULL, NULL, NULL, NULL,
    'ESTIMATED', 0, 0, '', '', NULL, NULL, NULL, started_at, 'RECOVERED'
FROM turn_recovery
WHERE NOT EXISTS (SELECT 1 FROM charge WHERE charge.turn_id = turn_recovery.turn_id);

CREATE TRIGGER price_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON price
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER budget_change_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER charge_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON charge
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attempt_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON attempt_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER turn_recovery_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON turn_recovery
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_remains BEFORE DELETE OR TRUNCATE ON hold
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_ends_once BEFORE UPDATE ON hold
    FOR EACH ROW WHEN (OLD.end_cause IS NOT NULL OR NEW.end_cause IS NULL
        OR NEW.amount_nano_usd <> OLD.amount_nano_usd OR NEW.tenant <> OLD.tenant OR NEW.day <> OLD.day
        OR NEW.price_version <> OLD.price_version)
    EXECUTE FUNCTION refuse_change();
