-- +goose Up
SET lock_timeout = '2s';

-- A longer varchar: PostgreSQL changes its catalog and nothing else.
ALTER TABLE orders ALTER COLUMN note TYPE varchar(500);

ALTER TABLE orders ADD COLUMN reference uuid NOT NULL DEFAULT gen_random_uuid();
CREATE INDEX orders_placed_at ON orders (placed_at);

-- +goose Down
DROP INDEX orders_placed_at;
ALTER TABLE orders DROP COLUMN reference;
