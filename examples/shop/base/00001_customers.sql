-- +goose Up
CREATE TABLE customers (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(100) NOT NULL
);

-- +goose Down
DROP TABLE customers;
