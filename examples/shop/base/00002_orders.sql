-- +goose Up
CREATE TABLE orders (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers,
    total       numeric(10, 2) NOT NULL,
    note        varchar(200),
    placed_at   timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP TABLE orders;
