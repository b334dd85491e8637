-- The token of what was done in a farm.
ALTER TABLE activities ADD COLUMN mint TEXT NOT NULL DEFAULT '';

-- Stake positions that were opened, as lanes.
CREATE TABLE positions (
    stake TEXT PRIMARY KEY,
    farm TEXT NOT NULL,
    owner TEXT NOT NULL
);

-- What closed epochs of farms paid: rewards by index, separated by commas.
CREATE TABLE epochs (
    farm TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    signature TEXT NOT NULL,
    slot BIGINT NOT NULL,
    block_time BIGINT NOT NULL,
    points TEXT NOT NULL,
    weight TEXT NOT NULL,
    rewards TEXT NOT NULL,
    PRIMARY KEY (farm, epoch)
);

CREATE INDEX epochs_by_signature ON epochs (signature);
