-- +goose Up
CREATE TABLE shipments (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL,
    sent_at  timestamptz
);
-- Nobody waits for an index on a table that is new in the same change.
CREATE INDEX shipments_order ON shipments (order_id);

ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total >= 0);
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;

-- +goose Down
ALTER TABLE orders DROP CONSTRAINT orders_total_positive;
DROP TABLE shipments;
