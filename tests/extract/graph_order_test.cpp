// Alembic's and Django's migrations run by what they name, whatever their files are called: graphs are generated,
// written in the ways that people write them, and each file must come behind all that it names.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/path_text.h"
#include "extract/detect.h"

using namespace pgfence;

namespace {

struct Node {
    std::string path, id;
    std::vector<std::size_t> after;
};

using Written = std::map<std::string, std::string>;

std::map<std::string, std::size_t> ranks_of(const Written& files) {
    FileTree tree;
    for (const auto& [path, text] : files) tree.paths.push_back(path);
    tree.read = [&files](std::string_view path) { return std::optional(files.at(std::string(path))); };
    std::map<std::string, std::size_t> ranks;
    for (const Located& one : extract::detect(tree).migrations) ranks.emplace(one.path, one.written.rank);
    return ranks;
}

class Graphs {
public:
    explicit Graphs(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }

    /// Names in an order that has nothing to do with the graph's.
    std::string hash() {
        std::string text;
        for (int i = 0; i < 12; ++i) text += "0123456789abcdef"[below(16)];
        return text;
    }

    std::vector<std::size_t> some_before(std::size_t i) {
        std::set<std::size_t> some;
        if (i > 0 && below(10) > 0) some.insert(i - 1);
        if (i > 1 && below(4) == 0) some.insert(below(i));
        return {some.begin(), some.end()};
    }

private:
    std::mt19937 random_;
};

std::string list(const std::vector<std::string>& all, const std::string& open, const std::string& close) {
    std::string text = open;
    for (const std::string& one : all) text += one + ", ";
    return text + close;
}

std::string alembic(Graphs& graphs, const Node& node, const std::vector<Node>& all) {
    const std::string quote = graphs.below(2) ? "'" : "\"", type = graphs.below(2) ? ": str" : "";
    std::vector<std::string> names;
    for (const std::size_t i : node.after) names.push_back(quote + all[i].id + quote);
    const bool apart = names.size() > 1 && graphs.below(2);
    const std::string last = apart ? names.back() : "None";
    if (apart) names.pop_back();
    const std::string down = names.empty()                          ? "None"
                             : names.size() == 1 && graphs.below(2) ? names[0]
                             : graphs.below(2)                      ? list(names, "(", ")")
                                                                    : list(names, "[  # (merged\n    ", "]");
    return "\"\"\"revision = 'none'\n\nRevises: nothing\n\"\"\"\nfrom alembic import op\n\nrevision" + type + " = " +
           quote + node.id + quote + "  # 'this'\ndown_revision" + (graphs.below(2) ? ": Union[str, None]" : "") +
           " = " + down + "\ndepends_on = " + last + "\n\n\ndef upgrade():\n    op.drop_table('a')\n";
}

std::string django(Graphs& graphs, const Node& node, const std::vector<Node>& all) {
    std::vector<std::string> names;
    for (const std::size_t i : node.after) {
        const auto slash = all[i].id.find('/');
        names.push_back("('" + all[i].id.substr(0, slash) + "', \"" + all[i].id.substr(slash + 1) + "\")");
    }
    if (graphs.below(2)) names.push_back("migrations.swappable_dependency(settings.AUTH_USER_MODEL)");
    return "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n\n    dependencies = " +
           list(names, graphs.below(2) ? "[\n        " : "[", "]") +
           "\n\n    operations = [migrations.RunSQL('SELECT 1')]\n";
}

void check(const std::vector<Node>& nodes, const Written& files) {
    const auto ranks = ranks_of(files);
    for (const Node& node : nodes)
        for (const std::size_t i : node.after) {
            INFO(nodes[i].path << "\n" << files.at(nodes[i].path) << "\n" << node.path << "\n" << files.at(node.path));
            REQUIRE(ranks.count(node.path) == 1);
            CHECK(ranks.at(nodes[i].path) > 0);
            CHECK(ranks.at(nodes[i].path) < ranks.at(node.path));
        }
}

}  // namespace

TEST_CASE("Alembic's revisions run behind those that they revise") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        Graphs graphs(seed);
        std::vector<Node> nodes;
        for (std::size_t i = 0; i < 30; ++i) {
            const std::string id = graphs.hash();
            nodes.push_back({"db/versions/" + id + "_a.py", id, graphs.some_before(i)});
        }
        Written files;
        for (const Node& node : nodes) files.emplace(node.path, alembic(graphs, node, nodes));
        check(nodes, files);
    }
}

TEST_CASE("ids of two Alembic environments may be the same") {
    Written files;
    for (const std::string env : {"one", "two"})
        for (int i = 1; i <= 3; ++i)
            files.emplace(env + "/versions/" + std::string(1, static_cast<char>('d' - i)) + ".py",
                          "from alembic import op\nrevision = '" + std::to_string(i) +
                              "'\ndown_revision = " + (i == 1 ? "None" : "'" + std::to_string(i - 1) + "'") +
                              "\n\n\ndef upgrade():\n    op.drop_table('a')\n");
    const auto ranks = ranks_of(files);
    for (const std::string env : {"one", "two"}) {
        CHECK(ranks.at(env + "/versions/c.py") < ranks.at(env + "/versions/b.py"));
        CHECK(ranks.at(env + "/versions/b.py") < ranks.at(env + "/versions/a.py"));
    }
}

TEST_CASE("Django's migrations run behind those of other apps that they depend on") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        Graphs graphs(seed);
        std::vector<Node> nodes;
        std::map<std::string, int> numbers;
        for (std::size_t i = 0; i < 30; ++i) {
            const std::string app(1, static_cast<char>('a' + graphs.below(4)));
            const std::string name = "000" + std::to_string(1 + numbers[app]++) + "_" + graphs.hash();
            nodes.push_back({"src/" + app + "/migrations/" + name + ".py", app + "/" + name, graphs.some_before(i)});
        }
        Written files;
        for (const Node& node : nodes) files.emplace(node.path, django(graphs, node, nodes));
        check(nodes, files);
    }
}

TEST_CASE("a circle of revisions is an order all the same") {
    Written files;
    for (const auto& [id, after] : std::map<std::string, std::string>{{"a", "c"}, {"b", "a"}, {"c", "b"}})
        files.emplace("db/versions/" + id + ".py", "from alembic import op\nrevision = '" + id +
                                                       "'\ndown_revision = '" + after +
                                                       "'\n\n\ndef upgrade():\n    op.drop_table('a')\n");
    std::set<std::size_t> places;
    for (const auto& [path, rank] : ranks_of(files)) places.insert(rank);
    CHECK(places == std::set<std::size_t>{1, 2, 3});
}
