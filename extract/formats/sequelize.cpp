// Sequelize CLI and Umzug: functions up and down that are given a queryInterface. No transaction of the tool.

#include <algorithm>
#include <array>

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// By what it does with what it is given, whatever it calls that.
bool uses_interface(std::string_view text) {
    static constexpr std::array kOwn{"sequelize"sv,    "createTable"sv,   "dropTable"sv,       "addColumn"sv,
                                     "removeColumn"sv, "changeColumn"sv,  "addIndex"sv,        "removeIndex"sv,
                                     "renameColumn"sv, "addConstraint"sv, "removeConstraint"sv};
    const bool names = contains_word(text, "Sequelize") || contains_word(text, "DataTypes");
    const std::string_view given = given_to_up(text);
    return names && std::any_of(kOwn.begin(), kOwn.end(),
                                [&](std::string_view member) { return uses_member(text, given, member); });
}

bool recognises(const Source& source) {
    return exports_up(source.text) && (contains_word(source.text, "queryInterface") || uses_interface(source.text));
}

Scope read(const Source& source, Script& script) {
    return is_run(source, script,
                  {TransactionMode::per_statement, "the Sequelize CLI opens no transaction", Scope::From::tool});
}

}  // namespace

extern const Format sequelize;
const Format sequelize{.id = "sequelize",
                       .title = "Sequelize",
                       .decides = "a function up that is given a queryInterface",
                       .recognises = recognises,
                       .read = read,
                       .known = Known::mark,
                       .extensions = kJavaScript,
                       .habits = {.is_known = true,
                                  .late = Runner::Late::runs,
                                  .edited = Runner::Edited::ignored,
                                  .renamed = Runner::Renamed::runs},
                       .own_tables = "CREATE TABLE IF NOT EXISTS \"SequelizeMeta\" (name varchar(255) PRIMARY KEY)",
                       .orm = Orm::sequelize};

}  // namespace pgfence::extract
