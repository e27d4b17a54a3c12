// JavaScript of a runner that is not known: what `up` is given has query().

#include "author/tool.h"
#include "author/written.h"

namespace pgfence::author {
namespace {

std::string raw(std::string_view sql) { return "await db.query(" + in_javascript(sql) + ");"; }

std::string code(const Step& step) { return each(step, raw); }

}  // namespace

extern const Tool js_client;
const Tool js_client{.format = "js-client",
                     .without_transaction = "run it where its runner opens no transaction",
                     .unit = "file",
                     .language = "js",
                     .code = code};

}  // namespace pgfence::author
