"""Random queries of one column of text, over tables or over nothing: CTEs, subqueries, joins, functions, unions."""

LITERALS = ["'a'", "'x1'", "NULL::text", "'1'", "1::text", "current_setting('server_version')", "upper('a')", "concat('a', 1)",
            "array_to_string(ARRAY['a', 'b'], ',')", "('{\"a\": 1}'::jsonb ->> 'a')", "CURRENT_USER::text", "now()::text"]
MADE_ROWS = ["(VALUES ('1'), ('2')) %s(c)", "generate_series(1, 3) %s(c)", "unnest(ARRAY['a', 'b']) %s(c)", "(SELECT 'a') %s(c)",
             "regexp_split_to_table('a,b', ',') %s(c)", "jsonb_array_elements_text('[1, 2]') %s(c)",
             "ROWS FROM (generate_series(1, 2)) %s(c)", "json_each_text('{}') %s(c, d)", "LATERAL (SELECT 1) %s(c)"]

HOLDERS = ["CREATE VIEW {n} AS {q}", "CREATE TABLE {n} AS {q}", "CREATE MATERIALIZED VIEW {n} AS {q}", "EXPLAIN {q}", "COPY ({q}) TO STDOUT",
           "DECLARE {n} CURSOR FOR {q}", "PREPARE {n} AS {q}", "CREATE TEMP VIEW {n} (c) AS {q}", "SELECT * INTO {n} FROM ({q}) AS a(c)",
           "CREATE TABLE {n} (c) AS {q} WITH NO DATA", "DO $$ BEGIN PERFORM {one}; END $$", "DO $$ DECLARE x text; BEGIN x := {one}; END $$",
           "DO $$ DECLARE r record; BEGIN FOR r IN {q} LOOP NULL; END LOOP; END $$",
           "CREATE FUNCTION {n}() RETURNS SETOF text LANGUAGE sql AS $$ {q} $$"]
OF_A_TABLE = ["INSERT INTO {t} ({c}) {q}", "UPDATE {t} SET {c} = {one}", "DELETE FROM {t} WHERE {c} IN ({q})",
              "CREATE POLICY {n} ON {t} USING ({c} IN ({q}))", "UPDATE {t} SET {c} = {c} WHERE EXISTS ({q})",
              "WITH gone AS (DELETE FROM {t} WHERE {c} IN ({q}) RETURNING {c}) SELECT count(*) FROM gone",
              "WITH w(c) AS ({q}) UPDATE {t} SET {c} = w.c FROM w WHERE {c} IS NULL", "CREATE RULE {n} AS ON DELETE TO {t} WHERE EXISTS ({q}) DO INSTEAD NOTHING"]


class Queries:
    def text_query(self, of_tables=None, depth=2, known=()):
        """`known` are names of CTEs around it; without `of_tables` half of them read no relation."""
        of_tables = self.chance(0.5) if of_tables is None else of_tables
        known, heads, recursive = list(known), [], self.chance(0.2)
        for _ in range(self.one(0, 0, 1, 1, 2) if depth else 0):
            name = self.new("l") if recursive else self.cte_name(known)
            heads.append("%s(c) AS %s(%s)" % (name, self.maybe("MATERIALIZED ", 0.1),
                                              self.text_query(of_tables, depth - 1, known)))
            known.append(name)
        text = self.text_select(of_tables, depth, known)
        if self.chance(0.15):
            text = "%s %s %s" % (text, self.one("UNION", "UNION ALL", "INTERSECT", "EXCEPT"), self.text_select(of_tables, depth, known))
        elif self.chance(0.15):
            text += self.one(" ORDER BY 1", " LIMIT 3", " ORDER BY 1 LIMIT 1 OFFSET 1", " FETCH FIRST 1 ROW ONLY")
        return "%s%s" % ("WITH %s%s " % ("RECURSIVE " if recursive else "", ", ".join(heads)) if heads else "", text)

    def cte_name(self, known):
        """Now and then a table's, which it hides."""
        hidden = self.table(0).name
        return hidden if self.chance(0.2) and "." not in hidden and hidden not in known else self.new("l")

    def text_select(self, of_tables, depth, known):
        sources = [self.source(of_tables, depth, known) for _ in range(self.one(0, 1, 1, 1, 2))]
        references = [reference for _, reference in sources]
        text = "SELECT %s" % self.text_value(of_tables, depth, known, references)
        if sources:
            text += " FROM " + self.one(", ", " CROSS JOIN ").join(source for source, _ in sources)
        if self.chance(0.5):
            text += " WHERE " + self.text_condition(of_tables, depth, known, references)
        return text

    def source(self, of_tables, depth, known):
        """(text, what it says as text)"""
        name = self.new("a")
        kind = self.random_source(of_tables, depth, known)
        if kind == "cte":
            return "%s %s" % (self.of(known), name), name + ".c::text"
        if kind == "table":
            table = self.table(0.1)
            if table.name in known:   # the CTE of that name
                return "%s %s" % (table.name, name), name + ".c::text"
            if len(table.columns) == 1:   # of a view, whose columns nobody noted
                return "%s %s(c)" % (table.name, name), name + ".c::text"
            return "%s%s %s" % (self.only(table), table.name, name), "%s.%s::text" % (name, self.column(table).name)
        if kind == "query":
            return "(%s) %s(c)" % (self.text_query(of_tables, depth - 1, known), name), name + ".c::text"
        return self.of(MADE_ROWS) % name, name + ".c::text"

    def random_source(self, of_tables, depth, known):
        return self.one(*["cte"] * (3 if known else 0), *["table"] * (3 if of_tables else 0), *["query"] * (1 if depth else 0), "made")

    def text_value(self, of_tables, depth, known, references):
        simple = [*references, *references, self.of(LITERALS)]
        if not depth or self.chance(0.6):
            return self.of(simple)
        inner = self.text_query(of_tables, depth - 1, known)
        return self.one("count(*)::text", limited(inner),
                        "CASE WHEN EXISTS (%s) THEN 'a' END" % inner, "array_to_string(ARRAY(%s), ',')" % inner, "coalesce(%s, 'x')" % self.of(simple))

    def text_condition(self, of_tables, depth, known, references):
        value = self.of([*references, *references, self.of(LITERALS)])
        simple = self.one("%s = 'a'", "%s IS NOT NULL", "%s IN ('a', 'b')", "%s LIKE 'a%%'", "NOT (%s <> 'b')") % value
        if not depth or self.chance(0.5):
            return simple
        inner = self.text_query(of_tables, depth - 1, known)
        return self.one("EXISTS (%s)" % inner, "NOT EXISTS (%s)" % inner, "%s IN (%s)" % (value, inner), "%s = ANY (%s)" % (value, inner),
                        "%s AND %s" % (simple, self.text_condition(of_tables, depth - 1, known, references)))

    # -- statements that hold one

    def with_query(self):
        query, table = self.text_query(), self.table()
        column = self.of([c for c in table.plain() if c.group == "text"])
        text = self.one(query, query, query, *HOLDERS, *(OF_A_TABLE if column else []))
        for word, value in [("{n}", self.new("n")), ("{t}", table.name), ("{c}", column.name if column else ""), ("{one}", limited(query)),
                            ("{q}", query)]:
            text = text.replace(word, value)
        return text


def limited(query):
    """To one row."""
    return "(SELECT c FROM (%s) AS q(c) LIMIT 1)" % query
