#include "tests/extract/program_ways.h"

namespace pgfence::test {

namespace {

std::string django(const std::string& head, const std::string& operations, const std::string& tail = {}) {
    return "import os\n\nfrom django.db import migrations, models\n" + head +
           "\n\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = [" + operations +
           "]\n" + tail;
}
const std::string kDelete = "migrations.RunSQL('DROP TABLE users')";

}  // namespace

/// Programs that drop a table, whole ones.
const std::vector<std::string>& django_ways() {
    static const std::vector<std::string> ways = [] {
        std::vector<std::string> all{
            django("", kDelete),
            django("", "", "\n\nMigration.operations.append(" + kDelete + ")\n"),
            django("", "", "\n\nMigration.operations += [" + kDelete + "]\n"),
            django("", "", "\n\nMigration.operations.insert(0, " + kDelete + ")\n"),
            django("", "", "\n\nMigration.operations.extend([" + kDelete + "])\n"),
            django("", "", "\n\nMigration.operations = [" + kDelete + "]\n"),
            django("", "", "\n\nsetattr(Migration, 'operations', [" + kDelete + "])\n"),
            django("", "", "\n\nMigration.operations[0:0] = [" + kDelete + "]\n"),
            django("", "migrations.RunSQL('SELECT 1')", "\n\nMigration.operations[0] = " + kDelete + "\n"),
            django("", "migrations.RunSQL('SELECT 1')", "\n\nMigration.operations[0].sql = 'DROP TABLE users'\n"),
            django("", "", "    operations.append(" + kDelete + ")\n"),
            django("", "", "    operations += [" + kDelete + "]\n"),
            django("", "", "    operations = operations + [" + kDelete + "]\n"),
            django("", "", "    if os.environ.get('A'):\n        operations = [" + kDelete + "]\n"),
            django("", kDelete, "    if os.environ.get('A'):\n        operations = []\n"),
            django("", "", "    for sql in ['DROP TABLE users']:\n        operations.append(migrations.RunSQL(sql))\n"),
            django("", "",
                   "    def apply(self, project_state, schema_editor, collect_sql=False):\n"
                   "        schema_editor.execute('DROP TABLE users')\n"),
            django("", "", "    def __init__(self, name, app):\n        self.operations = [" + kDelete + "]\n"),
            django("", "", "    os.system('psql -c \"DROP TABLE users\"')\n"),
            django("", "", "    x = os.system('psql -c \"DROP TABLE users\"')\n"),
            django("os.system('psql')\n", ""),
            django("x = os.popen('psql').read()\n", ""),
            django("import subprocess\nsubprocess.call(['psql'])\n", ""),
            django("exec('import drop')\n", ""),
            django("from django.db import connection\nconnection.cursor().execute('DROP TABLE users')\n", ""),
            django("from django.core.management import call_command\ncall_command('flush')\n", ""),
            django("from app.drop import everything\neverything()\n", ""),
            django("from app.drop import operations as ours\n", "", "    operations = ours\n"),
            django("from app.drop import operations as ours\n", "*ours"),
            django("", "migrations.SeparateDatabaseAndState(database_operations=[" + kDelete + "])"),
            django("", "migrations.SeparateDatabaseAndState([" + kDelete + "], [])"),
            django("from app.drop import ours\n", "migrations.SeparateDatabaseAndState(database_operations=ours())"),
            django("", "migrations.RunSQL(sql=[('DROP TABLE users', None)])"),
            django("", "migrations.RunSQL(os.environ['A'])"),
            django("", "migrations.RunSQL(**{'sql': 'DROP TABLE users'})"),
            django("", "migrations.RunSQL(*['DROP TABLE users'])"),
            django("", "getattr(migrations, 'RunSQL')('DROP TABLE users')"),
            django("R = migrations.RunSQL\n", "R('DROP TABLE users')"),
            django("import functools\n", "functools.partial(migrations.RunSQL, 'DROP TABLE users')()"),
            django("", "(lambda: " + kDelete + ")()"),
            django("def make():\n    return " + kDelete + "\n", "make()"),
            django("def make():\n    yield " + kDelete + "\n", "*make()"),
            django("class Own(migrations.RunSQL):\n    pass\n", "Own('DROP TABLE users')"),
            django("class Own(migrations.RunSQL):\n    def __init__(self):\n        super().__init__('DROP TABLE "
                   "users')\n",
                   "Own()"),
            django("class Own(migrations.RunSQL):\n    def database_forwards(self, app_label, schema_editor, a, b):\n"
                   "        schema_editor.execute('DROP TABLE users')\n",
                   "Own('SELECT 1')"),
            django("class Own(migrations.RunSQL):\n    def state_forwards(self, app_label, state):\n"
                   "        os.system('psql')\n",
                   "Own('SELECT 1')"),
            django("from app.operations import Own\n", "Own()"),
            django("migrations.RunSQL.database_forwards = None\n", "migrations.RunSQL('SELECT 1')"),
            "from django.db import migrations\nfrom app.base import Base\n\n\nclass Migration(Base):\n    pass\n",
            "from django.db import migrations\n\n\nclass Migration(migrations.Migration, metaclass=make()):\n"
            "    operations = []\n",
            "from django.db import migrations\nfrom app.base import change\n\n\n@change\n"
            "class Migration(migrations.Migration):\n    operations = []\n",
        };
        // Bodies of RunPython.
        for (const std::string body : {
                 "schema_editor.execute('DROP TABLE users')",
                 "x = schema_editor.execute('DROP TABLE users')",
                 "schema_editor.connection.cursor().execute('DROP TABLE users')",
                 "with schema_editor.connection.cursor() as c:\n        c.execute('DROP TABLE users')",
                 "c = schema_editor.connection.cursor()\n    c.executemany('DROP TABLE users', [])",
                 "c = schema_editor.connection.cursor()\n    c.copy_expert('COPY users FROM STDIN', None)",
                 "c = schema_editor.connection.cursor()\n    x = c.callproc('drop_users')",
                 "schema_editor.delete_model(apps.get_model('app', 'User'))",
                 "x = schema_editor.delete_model(apps.get_model('app', 'User'))",
                 "getattr(schema_editor, 'execute')('DROP TABLE users')",
                 "e = schema_editor.execute\n    e('DROP TABLE users')",
                 "list(map(schema_editor.execute, ['DROP TABLE users']))",
                 "[schema_editor.execute(s) for s in ['DROP TABLE users']]",
                 "(lambda: schema_editor.execute('DROP TABLE users'))()",
                 "from django.db import connection\n    connection.cursor().execute('DROP TABLE users')",
                 "from django.db import connections\n    connections['default'].cursor().execute('DROP TABLE users')",
                 "from django.db import transaction\n    transaction.on_commit(lambda: os.system('psql'))",
                 "from django.core.management import call_command\n    call_command('flush')",
                 "from django.core.management import call_command\n    x = call_command('flush')",
                 "os.system('psql')",
                 "x = os.system('psql')",
                 "import subprocess\n    subprocess.run(['psql'])",
                 "exec('drop()')",
                 "eval('drop()')",
                 "from app.models import User\n    User.objects.all().delete()",
                 "from app.models import User\n    x = User.objects.all().delete()",
                 "from app.models import User\n    x = User.objects.raw('DELETE FROM users RETURNING 1')",
                 "import app\n    for row in app.rows():\n        row.others.add(1)",
                 "import app\n    for row in app.rows():\n        row.others.clear()",
                 "from app.drop import everything\n    everything(apps, schema_editor)",
                 "from app.drop import everything\n    x = everything()",
                 "apps.get_model('app', 'User').objects.all()._raw_delete('default')",
                 "x = apps.get_model('app', 'User').objects.all()._raw_delete('default')",
                 "x = apps.get_model('app', 'User').objects.raw('DELETE FROM users RETURNING 1')",
                 "apps.get_model('app', 'User').objects.filter(a=1).delete()",
                 "if os.environ.get('A'):\n        s = 'DROP TABLE users'\n    else:\n        s = 'SELECT 1'\n"
                 "    schema_editor.execute(s)",
             })
            all.push_back(django("\n\ndef forwards(apps, schema_editor):\n    " + body + "\n",
                                 "migrations.RunPython(forwards, migrations.RunPython.noop)"));
        return all;
    }();
    return ways;
}

const std::vector<std::string>& django_twins() {
    static const std::vector<std::string> twins = [] {
        std::vector<std::string> all{
            django("", ""),
            django("from django.conf import settings\n",
                   "migrations.CreateModel('User', [('id', models.AutoField(primary_key=True)), ('name', "
                   "models.CharField(max_length=10, default=''))])",
                   "    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n"),
            django("", "migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)"),
            django("import uuid\nimport django.utils.timezone\n",
                   "migrations.CreateModel('User', [('id', models.UUIDField(primary_key=True, default=uuid.uuid4)), "
                   "('at', models.DateTimeField(default=django.utils.timezone.now))])"),
            django("def unused(apps, schema_editor):\n    schema_editor.execute('DROP TABLE users')\n", ""),
            django("from django.utils.translation import gettext_lazy as _\n",
                   "migrations.AlterModelOptions('user', {'verbose_name': _('user')})"),
            django("def back(apps, schema_editor):\n    schema_editor.execute('DROP TABLE users')\n",
                   "migrations.RunPython(migrations.RunPython.noop, back)"),
            "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = []\n",
        };
        for (const std::string body : {
                 "pass",
                 "x = apps.get_model('app', 'User')",
                 "print('dropping')",
                 "x = os.environ.get('A')",
                 "x = sorted([2, 1])",
                 "if schema_editor.connection.vendor != 'postgresql':\n        return",
                 "x = schema_editor.quote_name('a')",
                 "import logging\n    logging.getLogger('a').warning('b')",
                 "from django.utils.text import slugify\n    x = slugify('A b')",
                 "from django.db.models import F, Q\n    x = Q(a=1) | Q(b=F('c'))",
             })
            all.push_back(django("\n\ndef forwards(apps, schema_editor):\n    " + body + "\n",
                                 "migrations.RunPython(forwards, migrations.RunPython.noop)"));
        return all;
    }();
    return twins;
}

}  // namespace pgfence::test
