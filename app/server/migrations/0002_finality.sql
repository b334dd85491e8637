-- Whether the block that a transaction is in is final. While it is not, it may be skipped, and then
-- the transaction is taken back. What an earlier version has written was left long ago.
ALTER TABLE transactions ADD COLUMN is_final BIGINT NOT NULL DEFAULT 1;

CREATE INDEX transactions_pending ON transactions (slot) WHERE is_final = 0;

-- Candles are made anew where trades have been taken back.
CREATE INDEX trades_by_time ON trades (venue, block_time);

-- Lists of transactions that are too long for one page: read from the latest to the oldest, and
-- worked off from the oldest (lowest rank) to the latest. All of them are final.
CREATE TABLE backlog (
    program TEXT NOT NULL,
    rank BIGINT NOT NULL,
    signature TEXT NOT NULL,
    slot BIGINT NOT NULL,
    block_time BIGINT,
    has_failed BIGINT NOT NULL,
    PRIMARY KEY (program, rank)
);

CREATE INDEX backlog_by_slot ON backlog (slot);

-- How far such a list has been read: its oldest transaction so far, and whether that is the last.
CREATE TABLE walks (
    program TEXT PRIMARY KEY,
    oldest TEXT NOT NULL,
    is_complete BIGINT NOT NULL
);
