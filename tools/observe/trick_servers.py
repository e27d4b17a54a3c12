"""A server of one's own, reached as any other one is."""

HERE = "CREATE EXTENSION postgres_fdw; CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'shop'); CREATE USER MAPPING FOR CURRENT_USER SERVER here OPTIONS (user 'postgres', password_required 'false'); "
FAR = HERE + "CREATE FOREIGN TABLE far (id bigint, what text) SERVER here OPTIONS (table_name 'audit'); "
FAR_ORDERS = HERE + "CREATE FOREIGN TABLE far (id bigint, note text) SERVER here OPTIONS (table_name 'orders'); "
