// Sequelize CLI and Umzug: functions up and down that are given a queryInterface. No transaction of the tool.

#include "extract/formats/code.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return contains_word(source.text, "queryInterface") && exports_up(source.text);
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
                       .habits = {.is_known = true, .late = Runner::Late::runs, .edited = Runner::Edited::ignored}};

}  // namespace pgfence::extract
