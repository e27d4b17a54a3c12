// pop's own language for both directions' files: VERSION_title.up.fizz (gobuffalo/fizz). Nothing is run: extract/fizz/
// reads the calls. Ahead of that, pop fills the file as a Go template (migration_content.go).

#include "extract/fizz/fizz_operations.h"
#include "extract/formats/format.h"
#include "extract/formats/pop.h"
#include "extract/template.h"

namespace pgfence::extract {
namespace {

bool recognises(const Source& source) {
    return !leading_digits(source.name).empty() && !source.name.ends_with(".down.fizz");
}

/// What pop gives to fizz; what the template says is listed in `script`. Nothing moves: no value is known, and no other
/// file is taken in.
std::string filled(const Source& source, Script& script) {
    if (!contains(source.text, "{{")) return script.sql;
    const Hints nothing_known;
    Replacements none;
    const Source alone{nothing_known, source.memory, none,        source.file, source.role,
                       source.path,   source.folder, source.name, source.text, source.begin};
    finish_sql(alone, script);
    script.uncertainties.clear();
    return std::exchange(script.sql, {});
}

/// "postgres" of 1_a.postgres.up.fizz
std::string_view dialect_in(std::string_view name) {
    name = name.substr(0, name.rfind(".up."));
    const auto dot = name.find('.');
    const std::string_view part = dot == name.npos ? std::string_view() : name.substr(dot + 1);
    return part.substr(0, part.find('.')) == "autocommit" ? std::string_view() : part;
}

void require_way_back(const Source& source, Script& script) {
    constexpr std::string_view kUp = ".up.fizz";
    if (!source.name.ends_with(kUp)) return;
    const std::string title(source.name.substr(0, source.name.size() - kUp.size()));
    if (!has_path(source.hints, path_in(source.folder, title + ".down.sql")))
        require_down_file(source, kUp, ".down.fizz", script);
}

Scope read(const Source& source, Script& script) {
    const std::string text = filled(source, script);
    const plush::Program program = plush::parse(text);
    SqlWriter out(source.file, script);
    Tree comments;
    comments.comments = program.comments;
    out.take_comments(comments, source.text);
    FizzOperations(out).run(program.statements);
    if (program.broken)
        out.unread({*program.broken, static_cast<std::uint32_t>(text.size())}, "what fizz's parser does not take",
                   "nothing from here on is read",
                   program.statements.empty() ? Unread::Extent::file : Unread::Extent::part);
    out.finish();
    if (!dialect_in(source.name).empty())
        script.unread.push_back({source.whole(), "a fizz file for one database",
                                 "pop stops at its name: fizz files are for all databases"});
    require_way_back(source, script);
    if (contains(source.name, ".autocommit."))
        return {TransactionMode::implicit, "the file's name says autocommit, and popx sends it as one query",
                Scope::From::file};
    return {TransactionMode::per_file, "pop runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format fizz;
const Format fizz{.id = "fizz",
                  .title = "pop (fizz)",
                  .decides = "a name like 20240131120000_title.up.fizz",
                  .recognises = recognises,
                  .read = read,
                  .known = Known::place,
                  .extensions = ".fizz",
                  .habits = kPopHabits};

}  // namespace pgfence::extract
