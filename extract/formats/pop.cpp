// pop (gobuffalo): VERSION_title[.dialect].up.sql (migrator.go), the names of golang-migrate, so the module must show:
// in go.mod, by the settings that only pop reads beside the migrations (database.yml), or by its templates. Its files
// are Go templates with .Options and .DialectDetails (migration_content.go).

#include "extract/formats/pop.h"
#include "extract/formats/format.h"
#include "extract/lines.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

/// "require github.com/gobuffalo/pop/v6 v6.1.1", or a line of the list; not what another module brings along.
bool requires_module(std::string_view go_mod, std::string_view module) {
    bool found = false;
    for_each_line(go_mod, 0, [&](const Line& line) {
        found |= contains(line.text, module) && !contains(line.text, "// indirect");
    });
    return found;
}

bool has_templates(std::string_view text) {
    for (auto at = text.find("{{"); at != text.npos; at = text.find("{{", at + 2)) {
        const std::string_view inside = text.substr(at, text.find("}}", at) - at);
        if (contains(inside, ".Options") || contains(inside, ".DialectDetails")) return true;
    }
    return false;
}

bool shows_pop(const Source& source) {
    const auto module = nearest_folder_with(source.hints, source.folder, "go.mod");
    if (module) {
        const auto text = text_of(source.hints, path_in(*module, "go.mod"));
        if (text && requires_module(*text, "golang-migrate/migrate")) return false;
        if (text && requires_module(*text, "gobuffalo/pop")) return true;
    }
    return has_templates(source.text) || (module && nearest_folder_with(source.hints, source.folder, "database.yml"));
}

bool recognises(const Source& source) {
    const std::string_view number = leading_digits(source.name);
    const bool named = !number.empty() && source.name.substr(number.size()).starts_with('_') &&
                       (source.name.ends_with(".up.sql") || source.name.ends_with(".down.sql"));
    return named && shows_pop(source);
}

Scope read(const Source& source, Script& script) {
    require_down_file(source, ".up.sql", ".down.sql", script);
    return {TransactionMode::per_file, "pop runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format pop;
const Format pop{.id = "pop",
                 .title = "pop",
                 .decides = "a name like 20240131120000_title.up.sql where go.mod requires gobuffalo/pop",
                 .recognises = recognises,
                 .read = read,
                 .known = Known::surroundings,
                 .habits = kPopHabits};

}  // namespace pgfence::extract
