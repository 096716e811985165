-- The ledger, fourth layout. Who breaks the rule of a hold fails as before, but SQLite need no longer be ready to undo
-- what the statement has changed until then, for which it copies each page that the end of a hold changes.
DROP TRIGGER hold_ends_once;
CREATE TRIGGER hold_ends_once BEFORE UPDATE ON hold
WHEN OLD.end_cause IS NOT NULL OR NEW.end_cause IS NULL OR NEW.amount_nano_usd <> OLD.amount_nano_usd
    OR NEW.tenant <> OLD.tenant OR NEW.day <> OLD.day OR NEW.price_version <> OLD.price_version
BEGIN SELECT RAISE(FAIL, 'a hold changes once: when it ends'); END;
