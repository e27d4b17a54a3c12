#include "analyze/tables_left.h"

#include "analyze/lower/lower.h"

namespace pgfence::analyze {
namespace {

std::string qualified(const Name& name) { return (name.schema.empty() ? "public" : name.schema) + "." + name.name; }

/// Most scripts of a history make no table: they need not be parsed.
bool may_make_or_take_tables(std::string_view sql) {
    for (std::size_t at = 0; (at = sql.find_first_of("tT", at)) != std::string_view::npos; ++at) {
        constexpr std::string_view kWord = "table";
        std::size_t same = 0;
        while (same < kWord.size() && at + same < sql.size() && (sql[at + same] | 0x20) == kWord[same]) ++same;
        if (same == kWord.size()) return true;
    }
    return false;
}

struct Tables {
    TablesLeft left;
    std::set<std::string> taken;

    void note(const Action& action) {
        if (const auto* table = std::get_if<CreateTable>(&action)) {
            if (table->persistence != Persistence::temporary)
                (table->if_not_exists ? left.made_if_absent : left.made).insert(qualified(table->name));
        } else if (const auto* drop = std::get_if<Drop>(&action)) {
            if (drop->object == ObjectType::table)
                for (const Name& name : drop->names) taken.insert(qualified(name));
        } else if (const auto* rename = std::get_if<Rename>(&action)) {
            if (rename->object == ObjectType::table) taken.insert(qualified(rename->relation));
        }
    }
};

}  // namespace

TablesLeft tables_left_by(const std::vector<const Script*>& scripts) {
    Tables tables;
    for (const Script* script : scripts)
        if (may_make_or_take_tables(script->sql))
            for (const LoweredStatement& statement : lower(script->sql).statements)
                for (const Action& action : statement.actions) tables.note(action);
    for (const std::string& name : tables.taken) {
        tables.left.made.erase(name);
        tables.left.made_if_absent.erase(name);
    }
    for (const std::string& name : tables.left.made) tables.left.made_if_absent.erase(name);
    return std::move(tables.left);
}

}  // namespace pgfence::analyze
