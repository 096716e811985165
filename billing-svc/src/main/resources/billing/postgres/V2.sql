-- The ledger, second layout. begins_call: 1 where the hold also writes down that its attempt's first call of a provider
-- begins, so that attempt_entry has no rank 0 of that call unless the hold ends before it.
ALTER TABLE hold ADD COLUMN begins_call INTEGER NOT NULL DEFAULT 0;
