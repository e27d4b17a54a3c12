// Sequelize's CLI and Umzug open no transaction.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string raw(std::string_view sql) { return "await queryInterface.sequelize.query(" + in_javascript(sql) + ");"; }

std::string code(const Step& step) { return each(step, raw); }

}  // namespace

extern const Tool sequelize;
const Tool sequelize{
    .format = "sequelize",
    .without_transaction = "Sequelize opens no transaction: leave `sequelize.transaction()` out of its file",
    .opens_no_transaction = true,
    .language = "js",
    .code = code};

}  // namespace pgfence::author
