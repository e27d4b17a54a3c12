CREATE TABLE customers (
    id SERIAL NOT NULL, 
    email VARCHAR(255) NOT NULL, 
    name VARCHAR(80) DEFAULT 'nobody', 
    active BOOLEAN DEFAULT true NOT NULL, 
    created TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
    PRIMARY KEY (id), 
    CONSTRAINT uq_customers_email UNIQUE (email)
);

CREATE INDEX ix_customers_name ON customers (name);

COMMENT ON TABLE customers IS 'who buys';

CREATE TYPE state AS ENUM ('new', 'paid');

CREATE TABLE shop.orders (
    id BIGSERIAL NOT NULL, 
    customer_id INTEGER NOT NULL, 
    state state NOT NULL, 
    total NUMERIC(10, 2), 
    paid_at TIMESTAMP WITHOUT TIME ZONE, 
    code CHAR(3), 
    tags TEXT[] DEFAULT '{}', 
    data JSONB, 
    PRIMARY KEY (id), 
    CONSTRAINT ck_total CHECK (total >= 0), 
    FOREIGN KEY(customer_id) REFERENCES customers (id) ON DELETE CASCADE, 
    UNIQUE (code)
);

COMMENT ON COLUMN shop.orders.total IS 'in euro';

CREATE TABLE order_tags (
    order_id UUID NOT NULL, 
    tag_id INTEGER NOT NULL, 
    weight FLOAT, 
    state state, 
    CONSTRAINT pk_order_tags PRIMARY KEY (order_id, tag_id), 
    CONSTRAINT fk_order FOREIGN KEY(order_id) REFERENCES shop.orders (id) ON UPDATE CASCADE, 
    FOREIGN KEY(tag_id) REFERENCES tags (id)
);

ALTER TABLE customers ADD COLUMN age SMALLINT;

ALTER TABLE customers ADD COLUMN org_id INTEGER;

ALTER TABLE customers ADD FOREIGN KEY(org_id) REFERENCES orgs (id);

ALTER TABLE customers ADD COLUMN ip INET DEFAULT '::1' NOT NULL;

ALTER TABLE customers ADD COLUMN token BYTEA;

CREATE UNIQUE INDEX ix_customers_token ON customers (token);

ALTER TABLE customers ADD COLUMN slug TEXT;

ALTER TABLE customers ADD UNIQUE (slug);

COMMENT ON COLUMN customers.slug IS 'short name';

ALTER TABLE shop.orders ADD COLUMN at TIME WITHOUT TIME ZONE DEFAULT now();

ALTER TABLE orders ADD COLUMN next_state order_state;

ALTER TABLE customers DROP COLUMN name;

ALTER TABLE shop.orders DROP COLUMN code;

ALTER TABLE order_tags RENAME TO labels;

COMMENT ON TABLE labels IS 'what orders are about';

COMMENT ON TABLE labels IS NULL;

DROP TABLE shop."old";

DROP TABLE older;

CREATE TABLE receipts (
    order_id BIGINT NOT NULL, 
    PRIMARY KEY (order_id), 
    FOREIGN KEY(order_id) REFERENCES orders (id)
);
