#include "extract/program/host.h"

namespace pgfence::extract {

Host writing_to(SqlWriter& out) {
    Host host;
    host.unread = [&](ByteRange place, std::string what, std::string why) {
        out.unread(place, std::move(what), std::move(why));
    };
    host.where = [&](std::function<std::string()> where) { out.ask_where(std::move(where)); };
    host.listed = [&] { return out.listed(); };
    host.sent = [&] { return out.sent(); };
    host.is_as_asked = [&](const SchemaQuestion& asked, std::size_t behind) {
        return out.leaves_answer_since(asked, behind);
    };
    host.depends = [&](std::size_t from, const std::string& what) { out.depends(from, what); };
    host.for_rows = [&](std::size_t from) { out.for_rows(from); };
    host.hangs = [&](std::size_t from, std::size_t to, const std::string& what,
                     const std::vector<SchemaQuestion>& asks) { out.hangs(from, to, what, asks); };
    return host;
}

}  // namespace pgfence::extract
