"""The examples on a rule's page, which `pgfence explain RULE` prints and docs/rules/ keeps."""
import re
from dataclasses import dataclass

MIGRATION = "-- migration:\n"


@dataclass
class Example:
    name: str        # "drop-column 2"
    schema: str      # what is there before the change
    migration: str


def shown(page):
    """The SQL of a page, without how the rule is silenced."""
    return re.findall(r"```sql\n(.*?)```", page.split("## Silencing it")[0], re.S)


def reported(rule, page):
    """What the rule reports. An example that shows no schema is about that of the first one that does."""
    blocks = shown(page.split("## Not reported")[0])
    schemas = [block.split(MIGRATION)[0] for block in blocks if MIGRATION in block] or [""]
    for number, block in enumerate(blocks, 1):
        schema, _, migration = block.rpartition(MIGRATION)
        yield Example("%s %d" % (rule, number), schema or schemas[0], migration)
