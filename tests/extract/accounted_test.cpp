// Every call that can change the database is read or listed, however it is written; and what is harmless is quiet.
// Programs are generated: ways to reach an operation x places in a program x what stands around it. What the calls of a
// program are is told by its syntax tree alone, which knows nothing of the readers.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/text.h"
#include "extract/program/tree.h"
#include "tests/extract/scripts.h"

using namespace pgfence;
using namespace pgfence::test;

namespace {

/// Code with "HERE" where a statement stands, on a line of its own with its indentation.
struct Place {
    std::string name, code;
};

std::string put(const std::string& code, const std::string& statement) {
    const auto here = code.find("HERE");
    REQUIRE(here != std::string::npos);
    const auto line = code.rfind('\n', here);
    const std::string indent = code.substr(line + 1, here - line - 1);
    std::string lines;
    for (const char c : statement) lines += c == '\n' ? "\n" + indent : std::string(1, c);
    return code.substr(0, here) + lines + code.substr(here + 4);
}

const std::vector<Place>& rails_places() {
    static const std::vector<Place> places{
        {"change", "class A < ActiveRecord::Migration[7.1]\n  def change\n    HERE\n  end\nend\n"},
        {"up", "class A < ActiveRecord::Migration[7.1]\n  def up\n    HERE\n  end\n  def down\n  end\nend\n"},
        {"self.up", "class A < ActiveRecord::Migration[4.2]\n  def self.up\n    HERE\n  end\nend\n"},
        {"class << self",
         "class A < ActiveRecord::Migration[4.2]\n  class << self\n    def up\n      HERE\n    end\n"
         "  end\nend\n"},
        {"a condition",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    if table_exists?(:users)\n      HERE\n"
         "    end\n  end\nend\n"},
        {"an else",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    unless table_exists?(:users)\n      x = 1\n"
         "    else\n      HERE\n    end\n  end\nend\n"},
        {"a case",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    case Rails.env\n    when 'a' then x = 1\n"
         "    else\n      HERE\n    end\n  end\nend\n"},
        {"a helper that yields",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    carefully do\n      HERE\n"
         "    end\n  end\n  def carefully\n    yield\n  end\nend\n"},
        {"a helper that calls its block",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    carefully {\n      HERE\n    }\n  end\n  def "
         "carefully(&block)\n"
         "    block.call\n  end\nend\n"},
        {"a loop",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    [1].each do |n|\n      HERE\n    end\n"
         "  end\nend\n"},
        {"a rescue",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    begin\n      x = 1\n    rescue => e\n"
         "      HERE\n    end\n  end\nend\n"},
        {"an ensure",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    return\n  ensure\n    HERE\n  end\nend\n"},
        {"reversible",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    reversible do |dir|\n      dir.up do\n"
         "        HERE\n      end\n      dir.down { drop_table :other }\n    end\n  end\nend\n"},
        {"a method that is defined by name",
         "class A < ActiveRecord::Migration[7.1]\n  define_method(:change) do\n    HERE\n  end\nend\n"},
        {"the later of two methods",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n  end\n  def change\n"
         "    HERE\n  end\nend\n"},
        {"a private helper",
         "class A < ActiveRecord::Migration[7.1]\n  def change\n    help\n  end\n  private def help\n"
         "    HERE\n  end\nend\n"},
    };
    return places;
}

const std::vector<std::string>& rails_ways() {
    static const std::vector<std::string> ways{
        "drop_table :users",
        "self.drop_table :users",
        "send(:drop_table, :users)",
        "public_send('drop_table', :users)",
        "__send__(:drop_table, :users)",
        "self.class.send(:drop_table, :users)",
        "connection.send(:drop_table, :users)",
        "ActiveRecord::Base.connection.drop_table(:users)",
        "ActiveRecord::Base.connection.public_send(:drop_table, :users)",
        "method(:drop_table).call(:users)",
        "method(:drop_table).(:users)",
        "method(:drop_table)[:users]",
        "m = method(:drop_table)\nm.call(:users)",
        "[:users].each(&method(:drop_table))",
        "[:users].each { |t| drop_table t }",
        "[:users].map { drop_table _1 }",
        "%i[users].each_with_index { |t, i| drop_table t }",
        ":users.then { |t| drop_table t }",
        ":users.tap { |t| drop_table(t) }",
        "->(t) { drop_table t }.call(:users)",
        "f = lambda { |t| drop_table t }\nf.(:users)",
        "f = proc { drop_table :users }\n[1].each(&f)",
        "instance_eval { drop_table :users }",
        "instance_eval 'drop_table :users'",
        "instance_exec(:users) { |t| drop_table t }",
        "connection.instance_eval { drop_table :users }",
        "eval 'drop_table :users'",
        "binding.eval('drop_table :users')",
        "Kernel.eval('drop_table :users')",
        "`psql -c 'DROP TABLE users'`",
        "%x(psql -c 'DROP TABLE users')",
        "system 'psql', '-c', 'DROP TABLE users'",
        "x = system('psql -c \"DROP TABLE users\"')",
        "exec 'psql -c \"DROP TABLE users\"'",
        "spawn('psql -c \"DROP TABLE users\"')",
        "Kernel.system('psql -c \"DROP TABLE users\"')",
        "IO.popen('psql -c \"DROP TABLE users\"').read",
        "Open3.capture2('psql -c \"DROP TABLE users\"')",
        "Process.spawn('psql -c \"DROP TABLE users\"')",
        "execute 'DROP TABLE users'",
        "execute(\"DROP TABLE #{'users'}\")",
        "sql = +'DROP TABLE '\nsql << 'users'\nexecute sql",
        "sql = 'SELECT 1'.dup\nsql << '; DROP TABLE users'\nexecute sql",
        "sql = 'SELECT 1'\nsql.concat('; DROP TABLE users')\nexecute sql",
        "sql = 'DROP TABLE others'\nsql.gsub!('others', 'users')\nexecute sql",
        "a = 'SELECT 1'.dup\nb = a\nb << '; DROP TABLE users'\nexecute a",
        "sql = Rails.env.test? ? 'SELECT 1' : 'DROP TABLE users'\nexecute sql",
        "sql = if Rails.env.test? then 'DROP TABLE users' else 'SELECT 1' end\nexecute sql",
        "if Rails.env.test?\n  sql = 'DROP TABLE users'\nelse\n  sql = 'SELECT 1'\nend\nexecute sql",
        "sql = 'DROP TABLE users'\nsql = 'SELECT 1' if Rails.env.test?\nexecute sql",
        "i = 0\nwhile i < 2\n  execute ['SELECT 1', 'DROP TABLE users'][i]\n  i += 1\nend",
        "l = ['SELECT 1']\nl.unshift('DROP TABLE users')\nl.each { |s| execute s }",
        "l = []\nl.concat(['DROP TABLE users'])\nl.each { |s| execute s }",
        "l = ['SELECT 1']\nl.replace(['DROP TABLE users'])\nl.each { |s| execute s }",
        "h = { sql: 'SELECT 1' }\nh[:sql] = 'DROP TABLE users'\nexecute h[:sql]",
        "h = { sql: 'SELECT 1' }\nh.store(:sql, 'DROP TABLE users')\nexecute h[:sql]",
        "x = drop_table(:users)",
        "x = [drop_table(:users)]",
        "x = { a: drop_table(:users) }",
        "x = \"#{drop_table :users}\"",
        "puts drop_table(:users)",
        "raise 'a' unless drop_table(:users)",
        "drop_table(:users) if true",
        "true && drop_table(:users)",
        "Rails.env.test? || drop_table(:users)",
        "Rails.env.test? ? drop_table(:users) : nil",
        "case drop_table(:users)\nwhen 1 then 2\nend",
        "x = (1..drop_table(:users))",
        "begin\n  drop_table :users\nend while false",
        "for t in [:users] do drop_table t end",
        "until (drop_table :users) do x = 1 end",
        "loop { drop_table :users; break }",
        "1.times { drop_table :users }",
        "Thread.new { drop_table :users }.join",
        "at_exit { drop_table :users }",
        "User.find_each(&:destroy)",
        "x = User.connection.execute('DROP TABLE users')",
        "unknown_helper :users",
        "x = unknown_helper(:users)",
        "Service.new.call",
        "x = Service.call(:users)",
        "Object.const_get(:Service).run",
        "Rake::Task['drop'].invoke",
        "revert { create_table :users }",
        "run OtherMigration",
        "migration = OtherMigration.new\nmigration.migrate(:up)",
        "load 'drop.rb'",
        "alias_method :harmless, :drop_table",
        "safety_assured(&method(:unknown_helper))",
        "transaction(&:unknown)",
        "[1, 2].inject(0) { |a, t| drop_table :users }",
        "Rails.application.load_seed",
        "%w[drop_table].each { |m| send(m, :users) }",
        "m = ENV['M']\nsend(m, :users)",
        "execute(%w[DROP TABLE users].join(' '))",
        "lambda(&method(:drop_table)).call(:users)",
        "(drop_table :users) rescue nil",
        "{ drop_table: :users }.each { |m, t| send m, t }",
        "tables = [:a]\ntables |= [:users]\ntables.each { |t| drop_table t }",
        "define_singleton_method(:y) { drop_table :users }\ny",
        "c = connection\nc.method(:drop_table).call(:users)",
        "connection.tables.each { |t| drop_table t }",
        "ActiveRecord::Base.connection_pool.with_connection { |c| c.drop_table :users }",
        "ActiveRecord::Base.connection.raw_connection.exec('DROP TABLE users')",
        "x = PG.connect.exec('DROP TABLE users')",
        "x = User.delete_all",
        "User.all.map(&:destroy)",
        "h = Hash.new { |h, k| drop_table k }\nh[:users]",
        "Struct.new(:a) { def x; system('psql'); end }.new(1).x",
        "[self].each { |m| m.drop_table :users }",
        "[connection].each { |c| c.drop_table :users }",
        "case 1 when ->(x) { drop_table :users } then 1 end",
        "h = {}\nh[:a] ||= drop_table(:users)",
        "x = *drop_table(:users)",
        "/#{drop_table :users}/ =~ 'a'",
        "t = ENV['A'] ? :users : :tmp\ndrop_table t",
        "Kernel.`('psql')",
        "require_relative '../../lib/drop'",
        "a, *b = [1, :users]\nb.each { |t| drop_table t }",
    };
    return ways;
}

/// None of them changes anything, nor hangs on what is not known.
const std::vector<std::string>& rails_twins() {
    static const std::vector<std::string> twins{
        "x = 1",
        "x = [1, 2].map { |n| n + 1 }",
        "x = { a: 1 }.merge(b: 2)",
        "x = 'a'.strip.upcase",
        "x = [:a].each(&:to_s)",
        "puts 'dropping'",
        "say 'drop_table :users'",
        "x = column_exists?(:users, :name)",
        "x = connection.quote('a')",
        "x = Time.now.to_i",
        "x = ENV.fetch('A', 'b')",
        "Rails.logger.info('a')",
        "x = User.count",
        "x = User.where(a: 1).pluck(:id)",
        "User.reset_column_information",
        "x = [1].sum / 2.0",
        "x = ->(a) { a }",
        "x = %w[a b].include?('a')",
        "x = defined?(drop_table)",
        "drop_table :users if false",
        "x = nil\nx&.name",
        "sql = 'SELECT '.dup\nsql << '1'\nexecute sql",
        "[1, 2].each { |i| execute \"SELECT #{i}\" }",
        "x = SecureRandom.hex(8)",
    };
    return twins;
}

std::string alembic(const std::string& head, const std::string& body) {
    return "import os\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'a'\ndown_revision = None\n" +
           head + "\n\n" + body + "\n\ndef downgrade():\n    op.drop_table('other')\n";
}

const std::vector<Place>& alembic_places() {
    static const std::vector<Place> places{
        {"upgrade", alembic("", "def upgrade():\n    HERE\n")},
        {"upgrade with its operations", alembic("", "def upgrade(op=op):\n    HERE\n")},
        {"a condition", alembic("", "def upgrade():\n    if os.environ.get('A'):\n        HERE\n")},
        {"an else",
         alembic("", "def upgrade():\n    if os.environ.get('A'):\n        pass\n    else:\n        HERE\n")},
        {"a helper", alembic("", "def help():\n    HERE\n\n\ndef upgrade():\n    help()\n")},
        {"a function in a function", alembic("", "def upgrade():\n    def help():\n        HERE\n    help()\n")},
        {"a try",
         alembic("", "def upgrade():\n    try:\n        HERE\n    except Exception as error:\n        raise\n")},
        {"a handler", alembic("", "def upgrade():\n    try:\n        pass\n    except Exception:\n        HERE\n")},
        {"a finally", alembic("", "def upgrade():\n    try:\n        return\n    finally:\n        HERE\n")},
        {"a loop", alembic("", "def upgrade():\n    for n in [1]:\n        HERE\n")},
        {"the end of a loop",
         alembic("", "def upgrade():\n    for n in [1]:\n        pass\n    else:\n        HERE\n")},
        {"a with", alembic("", "def upgrade():\n    with op.get_context().autocommit_block():\n        HERE\n")},
        {"the module", alembic("HERE\n", "def upgrade():\n    pass\n")},
        {"a class", alembic("class Helper:\n    HERE\n", "def upgrade():\n    pass\n")},
    };
    return places;
}

const std::vector<std::string>& alembic_ways() {
    static const std::vector<std::string> ways{
        "op.drop_table('users')",
        "o = op\no.drop_table('users')",
        "from alembic import op as x\nx.drop_table('users')",
        "import alembic\nalembic.op.drop_table('users')",
        "from alembic.op import drop_table\ndrop_table('users')",
        "getattr(op, 'drop_table')('users')",
        "getattr(op, 'drop_' + 'table')('users')",
        "getattr(op, os.environ['A'])('users')",
        "d = op.drop_table\nd('users')",
        "f = lambda t: op.drop_table(t)\nf('users')",
        "[op.drop_table(t) for t in ['users']]",
        "x = {t: op.drop_table(t) for t in ['users']}",
        "list(map(op.drop_table, ['users']))",
        "list(map(lambda t: op.drop_table(t), ['users']))",
        "any(op.drop_table(t) for t in ['users'])",
        "sorted(['users'], key=op.drop_table)",
        "max(['users'], key=lambda t: op.drop_table(t))",
        "import functools\nfunctools.partial(op.drop_table, 'users')()",
        "{'a': op.drop_table}['a']('users')",
        "[op.drop_table][0]('users')",
        "(op if True else None).drop_table('users')",
        "(op if os.environ.get('A') else op).drop_table('users')",
        "op.__getattr__('drop_table')('users')",
        "op.__dict__['drop_table']('users')",
        "vars(op)['drop_table']('users')",
        "globals()['op'].drop_table('users')",
        "op.get_bind().execute('DROP TABLE users')",
        "op.get_bind().execute(sa.text('DROP TABLE users'))",
        "op.get_bind().exec_driver_sql('DROP TABLE users')",
        "c = op.get_bind()\nc.execute('DROP TABLE users')",
        "from alembic import context\ncontext.execute('DROP TABLE users')",
        "op.get_context().impl.drop_table('users')",
        "op.get_context().bind.execute('DROP TABLE users')",
        "op.get_context().connection.connection.cursor().execute('DROP TABLE users')",
        "op.execute('DROP TABLE users')",
        "op.execute(f\"DROP TABLE {'users'}\")",
        "op.execute('DROP TABLE ' + 'users')",
        "op.execute('DROP TABLE %s' % 'users')",
        "op.execute('DROP TABLE {}'.format('users'))",
        "op.execute(' '.join(['DROP', 'TABLE', 'users']))",
        "op.execute(open('x.sql').read())",
        "op.execute(os.environ['SQL'])",
        "op.execute(sqltext='DROP TABLE users')",
        "op.execute(*['DROP TABLE users'])",
        "op.drop_table(**{'table_name': 'users'})",
        "op.drop_table(*os.environ['A'].split())",
        "with op.batch_alter_table('users') as b:\n    b.drop_column('name')",
        "b = op.batch_alter_table('users').__enter__()\nb.drop_column('name')",
        "op.invoke(sa.DropTable('users'))",
        "op.run_async(lambda c: c.execute('DROP TABLE users'))",
        "sa.Table('users', sa.MetaData()).drop(op.get_bind())",
        "sa.MetaData().drop_all(op.get_bind())",
        "sa.create_engine('postgresql://').execute('DROP TABLE users')",
        "from sqlalchemy.orm import Session\nSession(op.get_bind()).execute('DROP TABLE users')",
        "from sqlalchemy.orm import sessionmaker\nsessionmaker(bind=op.get_bind())().delete(1)",
        "os.system('psql -c \"DROP TABLE users\"')",
        "x = os.system('psql -c \"DROP TABLE users\"')",
        "os.popen('psql -c \"DROP TABLE users\"').read()",
        "import subprocess\nsubprocess.run(['psql'])",
        "import subprocess\nx = subprocess.check_output(['psql'])",
        "exec(\"op.drop_table('users')\")",
        "eval(\"op.drop_table('users')\")",
        "compile(\"op.drop_table('users')\", '', 'exec')",
        "__import__('drop').all()",
        "import importlib\nimportlib.import_module('drop').all()",
        "from drop import everything\neverything()",
        "from drop import everything\nx = everything()",
        "from drop import everything\nassert everything(op)",
        "assert op.drop_table('users') is None",
        "x = not op.drop_table('users')",
        "x = 1 < op.drop_table('users') < 3",
        "x = [1][op.drop_table('users'):]",
        "x = f\"{op.drop_table('users'):>10}\"",
        "x = True and op.drop_table('users')",
        "x = os.environ.get('A') or op.drop_table('users')",
        "x = op.drop_table('users') if os.environ.get('A') else None",
        "x = [n for n in [1] if op.drop_table('users')]",
        "x = [op.drop_table(n) for n in ['users'] if os.environ.get(n)]",
        "x = lambda a=op.drop_table('users'): a",
        "def f(a=op.drop_table('users')):\n    pass",
        "@op.drop_table\ndef users():\n    pass",
        "class C(op.drop_table('users')):\n    pass",
        "class C:\n    x = op.drop_table('users')",
        "t = 'users' if os.environ.get('A') else 'tmp'\nop.execute('DROP TABLE ' + t)",
        "if os.environ.get('B'):\n    s = 'DROP TABLE users'\nelse:\n    s = 'SELECT 1'\nop.execute(s)",
        "s = 'DROP TABLE users'\nif os.environ.get('B'):\n    s = 'SELECT 1'\nop.execute(s)",
        "try:\n    s = 'DROP TABLE users'\nexcept Exception:\n    s = 'SELECT 1'\nop.execute(s)",
        "i = 0\nwhile i < 2:\n    op.execute(['SELECT 1', 'DROP TABLE users'][i])\n    i += 1",
        "l = ['SELECT 1']\nl.insert(0, 'DROP TABLE users')\nfor s in l:\n    op.execute(s)",
        "l = ['SELECT 1']\nl += ['DROP TABLE users']\nfor s in l:\n    op.execute(s)",
        "l = ['SELECT 1']\nl[0] = 'DROP TABLE users'\nfor s in l:\n    op.execute(s)",
        "l = ['SELECT 1']\nl.__setitem__(0, 'DROP TABLE users')\nfor s in l:\n    op.execute(s)",
        "d = {'s': 'SELECT 1'}\nd.update(s='DROP TABLE users')\nop.execute(d['s'])",
        "d = {'s': 'DROP TABLE users'}\nif os.environ.get('B'):\n    d['s'] = 'SELECT 1'\nop.execute(d['s'])",
        "op.create_index = op.drop_table",
        "setattr(op, 'create_index', op.drop_table)",
        "op.__class__.create_index = op.drop_table",
        "import sys\nsys.modules['alembic.op'] = None",
        "sa.event.listen(op.get_bind(), 'commit', print)",
        "match os.environ.get('A'):\n    case 'a':\n        op.drop_table('users')",
        "if (x := op.drop_table('users')):\n    pass",
        "print(op.drop_table('users'))",
        "del [op.drop_table('users')][0]",
        "for f, a in [(op.drop_table, 'users')]:\n    f(a)",
        "class H:\n    def __enter__(self):\n        op.drop_table('users')\n    def __exit__(self, *a):\n        "
        "pass\nwith H():\n    pass",
        "class H:\n    def __init__(self):\n        op.drop_table('users')\nx = H()",
        "class H:\n    def run(self):\n        op.drop_table('users')\nx = H().run()",
        "class H:\n    @staticmethod\n    def run():\n        op.drop_table('users')\nH.run()",
        "class H:\n    def __del__(self):\n        op.drop_table('users')\nx = H()",
        "class H:\n    @property\n    def a(self):\n        op.drop_table('users')\nx = H().a",
        "from contextlib import contextmanager\n@contextmanager\ndef c():\n    op.drop_table('users')\n    yield\nwith "
        "c():\n    pass",
        "def g():\n    yield op.drop_table('users')\nfor x in g():\n    pass",
        "import threading\nthreading.Thread(target=lambda: op.drop_table('users')).start()",
        "import atexit\natexit.register(op.drop_table, 'users')",
        "x = {**{'a': op.drop_table('users')}}",
        "t = sa.table('users')\nop.get_bind().execute(sa.delete(t))",
        "with op.get_bind().engine.begin() as c:\n    c.execute(sa.text('DROP TABLE users'))",
        "from app.models import User\nUser.__table__.drop(op.get_bind())",
        "from app.models import db\nx = db.session.query(1).delete()",
        "(lambda o: o.drop_table('users'))(op)",
        "def f(*a):\n    a[0].drop_table('users')\nf(op)",
        "def f(**k):\n    k['o'].drop_table('users')\nf(o=op)",
        "for x in op.drop_table('users') or []:\n    pass",
    };
    return ways;
}

const std::vector<std::string>& alembic_twins() {
    static const std::vector<std::string> twins{
        "x = 1",
        "x = [n + 1 for n in [1, 2]]",
        "x = {'a': 1}.get('a')",
        "x = ' a '.strip().upper()",
        "x = sorted([2, 1], key=lambda n: n)",
        "print('dropping')",
        "x = sa.inspect(op.get_bind()).get_table_names()",
        "x = os.environ.get('A')",
        "x = os.path.join('a', 'b')",
        "import logging\nlogging.getLogger('a').info('b')",
        "import datetime\nx = datetime.datetime.utcnow().isoformat()",
        "x = op.get_bind().dialect.name",
        "t = sa.table('users', sa.column('id'))\nx = sa.select(t.c.id)",
        "x = sa.Enum('a', 'b', name='kind')",
        "x = op.f('ix_users')",
        "op.execute('SELECT 1')",
        "for n in ['a', 'b']:\n    op.execute(f'SELECT {n}')",
        "op.drop_table('users') if False else None",
        "x = list(map(str, [1, 2]))",
        "from alembic import context\nx = context.get_x_argument(as_dictionary=True)",
        "import uuid\nx = str(uuid.uuid4())",
        "x = lambda: op.drop_table('users')",
        "def never():\n    op.drop_table('users')",
    };
    return twins;
}

std::string django(const std::string& head, const std::string& operations, const std::string& tail = {}) {
    return "import os\n\nfrom django.db import migrations, models\n" + head +
           "\n\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = [" + operations +
           "]\n" + tail;
}
const std::string kDelete = "migrations.RunSQL('DROP TABLE users')";

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

Script read_program(const std::string& path, const std::string& text) { return read({{path, text}}, path, {}); }

std::size_t check_ways(const std::string& path, const std::vector<Place>& places,
                       const std::vector<std::string>& ways) {
    std::size_t checked = 0;
    for (const Place& place : places)
        for (const std::string& way : ways) {
            const std::string text = put(place.code, way);
            INFO(place.name << "\n" << text);
            CHECK(drops_or_lists(read_program(path, text)));
            ++checked;
        }
    return checked;
}

std::size_t check_twins(const std::string& path, const std::vector<Place>& places,
                        const std::vector<std::string>& twins) {
    std::size_t checked = 0;
    for (const Place& place : places)
        for (const std::string& twin : twins) {
            const std::string text = put(place.code, twin);
            const Script script = read_program(path, text);
            INFO(place.name << "\n" << text << "\n" << unread_of(script));
            CHECK(script.unread.empty());
            CHECK(script.sql.find("DROP") == std::string::npos);
            ++checked;
        }
    return checked;
}

const std::string kRails = "db/migrate/20240101000000_a.rb", kAlembic = "versions/1_a.py",
                  kDjango = "app/migrations/0001_a.py";

}  // namespace

TEST_CASE("Rails: every way to an operation, in every place, is read or listed") {
    CHECK(check_ways(kRails, rails_places(), rails_ways()) >= 1'000);
}
TEST_CASE("Rails: what is harmless is quiet in every place") { check_twins(kRails, rails_places(), rails_twins()); }

TEST_CASE("Alembic: every way to an operation, in every place, is read or listed") {
    CHECK(check_ways(kAlembic, alembic_places(), alembic_ways()) >= 1'000);
}
TEST_CASE("Alembic: what is harmless is quiet in every place") {
    check_twins(kAlembic, alembic_places(), alembic_twins());
}

TEST_CASE("Django: every way to an operation is read or listed") {
    for (const std::string& text : django_ways()) {
        INFO(text);
        CHECK(drops_or_lists(read_program(kDjango, text)));
    }
    CHECK(django_ways().size() >= 80);
}
TEST_CASE("Django: what is harmless is quiet") {
    for (const std::string& text : django_twins()) {
        const Script script = read_program(kDjango, text);
        INFO(text << "\n" << unread_of(script));
        CHECK(script.unread.empty());
        CHECK(script.sql.find("DROP") == std::string::npos);
    }
}

TEST_CASE("Rails: what stands outside of the method that runs") {
    const auto around = [](const std::string& above, const std::string& inside) {
        return above + "class A < ActiveRecord::Migration[7.1]\n" + inside + "\n  def change\n  end\nend\n";
    };
    for (const std::string& text : {
             around("", "  execute 'DROP TABLE users'"),
             around("", "  ActiveRecord::Base.connection.execute 'DROP TABLE users'"),
             around("", "  `psql -c 'DROP TABLE users'`"),
             around("", "  system 'psql'"),
             around("", "  X = system('psql')"),
             around("", "  X = ActiveRecord::Base.connection.drop_table(:users)"),
             around("", "  BEGIN { system 'psql' }"),
             around("", "  at_exit { system 'psql' }"),
             around("", "  def migrate(direction)\n    drop_table :users\n  end"),
             around("", "  def exec_migration(conn, direction)\n    conn.drop_table :users\n  end"),
             around("", "  def initialize(*)\n    super\n  end"),
             around("", "  alias change migrate"),
             around("", "  prepend Dropper"),
             around("", "  has_dropper :users"),
             around("", "  class_eval 'def change; drop_table :users; end'"),
             around("system 'psql'\n", ""),
             around("eval File.read('x.rb')\n", ""),
             around("class ActiveRecord::Migration\n  def create_table(*)\n    drop_table :users\n  end\nend\n", ""),
             around("class String\n  def to_s\n    system 'psql'\n  end\nend\n", ""),
             around("module Kernel\n  def puts(*)\n    system 'psql'\n  end\nend\n", ""),
             around("class User < ActiveRecord::Base\n  connection.drop_table :users\nend\n", ""),
             around("class User < ActiveRecord::Base\n  system 'psql'\nend\n", ""),
             around("User = Class.new(ActiveRecord::Base) { connection.drop_table :users }\n", ""),
             around("class A < Struct.new(system('psql'))\nend\n", ""),
         }) {
        INFO(text);
        CHECK(drops_or_lists(read_program(kRails, text)));
    }
    for (const std::string& text : {
             around("require 'csv'\n", "  disable_ddl_transaction!"),
             around("# frozen_string_literal: true\n", "  include Helpers\n  X = %w[a b].freeze\n  attr_reader :a"),
             around(
                 "class User < ActiveRecord::Base\n  self.table_name = 'users'\n  has_many :posts\n  scope :old, -> { "
                 "where(a: 1) }\n  validates :name, presence: true\n  def drop\n    connection.drop_table :users\n"
                 "  end\nend\n",
                 ""),
             around("",
                    "  class User < ActiveRecord::Base\n    self.inheritance_column = nil\n    enum :kind, { a: 1 }\n"
                    "  end"),
             around("", "  def down\n    drop_table :users\n  end"),
             around("", "  def self.down\n    drop_table :users\n  end"),
             around("", "  def unused\n    drop_table :users\n  end\n  private :unused"),
         }) {
        const Script script = read_program(kRails, text);
        INFO(text << "\n" << unread_of(script));
        CHECK(script.unread.empty());
        CHECK(script.sql.empty());
    }
}

namespace {

/// The last word of what a call calls: "drop_table" of "op.drop_table('a')".
std::string called(const extract::Node& call, std::string_view text) {
    const auto word = [&](const extract::Node* node) {
        return node ? std::string(text.substr(node->begin, node->end - node->begin)) : std::string();
    };
    if (const extract::Node* method = call.at("method")) return word(method);
    const extract::Node* function = call.at("function");
    if (const extract::Node* attribute = function ? function->at("attribute") : nullptr) return word(attribute);
    return word(function);
}

/// Calls of operations, by their names alone: of the way up, as far as the tree tells.
void collect(const extract::Node& node, std::string_view text, const std::set<std::string>& operations,
             std::vector<const extract::Node*>& found) {
    const extract::Node* name = node.at("name");
    const bool method = node.is("method") || node.is("singleton_method") || node.is("function_definition");
    const std::string called_so = name ? std::string(text.substr(name->begin, name->end - name->begin)) : "";
    if (method && (called_so == "down" || called_so == "downgrade")) return;
    if (node.is("call") && operations.count(called(node, text)) > 0) found.push_back(&node);
    if (node.is("call") && called(node, text) == "down") return;
    for (const extract::Node& child : node.children) collect(child, text, operations, found);
}

}  // namespace

TEST_CASE("each operation that the syntax tree knows stands in the SQL or in the list") {
    const std::set<std::string> operations{
        "drop_table",    "create_table", "add_column",   "remove_column",      "drop_column",     "execute",
        "add_index",     "create_index", "remove_index", "drop_index",         "rename_table",    "add_foreign_key",
        "change_column", "alter_column", "system",       "create_foreign_key", "drop_constraint", "exec_driver_sql"};
    struct Program {
        std::string path, text;
    };
    std::vector<Program> programs;
    for (const Place& place : rails_places())
        for (const std::string& way : rails_ways()) programs.push_back({kRails, put(place.code, way)});
    for (const Place& place : alembic_places())
        for (const std::string& way : alembic_ways()) programs.push_back({kAlembic, put(place.code, way)});
    for (const std::string& text : django_ways()) programs.push_back({kDjango, text});
    for (const auto& entry : std::filesystem::recursive_directory_iterator(PGFENCE_SOURCE_DIR "/tests/readers")) {
        const std::string path = entry.path().string();
        const bool ruby = path.ends_with(".rb");
        if (!ruby && (!path.ends_with(".py") || path.find("/alembic/") == std::string::npos)) continue;
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        programs.push_back({ruby ? kRails : kAlembic, text.str()});
    }
    std::size_t counted = 0;
    for (const auto& [path, text] : programs) {
        const extract::Tree tree =
            extract::parse(path == kRails ? extract::Language::ruby : extract::Language::python, text);
        std::vector<const extract::Node*> calls;
        collect(tree.root, text, operations, calls);
        const Script script = read_program(path, text);
        std::vector<bool> covered(text.size() + 1, false);
        for (std::uint32_t at = 0; at < script.sql.size(); ++at) covered[script.map.to_file(at)] = true;
        for (const Unread& unread : script.unread)
            for (std::uint32_t at = unread.span.begin; at < std::max(unread.span.end, unread.span.begin + 1); ++at)
                covered[at] = true;
        for (const extract::Node* call : calls) {
            const std::string written = text.substr(call->begin, call->end - call->begin);
            // SQL of a variable stands where the text was written. What is never run is called so.
            const bool of_variable =
                called(*call, text).starts_with("exec") && written.find_first_of("'\"") == std::string::npos;
            const std::string line = text.substr(call->end, text.find('\n', call->end) - call->end);
            const bool never = line.find(" if false") != line.npos;
            if (of_variable || never || written.find("never") != written.npos ||
                written.find("nor_this") != written.npos)
                continue;
            ++counted;
            INFO(path << "\n" << text << "\n" << written << "\n" << unread_of(script));
            const auto from = covered.begin() + call->begin, to = covered.begin() + call->end;
            CHECK(std::find(from, to, true) != to);
        }
    }
    CHECK(counted > 1'500);
}
