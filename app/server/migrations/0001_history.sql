-- One dialect for SQLite and PostgreSQL. Amounts are decimal text, because they need 64 bits without
-- a sign; absent text is empty. Ids are given by the gateway, the only one that writes.

CREATE TABLE chain (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    genesis_hash TEXT NOT NULL
);

-- Everything of a program up to this signature is in.
CREATE TABLE cursors (
    program TEXT PRIMARY KEY,
    signature TEXT NOT NULL,
    slot BIGINT NOT NULL
);

CREATE TABLE transactions (
    signature TEXT PRIMARY KEY,
    slot BIGINT NOT NULL,
    block_time BIGINT NOT NULL,
    events BIGINT NOT NULL
);

CREATE INDEX transactions_by_slot ON transactions (slot);

CREATE TABLE events (
    signature TEXT NOT NULL REFERENCES transactions (signature),
    position BIGINT NOT NULL,
    program TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (signature, position)
);

CREATE TABLE lanes (
    lane TEXT PRIMARY KEY,
    market TEXT NOT NULL,
    owner TEXT NOT NULL
);

CREATE TABLE trades (
    id BIGINT PRIMARY KEY,
    signature TEXT NOT NULL,
    position BIGINT NOT NULL,
    fill BIGINT NOT NULL,
    venue TEXT NOT NULL,
    slot BIGINT NOT NULL,
    block_time BIGINT NOT NULL,
    is_buy BIGINT NOT NULL,
    price TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    fee TEXT NOT NULL,
    earned TEXT NOT NULL,
    fee_in_base BIGINT NOT NULL,
    taker TEXT NOT NULL,
    maker TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    UNIQUE (signature, position, fill)
);

CREATE INDEX trades_by_venue ON trades (venue, id);

CREATE TABLE candles (
    venue TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    start BIGINT NOT NULL,
    open TEXT NOT NULL,
    high TEXT NOT NULL,
    low TEXT NOT NULL,
    close TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    earned_base TEXT NOT NULL,
    earned_quote TEXT NOT NULL,
    trades BIGINT NOT NULL,
    first_slot BIGINT NOT NULL,
    last_slot BIGINT NOT NULL,
    PRIMARY KEY (venue, seconds, start)
);

CREATE TABLE activities (
    id BIGINT PRIMARY KEY,
    owner TEXT NOT NULL,
    kind TEXT NOT NULL,
    signature TEXT NOT NULL,
    position BIGINT NOT NULL,
    part BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    block_time BIGINT NOT NULL,
    venue TEXT NOT NULL,
    side TEXT NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    price TEXT NOT NULL,
    fee TEXT NOT NULL,
    account TEXT NOT NULL,
    order_id TEXT NOT NULL,
    UNIQUE (signature, position, part)
);

CREATE INDEX activities_by_owner ON activities (owner, id);
