// Knex: SQL by knex.raw, where a question mark would be a binding.

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string raw(std::string_view sql) {
    std::string text;
    for (const char c : sql) {
        if (c == '?') text += '\\';
        text += c;
    }
    return "await knex.raw(" + in_javascript(text) + ");";
}

std::string code(const Step& step) { return each(step, raw); }

}  // namespace

extern const Tool knex;
const Tool knex{
    .format = "knex",
    .without_transaction =
        "put `export const config = { transaction: false };` (`exports.config = ...` in CommonJS) into its file",
    .language = "js",
    .code = code};

}  // namespace pgfence::author
