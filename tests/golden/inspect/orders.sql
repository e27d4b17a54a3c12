-- +goose Up
ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT '';
CREATE INDEX orders_note_idx ON orders (lower(note)) WHERE note <> '';
UPDATE orders SET note = 'none';

-- +goose Down
DROP INDEX orders_note_idx;
