"""The examples on a rule's page, which `pgfence explain RULE` prints and docs/rules/ keeps."""
import re
from dataclasses import dataclass

MIGRATION = "-- migration:\n"


@dataclass
class Example:
    name: str        # "drop-column 2"
    schema: str      # what is there before the change
    migration: str

    @property
    def error(self):
        """That it ends with, where it is there to show just that."""
        found = re.search(r"^-- ERROR: (.*)", self.migration, re.M)
        return found.group(1) if found else ""


def switched_on(rule, page):
    """A config that does, with the options that the page says its examples are read with."""
    options = re.search(r"The examples are read with\n\n```toml\n\[rules\.[^\n]*\]\n(.*?)```", page, re.S)
    return '[rules.%s]\nseverity = "warning"\n%s' % (rule, options.group(1) if options else "")


def shown(page):
    """The SQL of a page's examples. Those of a rule that judges a change are changes, not statements."""
    examples = re.split("## Suppressing it", page)[0].partition("\n## Reported\n")[2]
    return re.findall(r"```sql\n(.*?)```", examples, re.S)


def reported(rule, page):
    """What the rule reports. An example that shows no schema is about that of the first one that does."""
    blocks = shown(page.split("## Not reported")[0])
    schemas = [block.split(MIGRATION)[0] for block in blocks if MIGRATION in block] or [""]
    for number, block in enumerate(blocks, 1):
        schema, _, migration = block.rpartition(MIGRATION)
        yield Example("%s %d" % (rule, number), schema or schemas[0], migration)
