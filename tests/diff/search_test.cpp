// Words in the code of the base commit.

#include "diff/changes.h"
#include "tests/diff/repositories.h"

using namespace pgfence;
using namespace pgfence::diff;
using namespace pgfence::diff::testing;

namespace {

std::string drawn(const Result<SearchResult>& result) {
    INFO((result ? "" : result.error().message));
    REQUIRE(result);
    std::string text = result->whole ? "" : "part: ";
    for (const Uses& uses : result->uses)
        text += uses.files == 0 ? "none; "
                                : std::to_string(uses.files) + " " + uses.path + ":" + std::to_string(uses.line) + "; ";
    return text;
}

}  // namespace

TEST_CASE("whole words of program text are found in the base, elsewhere nothing") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("app/order.rb", "class Order\n  # notes and note_id are other words\n  note\nend\n");
    repo.write("app/user.rb", "class User\n  note\nend\n");
    repo.write("app/zebra.rb", "class Order\nend\nuser.note\n");
    repo.write("README.md", "note of an Order\n");
    repo.write("node_modules/a/index.js", "Order.note\n");
    for (const auto* path :
         {"app/order_test.go", "app/a/order.spec.ts", "src/test/java/OrderTest.java", "app/test_order.py",
          "app/__tests__/order.js", "a/tests/test_order.py", "spec/models/order_spec.rb", "docs/orders.html",
          ".github/workflows/order.yml", ".gitlab-ci.yml"})
        repo.write(path, "Order.note\n");
    // The application's own, by all that is known.
    repo.write("app/zoo/LabTest.java", "user.note\n");
    repo.write("app/docs/note.ts", "user.note\n");
    repo.write("db/migrations/1.sql", "CREATE TABLE orders (note text); -- Order\n");
    for (const auto* path : {"db/migrations/1.down.sql", "changes/1.down.sql", "migrations/mysql/1.sql",
                             "db/migrate/20240101_add.rb", "alembic/versions/1.py", "db/schema.rb", "db/structure.sql"})
        repo.write(path, "note Order orders\n");
    repo.write("app/binary", std::string_view("Order note\0", 11));
    repo.write("app/large.rb", "Order note\n" + std::string(600'000, ' '));
    const auto base = repo.commit();
    repo.run("checkout -q -b feature");
    repo.write("app/new.rb", "Order.note\n");
    repo.commit();

    Request request;
    request.repository_path = repo.path().string();
    request.base = base;
    auto comparison = Comparison::open(request);
    REQUIRE(comparison);
    const std::vector<std::string> migrations{"db/migrations/1.sql"};
    CHECK(drawn(comparison->search_base({{{"note"}, {"Order", "orders"}}, {{"note"}, {}}, {{"absent"}, {}}, {{}, {}}},
                                        migrations)) == "2 app/order.rb:3; 5 app/docs/note.ts:1; none; none; ");
    CHECK(drawn(comparison->search_base({}, migrations)).empty());
}

TEST_CASE("a search says what of a file counts") {
    const Folder folder;
    const Repo repo(folder / "repo");
    repo.write("app/a.rb", "# note\n");
    repo.write("app/b.rb", "order.note\n");
    repo.write("package.json", "{\"scripts\": {\"up\": \"node-pg-migrate up --note\"}}\n");
    repo.write("data/orders.json", "{\"note\": 1}\n");
    Request request;
    request.repository_path = repo.path().string();
    request.base = repo.commit();
    auto comparison = Comparison::open(request);
    REQUIRE(comparison);
    const auto in = [](SearchTerms::In where) { return SearchTerms{{"note"}, {}, 0, where}; };
    CHECK(drawn(comparison->search_base(
              {in(SearchTerms::In::text), in(SearchTerms::In::settings), in(SearchTerms::In::use)}, {})) ==
          "2 app/a.rb:1; 3 app/a.rb:1; 1 app/b.rb:1; ");
}
