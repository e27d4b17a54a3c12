"""Makes a difference small: leaves out clauses and words of its statement, statements of its schema, columns of its tables,
as long as a difference of the same class about the same remains.
"""
import re
from dataclasses import replace

WORDS = [" CASCADE", " RESTRICT", "IF EXISTS ", "IF NOT EXISTS ", "ONLY ", " NOT VALID", " DEFERRABLE", " NOT NULL", " RESTART IDENTITY",
         " ON DELETE CASCADE", " ON UPDATE CASCADE", " ON DELETE SET NULL", "SET DATA ", "UNLOGGED "]
BODY = re.compile(r"DO \$\$ BEGIN (?:IF .*? THEN )?(?:EXECUTE ')?(.*?)'?; (?:END IF; |EXCEPTION .* NULL; )?END \$\$$")
MOST_TRIES = 40


def smaller_statement(drawn, same):
    """The statement with as little as `same(drawn)` needs."""
    body = BODY.match(drawn.sql)
    if body:
        inner = replace(drawn, head=body.group(1).replace("''", "'"), clauses=[], tail="")
        if same(inner):
            drawn = inner
    clauses = list(drawn.clauses)
    for clause in list(clauses):
        fewer = [other for other in clauses if other is not clause]
        if fewer and same(replace(drawn, clauses=fewer)):
            clauses = fewer
    drawn = replace(drawn, clauses=clauses)
    for word in WORDS:
        if word in drawn.sql:
            without = replace(drawn, head=drawn.sql.replace(word, "", 1), clauses=[], tail="")
            if same(without):
                drawn = without
    return drawn


NAME = r"\"[^\"]*(?:\"\"[^\"]*)*\"|\w+"
MADE = re.compile(r"(?:CREATE|ALTER) (?:UNIQUE |MATERIALIZED |TEMP |UNLOGGED |FOREIGN |CONSTRAINT )*(?:TABLE|INDEX|VIEW|SEQUENCE|TYPE|"
                  r"DOMAIN|FUNCTION|PROCEDURE|SCHEMA|EXTENSION|SERVER|PUBLICATION|STATISTICS|TRIGGER|POLICY|RULE) "
                  r"(?:ONLY |IF NOT EXISTS )?(?:(?:%s)\.)?(%s)" % (NAME, NAME))
ADDED = re.compile(r"ALTER TABLE .*? ADD (?:CONSTRAINT|COLUMN) (%s)" % NAME)


def concerned(statements, sql):
    """Those that make or change what the statement names, or what these name."""
    words = [set(re.findall(NAME, statement)) for statement in statements]
    made = [(MADE.match(statement) or [None, None])[1] for statement in statements]
    needed = set(re.findall(NAME, sql)) & set(made)
    while True:
        kept = [i for i, name in enumerate(made) if name in needed]
        more = needed | {word for i in kept for word in words[i] & set(made)}
        if more == needed:
            break
        needed = more
    return [statement for i, statement in enumerate(statements)
            if made[i] in needed or statement.startswith("CREATE") and words[i] & needed]


def smaller_schema(statements, sql, same):
    """The schema with as little as `same(statements)` needs."""
    tries = [MOST_TRIES]

    def still(fewer):
        tries[0] -= 1
        return tries[0] > 0 and same(fewer)

    for fewer in ([], concerned(statements, sql)):
        if len(fewer) < len(statements) and still(fewer):
            statements = fewer
            break
    size = max(1, len(statements) // 2)
    while True:
        at = len(statements)
        while at > 0:
            fewer = statements[:max(at - size, 0)] + statements[at:]
            if still(fewer):
                statements = fewer
            at -= size
        if size == 1:
            break
        size //= 2
    return fewer_columns(statements, still)


def fewer_columns(statements, still):
    statements = list(statements)
    for i, sql in enumerate(statements):
        opened = re.match(r"CREATE (?:TEMP |UNLOGGED )?TABLE .*?(?=\()\(", sql)
        if not opened or " OF " in opened.group():
            continue
        items, end = items_of(sql, opened.end())
        for item in list(items):
            fewer = [other for other in items if other is not item]
            text = sql[:opened.end()] + ", ".join(fewer) + sql[end:]
            if still([*statements[:i], text, *statements[i + 1:]]):
                items, statements[i] = fewer, text
    return statements


def items_of(sql, at):
    """What stands between commas up to the parenthesis that closes, and where that is."""
    items, depth, begun, quote = [], 0, at, ""
    for i in range(at, len(sql)):
        letter = sql[i]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "(":
            depth += 1
        elif letter == ")" and depth == 0:
            return [*items, sql[begun:i].strip()], i
        elif letter == ")":
            depth -= 1
        elif letter == "," and depth == 0:
            items.append(sql[begun:i].strip())
            begun = i + 1
    return [sql[at:]], len(sql)


def shape(sql):
    """The words of SQL that a statement is made of: no names, no values, nothing in parentheses."""
    text = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "", sql)
    while "(" in text:
        shorter = re.sub(r"\([^()]*\)", "", text)
        if shorter == text:
            break
        text = shorter
    return " ".join(re.findall(r"\b[A-Z][A-Z]+\b", text))
