{{ if eq .Dialect "postgres" }}ALTER TABLE {{ .schema }}.t ADD a int;{{ else if .mysql }}A{{ else }}B{{ end }}
{% if x %}SELECT '{{1,2},{3,4}}';{% elif y %}SELECT {{ a }};{% else %}SELECT 3;{% endif %}
{{- /* a comment */ -}}
{{ addColumn "t" "c" }}
DROP TABLE ${schema}.t_${flyway:defaultSchema}; DROP ROLE $%USER%$;
DO $$ BEGIN ALTER TABLE ${a}.t ADD a int; END $$;
