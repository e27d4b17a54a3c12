#include "extract/program/host.h"

namespace pgfence::extract {

Host writing_to(SqlWriter& out) {
    return {.call = [](const Call&) -> std::optional<Value> { return std::nullopt; },
            .operation = {},
            .look_up = [](const Value&) -> std::optional<Value> { return std::nullopt; },
            .element = [](const Value&) -> std::optional<Value> { return std::nullopt; },
            .any_rows = [](const Value&) { return false; },
            .among = [](const Value&, const Value&) -> std::optional<Value> { return std::nullopt; },
            .leave = [](const Value&) {},
            .read = [](std::string_view) -> std::optional<std::string> { return std::nullopt; },
            .harmless = [](const Call&) { return false; },
            .unread = [&](ByteRange place, std::string what,
                          std::string why) { out.unread(place, std::move(what), std::move(why)); },
            .where = [&](std::function<std::string()> where) { out.ask_where(std::move(where)); },
            .listed = [&] { return out.listed(); },
            .sent = [&] { return out.sent(); },
            .is_as_asked = [&](const SchemaQuestion& asked,
                               std::size_t behind) { return out.leaves_answer_since(asked, behind); },
            .depends = [&](std::size_t from, const std::string& what) { out.depends(from, what); },
            .for_rows = [&](std::size_t from) { out.for_rows(from); },
            .hangs = [&](std::size_t from, std::size_t to, const std::string& what,
                         const std::vector<SchemaQuestion>& asks) { out.hangs(from, to, what, asks); }};
}

}  // namespace pgfence::extract
