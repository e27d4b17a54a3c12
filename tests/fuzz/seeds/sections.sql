-- +goose ENVSUB ON
-- +goose Up
-- +goose StatementBegin
GRANT SELECT ON t TO ${a};
-- +goose StatementEnd
-- +goose Down
--liquibase formatted sql
--property name:x value:"y z"
--changeset nina:1 endDelimiter:/ context:"a and b" dbms:postgresql,h2
--preconditions onFail:MARK_RAN
SELECT ${x} /
--rollback DROP TABLE t;
-- atlas:delimiter -- end
-- atlas:txmode none
SELECT 1
-- end
---- create above / drop below ----
--> statement-breakpoint
