-- The ledger, third layout. The rule for end_cause in other words: for IN with three values SQLite builds a table
-- whenever it checks a row. No row is touched; the text of a rule is changed as SQLite's page on ALTER TABLE tells.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql, 'end_cause IN (''SETTLED'', ''RELEASED'', ''EXPIRED'')',
    'end_cause = ''SETTLED'' OR end_cause = ''RELEASED'' OR end_cause = ''EXPIRED''')
WHERE type = 'table' AND name = 'hold';
PRAGMA writable_schema = RESET;
