// Which of the places that have a word tell most that it is used, and which tell nothing. Written around each word are
// files of every kind that projects have.

#include "diff/evidence.h"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "diff/search.h"
#include "diff/witness.h"

using namespace pgfence::diff;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

SearchTerms column() { return {{"note", "Note"}, {"orders", "Orders", "Order", "order"}, 0, SearchTerms::In::use}; }
SearchTerms table() { return {{"orders", "Orders", "Order"}, {}, 0, SearchTerms::In::use}; }

Uses found(const SearchTerms& terms, const std::string& path, const std::string& text) {
    return search(std::map<std::string, std::string>{{path, text}}, {terms}).uses.front();
}

void check(const SearchTerms& terms, const Files& files, Evidence best) {
    for (const auto& [path, text] : files) {
        INFO(path << "\n" << text);
        CHECK(static_cast<int>(found(terms, path, text).best) == static_cast<int>(best));
    }
}

}  // namespace

TEST_CASE("a line that names table and column tells most") {
    check(column(),
          {{"a.ts", "const x = order.note;"},
           {"a.rb", "Order.where(note: 1)"},
           {"a.py", "cursor.execute('SELECT note FROM orders')"},
           {"a.py", "cursor.execute(\"\"\"\n  SELECT id,\n    note\n  FROM orders\n\"\"\")"},
           {"a.go", "db.Query(`UPDATE orders SET note = $1`)"},
           {"queries.sql", "SELECT note\nFROM orders;"},
           {"a.php", "DB::table('orders')->select('note');"},
           {"a.sh", "psql -c 'SELECT note FROM orders'"},
           {"OrderMapper.xml", "<select id=\"x\">SELECT note FROM orders</select>"},
           {"a.erb", "<%= order.note %>"},
           {"jobs.yml", "query: SELECT note FROM orders"}},
          Evidence::together);
}

TEST_CASE("a declaration tells more than a word") {
    check(column(),
          {{"a.py", "class Order(Base):\n    id = Column()\n    note = Column(String)\n"},
           {"a.ts", "interface Order {\n  id: number;\n  note: string;\n}"},
           {"a.ex", "schema \"orders\" do\n  field :id, :id\n  field :note, :string\nend"},
           {"schema.prisma", "model Order {\n  id Int\n  note String?\n}"},
           {"a.ts", "export const t = pgTable('orders', {\n  id: bigint(),\n  note: text('note'),\n});"},
           {"Order.java", "@Table(name = \"orders\")\npublic class X {\n  private String note;\n}"}},
          Evidence::declared);
    check(column(), {{"a.ts", "new Order();\nconst note = 1;"}, {"a.rb", "Order.new\nx.note\n"}}, Evidence::mention);
}

TEST_CASE("what a browser shows has its columns from a server: it tells by queries alone") {
    check(column(),
          {{"Orders.vue", "<script>\nnew Order();\nconst link = { note: 1 };\n</script>"},
           {"Orders.svelte", "interface Order {\n  note: string;\n}"}},
          Evidence::none);
    check(column(),
          {{"Orders.vue", "<p>{{ order.note }}</p>"},
           {"Orders.svelte", "const { data } = await supabase.from('orders').select('note');"}},
          Evidence::together);
}

TEST_CASE("a variable of Ruby's objects is no table") {
    check(table(), {{"a.rb", "@orders = load"}, {"a.erb", "<%= @orders.first %>"}}, Evidence::none);
    check(table(), {{"a.rb", "orders = load"}, {"a.rb", "find('@orders')"}}, Evidence::mention);
    check(table(), {{"a.rb", "execute \"SELECT * FROM orders WHERE id = #{@orders}\""}}, Evidence::together);
}

TEST_CASE("a variable that merely stands in the line is no proof of its table") {
    check(column(),
          {{"a.ts", "sort(order, note);"},
           {"a.py", "items = sorted(note, key=order)"},
           {"a.go", "func render(order int, note string) {"},
           {"a.rb", "render note, order"}},
          Evidence::mention);
    check(column(),
          {{"a.ts", "const { note } = order;"},
           {"a.ts", "order?.note"},
           {"a.py", "order['note']"},
           {"a.php", "$order->note"},
           {"a.ts", "select({ order: { note: true } })"},
           {"a.ex", "Repo.update(Order, note: note)"}},
          Evidence::together);
}

TEST_CASE("of places that tell as much the one in a file of the table's name is shown") {
    const std::string text = "new Order();\nconst note = 1;\n";
    for (const char* path : {"z/order.ts", "z/OrderEntity.ts", "z/orders.repository.ts", "z/order_model.ts"}) {
        INFO(path);
        CHECK(search({{"a/view.ts", text}, {"b/order_view.ts", text}, {path, text}}, {column()}).uses.front().path ==
              path);
    }
    CHECK(search({{"a/view.ts", "order.note"}, {"z/order.ts", text}}, {column()}).uses.front().path == "a/view.ts");
}

TEST_CASE("sentences, headings, and what is printed tell nothing") {
    check(column(),
          {{"a.sh", "psql -c 'SELECT id FROM orders'\necho \"the note\"\n"},
           {"a.sh", "# orders\necho note\n"},
           {"Makefile", "orders:\n\t@echo note\n"},
           {"app.yml", "orders:\n  note:\n    x: 1\n"},
           {"app.yml", "name: orders\ndescription: a note for all\n"},
           {"a.rb", "Order.new\nputs \"A note was written\"\n"},
           {"a.ts", "new Order();\nconsole.log('note');\n"},
           {"a.ts", "new Order();\nthrow new Error('Please leave a note here');\n"},
           {"a.html", "<h1>Orders</h1>\n<th>Note</th>\n"},
           {"a.tsx", "new Order();\nreturn <th>Note</th>;\n"},
           {"a.ts", "new Order();\nrouter.get('/api/note/all');\n"},
           {"a.ex", "alias X\nx(Order)\n@moduledoc \"\"\"\nThis is a note about what the module does\n\"\"\"\n"},
           {"a.py", "Order()\n# note\n"},
           {"a.sql", "SELECT 1 FROM orders; -- note"}},
          Evidence::none);
    check(table(),
          {{"a.sh", "echo orders\n"},
           {"compose.yml", "services:\n  orders:\n    image: orders\n"},
           {"a.ts", "router.get('/orders/:id');"},
           {"a.ts", "throw new Error('No orders were found');"},
           {"a.py", "print('orders')"},
           {"a.html", "<h1>Orders</h1>"}},
          Evidence::none);
}

TEST_CASE("a table is used by queries, classes and what is told its name") {
    check(table(),
          {{"a.ts", "db.query('SELECT * FROM orders')"},
           {"a.py", "q = \"insert into public.orders (id) values (1)\""},
           {"a.py", "__tablename__ = \"orders\""},
           {"a.ts", "supabase.from('orders')"},
           {"a.ex", "schema \"orders\" do"},
           {"Order.hbm.xml", "<class table=\"orders\">"}},
          Evidence::together);
    check(table(), {{"a.rb", "class Order < ApplicationRecord"}, {"a.prisma", "model Order {"}}, Evidence::declared);
    check(table(),
          {{"a.rb", "Order.find(1)"},
           {"a.py", "rows = Order.objects.filter(id=1)"},
           {"a.php", "$all = Order::where('id', 1)->get();"},
           {"a.ts", "await prisma.orders.findMany()"}},
          Evidence::declared);
    check(table(),
          {{"a.ts", "const orders = [];"},
           {"a.ts", "orders.filter((one) => one.open)"},
           {"a.ts", "return Array.from(orders);"},
           {"a.py", "send(orders)"},
           {"tables.yml", "table: orders\n"}},
          Evidence::mention);
}

TEST_CASE("of several files the one that tells most is shown, and those that tell nothing are not counted") {
    const std::map<std::string, std::string> code{{"a/deploy.sh", "echo orders note\n"},
                                                  {"a/view.ts", "new Order();\nconst note = 1;\n"},
                                                  {"b/order.py", "class Order:\n    note = Column()\n"},
                                                  {"c/query.go", "x()\ndb.Query(`SELECT note FROM orders`)\n"},
                                                  {"d/query.go", "db.Query(`SELECT note FROM orders`)\n"}};
    const Uses uses = search(code, {column()}).uses.front();
    CHECK(uses.files == 4);
    CHECK(uses.path == "c/query.go");
    CHECK(uses.line == 2);
    SearchTerms together = column();
    together.least = Evidence::together;
    CHECK(search(code, {together}).uses.front().files == 2);
}

TEST_CASE("generated: a word in a comment or a sentence is no use, whatever else the file has") {
    const Files comments{{"a.py", "# {}\n"},        {"a.rb", "# {}\n"},         {"a.ts", "// {}\n"},
                         {"a.go", "/* {} */\n"},    {"a.sql", "-- {}\n"},       {"a.java", "/**\n * {}\n */\n"},
                         {"a.html", "<!-- {} -->"}, {"a.ex", "  # {}\n"},       {"a.rs", "/// {}\n"},
                         {"a.yml", "# {}\n"},       {"a.php", "// {}\n"},       {"a.kt", "// {}\n"},
                         {"a.sh", "echo \"{}\"\n"}, {"a.py", "print(\"{}\")\n"}};
    for (const auto& [path, form] : comments)
        for (const char* sentence : {"note", "the note of orders", "orders.note is text", "orders"}) {
            std::string text = form;
            text.replace(text.find("{}"), 2, sentence);
            INFO(path << "\n" << text);
            CHECK(found(column(), path, text).files == 0);
            CHECK(found(table(), path, text).files == 0);
        }
}

TEST_CASE("a type of the database is named by casts and by declarations, and by no word of the program") {
    const auto type = [](const char* name) {
        SearchTerms terms{{name}, {}, 0, SearchTerms::In::use};
        terms.of = SearchTerms::Of::type;
        return terms;
    };
    check(type("mood"),
          {{"a.ts", "db.query('SELECT 1 WHERE state = $1::mood')"},
           {"a.rs", "sqlx::query(r#\"\n  INSERT INTO people (mood)\n  VALUES ($1::public.mood)\n\"#)"},
           {"a.py", "cursor.execute(\"SELECT CAST(state AS mood) FROM people\")"},
           {"a.go", "db.Query(`SELECT unnest($1::mood[])`)"},
           {"queries.sql", "SELECT state::mood\nFROM people;"}},
          Evidence::together);
    check(type("mood"),
          {{"a.py", "mood = Column(Enum('sad', 'happy', name='mood'))"},
           {"a.ts", "export const mood = pgEnum('mood', ['sad', 'happy']);"},
           {"a.rs", "#[sqlx(type_name = \"mood\")]"},
           {"A.java", "@Column(columnDefinition = \"mood\")"},
           {"schema.prisma", "enum mood {\n  sad\n}"}},
          Evidence::declared);
    for (const auto& [path, text] : Files{{"a.ts", "const x = person.mood;"},
                                          {"a.ts", "type mood = 'sad' | 'happy';"},
                                          {"a.rs", "use crate::mood;\nlet x = models::mood::Sad;"},
                                          {"a.py", "cursor.execute('SELECT mood FROM people')"},
                                          {"a.rb", "Person.where(mood: 1)"}}) {
        INFO(path << "\n" << text);
        CHECK(found(type("mood"), path, text).best <= Evidence::mention);
    }
}
