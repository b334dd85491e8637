-- Whether all orders of a lane are known.
ALTER TABLE lanes ADD COLUMN is_followed BIGINT NOT NULL DEFAULT 0;

-- Orders that rest in lanes that are followed.
CREATE TABLE orders (
    lane TEXT NOT NULL,
    order_id TEXT NOT NULL,
    price BIGINT NOT NULL,
    lots TEXT NOT NULL,
    client_id TEXT NOT NULL,
    expires_slot TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (lane, order_id)
);
