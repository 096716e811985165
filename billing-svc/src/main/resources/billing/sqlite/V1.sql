-- The ledger, first layout. Times are microseconds since 1970 (UTC), days are days since then, money is nano-USD.
-- Tables marked "journal" are only ever added to; triggers refuse everything else.

-- Journal. Dated price rows.
CREATE TABLE price (
    version TEXT NOT NULL PRIMARY KEY,
    model TEXT NOT NULL,
    input_nano_usd INTEGER NOT NULL CHECK (input_nano_usd >= 0),
    cached_input_nano_usd INTEGER CHECK (cached_input_nano_usd >= 0),
    output_nano_usd INTEGER NOT NULL CHECK (output_nano_usd >= 0),
    reasoning_nano_usd INTEGER CHECK (reasoning_nano_usd >= 0),
    valid_from INTEGER NOT NULL,
    source TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Journal. Who set which budget.
CREATE TABLE budget_change (
    change_id TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    daily_nano_usd INTEGER NOT NULL CHECK (daily_nano_usd >= 0),
    actor TEXT NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Budgets in force of the tenants that have one of their own.
CREATE TABLE budget (
    tenant TEXT NOT NULL PRIMARY KEY,
    daily_nano_usd INTEGER NOT NULL CHECK (daily_nano_usd >= 0)
) WITHOUT ROWID;

-- Balances of a tenant's day: spent = sum of its charges, held = sum of its holds that have not ended.
CREATE TABLE account (
    tenant TEXT NOT NULL,
    day INTEGER NOT NULL,
    spent_nano_usd INTEGER NOT NULL CHECK (spent_nano_usd >= 0),
    held_nano_usd INTEGER NOT NULL CHECK (held_nano_usd >= 0),
    PRIMARY KEY (tenant, day)
) WITHOUT ROWID;

-- Holds; hold_id is the attempt's id. A hold changes once: when it ends.
CREATE TABLE hold (
    turn_id TEXT NOT NULL,
    hold_id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    day INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    model TEXT NOT NULL,
    price_version TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_token_limit INTEGER NOT NULL,
    limited_by_budget INTEGER NOT NULL,
    amount_nano_usd INTEGER NOT NULL CHECK (amount_nano_usd > 0),
    created_at INTEGER NOT NULL,
    expire_at INTEGER NOT NULL,
    end_cause TEXT CHECK (end_cause IN ('SETTLED', 'RELEASED', 'EXPIRED')),
    ended_at INTEGER,
    PRIMARY KEY (turn_id, hold_id)
) WITHOUT ROWID;
CREATE INDEX hold_live ON hold (tenant, expire_at) WHERE end_cause IS NULL;

-- Journal. One row a settled turn.
CREATE TABLE charge (
    turn_id TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    day INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    hold_id TEXT NOT NULL,
    turn_end TEXT NOT NULL,
    route TEXT NOT NULL,
    engine TEXT NOT NULL,
    model TEXT NOT NULL,
    tier TEXT NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_input_tokens INTEGER,
    reasoning_tokens INTEGER,
    provenance TEXT NOT NULL,
    charged_nano_usd INTEGER NOT NULL CHECK (charged_nano_usd >= 0),
    saved_nano_usd INTEGER NOT NULL CHECK (saved_nano_usd >= 0),
    reference_model TEXT NOT NULL,
    price_version TEXT NOT NULL,
    first_token_nanos INTEGER,
    first_token_bucket INTEGER,
    total_nanos INTEGER,
    labels_json TEXT NOT NULL,
    settled_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX charge_by_time ON charge (tenant, settled_at, turn_id);
CREATE INDEX charge_by_request ON charge (tenant, request_id) WHERE request_id <> '';

-- Journal. The record of a turn's routing decision, apart so that reports need not read past it. With row ids, because
-- a row of up to 2 KiB is then added at the end, and else pushes its neighbours aside or takes a page of its own.
-- Ledgers that an earlier version began have it without, and go on.
CREATE TABLE decision (
    turn_id TEXT NOT NULL PRIMARY KEY,
    decision_json TEXT NOT NULL
);

-- Journal. Provider calls: rank 0 is their begin; 1 (recovery), 2 (estimated), 3 (counted) and 4 (reported) their end.
-- The highest rank is what is known of a call; cost_nano_usd is what each entry adds to what was booked before it.
CREATE TABLE attempt_entry (
    turn_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    try INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    price_version TEXT NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_input_tokens INTEGER,
    reasoning_tokens INTEGER,
    outcome TEXT NOT NULL,
    cost_nano_usd INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (turn_id, attempt_id, try, rank)
) WITHOUT ROWID;

-- Calls that have begun and not ended: what recovery has to close, found without reading the journal.
CREATE TABLE open_attempt (
    turn_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    try INTEGER NOT NULL,
    PRIMARY KEY (turn_id, attempt_id, try)
) WITHOUT ROWID;
CREATE TRIGGER attempt_opens AFTER INSERT ON attempt_entry
WHEN NEW.rank = 0 AND NOT EXISTS (
    SELECT 1 FROM attempt_entry
    WHERE turn_id = NEW.turn_id AND attempt_id = NEW.attempt_id AND try = NEW.try AND rank > 0)
BEGIN
    INSERT INTO open_attempt VALUES (NEW.turn_id, NEW.attempt_id, NEW.try);
END;
CREATE TRIGGER attempt_closes AFTER INSERT ON attempt_entry
WHEN NEW.rank > 0
BEGIN
    DELETE FROM open_attempt WHERE turn_id = NEW.turn_id AND attempt_id = NEW.attempt_id AND try = NEW.try;
END;

-- Journal. Turns whose process died before they were settled.
CREATE TABLE turn_recovery (
    turn_id TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    engine TEXT NOT NULL,
    model TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    recovered_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX turn_recovery_by_time ON turn_recovery (tenant, started_at, turn_id);

-- Every start of billing on this ledger; the write that proves the disk takes it.
CREATE TABLE ledger_start (
    start_id TEXT NOT NULL PRIMARY KEY,
    started_at INTEGER NOT NULL
) WITHOUT ROWID;

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

CREATE TRIGGER price_stays BEFORE UPDATE ON price BEGIN SELECT RAISE(ABORT, 'price is a journal'); END;
CREATE TRIGGER price_remains BEFORE DELETE ON price BEGIN SELECT RAISE(ABORT, 'price is a journal'); END;
CREATE TRIGGER budget_change_stays BEFORE UPDATE ON budget_change
BEGIN SELECT RAISE(ABORT, 'budget_change is a journal'); END;
CREATE TRIGGER budget_change_remains BEFORE DELETE ON budget_change
BEGIN SELECT RAISE(ABORT, 'budget_change is a journal'); END;
CREATE TRIGGER charge_stays BEFORE UPDATE ON charge BEGIN SELECT RAISE(ABORT, 'charge is a journal'); END;
CREATE TRIGGER charge_remains BEFORE DELETE ON charge BEGIN SELECT RAISE(ABORT, 'charge is a journal'); END;
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decision is a journal'); END;
CREATE TRIGGER decision_remains BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decision is a journal'); END;
CREATE TRIGGER attempt_entry_stays BEFORE UPDATE ON attempt_entry
BEGIN SELECT RAISE(ABORT, 'attempt_entry is a journal'); END;
CREATE TRIGGER attempt_entry_remains BEFORE DELETE ON attempt_entry
BEGIN SELECT RAISE(ABORT, 'attempt_entry is a journal'); END;
CREATE TRIGGER turn_recovery_stays BEFORE UPDATE ON turn_recovery
BEGIN SELECT RAISE(ABORT, 'turn_recovery is a journal'); END;
CREATE TRIGGER turn_recovery_remains BEFORE DELETE ON turn_recovery
BEGIN SELECT RAISE(ABORT, 'turn_recovery is a journal'); END;
CREATE TRIGGER hold_ends_once BEFORE UPDATE ON hold
WHEN OLD.end_cause IS NOT NULL OR NEW.end_cause IS NULL OR NEW.amount_nano_usd <> OLD.amount_nano_usd
    OR NEW.tenant <> OLD.tenant OR NEW.day <> OLD.day OR NEW.price_version <> OLD.price_version
BEGIN SELECT RAISE(ABORT, 'a hold changes once: when it ends'); END;
CREATE TRIGGER hold_remains BEFORE DELETE ON hold BEGIN SELECT RAISE(ABORT, 'a hold is not deleted'); END;
