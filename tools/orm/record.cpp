// pgfence_record [--first-way] ROOT ORM FILE...: what each migration sends, one JSON object a line; with --first-way,
// what it sends when the database finds nothing. For tools/orm/compare.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "orm/orm.h"

using namespace pgfence;
namespace fs = std::filesystem;

int main(int count, char** arguments) {
    static const std::map<std::string, Orm> kOrms{{"knex", Orm::knex},
                                                  {"sequelize", Orm::sequelize},
                                                  {"typeorm", Orm::typeorm},
                                                  {"node-pg-migrate", Orm::node_pg_migrate},
                                                  {"mikro-orm", Orm::mikro_orm},
                                                  {"kysely", Orm::kysely},
                                                  {"db-migrate", Orm::db_migrate}};
    orm::Limits limits;
    if (count > 1 && std::string(arguments[1]) == "--first-way") {
        limits.runs = 1;
        ++arguments, --count;
    }
    if (count < 4 || !kOrms.contains(arguments[2])) return 2;
    const fs::path root = arguments[1];
    const auto read = [&](const std::string& path) -> std::optional<std::string> {
        if (!fs::is_regular_file(root / path)) return std::nullopt;
        std::ifstream in(root / path, std::ios::binary);
        return std::string{std::istreambuf_iterator<char>(in), {}};
    };
    orm::Recorder recorder(limits);
    for (int i = 3; i < count; ++i) {
        const Recording recording = recorder.record(kOrms.at(arguments[2]), arguments[i], read);
        nlohmann::json statements = nlohmann::json::array(), unread = nlohmann::json::array();
        for (const RecordedStatement& s : recording.statements)
            statements.push_back(
                {{"sql", s.sql}, {"first", s.first_line}, {"last", s.last_line}, {"dependsOn", s.depends_on}});
        for (const RecordedNote& n : recording.unread)
            unread.push_back({{"line", n.line}, {"what", n.what}, {"why", n.why}});
        std::cout << nlohmann::json{{"file", arguments[i]},
                                    {"complete", recording.complete},
                                    {"statements", statements},
                                    {"unread", unread}}
                         .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                  << '\n';
    }
}
