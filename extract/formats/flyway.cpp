// Flyway: V1__title.sql, R__title.sql, B1__title.sql, afterMigrate.sql; U1__title.sql undoes. One transaction for a
// file, unless it holds a statement that PostgreSQL refuses in one, which Flyway finds by its first words
// (PostgreSQLParser.java).

#include <algorithm>
#include <array>

#include "core/sql_scanner.h"
#include "extract/copy_data.h"
#include "extract/formats/code.h"
#include "extract/lines.h"
#include "extract/placeholders.h"
#include "locate/layout.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

/// 1__title.sql where Java's build has Flyway's default location: sql-migration-prefix is empty there.
bool is_without_prefix(const Source& source) {
    const std::string_view number = leading_digits(source.name);
    return !number.empty() && contains(source.name, "__") && contains(source.path, "resources/db/migration/");
}

/// As Event.java spells them: afterMigrate.sql, beforeEachMigrate__x.sql.
bool is_spelt_as_callback(std::string_view name) {
    const auto stem = name.substr(0, name.find_first_of("._"));
    return std::any_of(stem.begin(), stem.end(), is_upper) && !is_upper(stem.front());
}

bool recognises(const Source& source) {
    if (!source.name.ends_with(".sql") || in_rust_crate(source, "refinery")) return false;
    if (locate::flyway_kind(source.name) != 0) return source.name.front() <= 'Z';
    if (locate::is_flyway_callback(source.name)) return is_spelt_as_callback(source.name);
    return is_without_prefix(source);
}

/// Names without a prefix are passed over (ResourceNameParser.java), unless they are callbacks'. One that begins as a
/// version does may be misspelt, or the prefix another one.
bool takes(std::string_view name) {
    if (locate::flyway_kind(name) != 0) return true;
    if (locate::lacks_flyway_separator(name)) return false;
    const std::string lower = lower_case(name);
    for (const std::string_view callback : {"before", "after", "create"})
        if (lower.starts_with(callback)) return true;
    return is_digit(lower.front()) ||
           (lower.size() > 1 && std::string_view("vrub").find(lower[0]) != std::string_view::npos &&
            (is_digit(lower[1]) || lower[1] == '_'));
}

/// The prefix of versions is one setting: where it is V, 1__a.sql is passed over. Of 1_a.sql nobody knows whose it is.
bool begins_otherwise(std::string_view name, std::string_view other) {
    return is_digit(name.front()) && contains(name, "__") && other.size() > 1 && (other[0] == 'V' || other[0] == 'v') &&
           is_digit(other[1]);
}

bool is_undo(std::string_view path) { return locate::flyway_kind(last_part(path)) == 'u'; }

/// The first words of a statement, as far as Flyway's patterns look.
class FirstWords {
public:
    void see(std::string_view word) {
        if (count_ < words_.size()) words_[count_++] = word;
    }
    void clear() { count_ = 0; }

    bool refuse_transaction() const {
        if (is(0, "CREATE") || is(0, "DROP")) {
            if (is(1, "DATABASE") || is(1, "TABLESPACE") || is(1, "SUBSCRIPTION")) return true;
            const std::size_t index = is(1, "UNIQUE") ? 2 : 1;
            return is(index, "INDEX") && is(index + 1, "CONCURRENTLY");
        }
        if (is(0, "ALTER")) return is(1, "SYSTEM");
        if (is(0, "REINDEX")) {
            const std::size_t what = is(1, "VERBOSE") ? 2 : 1;
            return is(what, "SCHEMA") || is(what, "DATABASE") || is(what, "SYSTEM");
        }
        return is(0, "VACUUM") || (is(0, "DISCARD") && is(1, "ALL"));
    }

private:
    bool is(std::size_t i, std::string_view word) const { return i < count_ && equal_ignoring_case(words_[i], word); }

    std::array<std::string_view, 4> words_;
    std::size_t count_ = 0;
};

/// Blanks COPY data on the way. True: some statement keeps the file out of a transaction.
bool read_statements(const Source& source, Script& script) {
    bool refused = false;
    FirstWords words;
    CopyWatch copy;
    SqlScanner lexer(source.text, source.begin);
    for (SqlPiece token; lexer.next(token);) {
        const std::string_view text = source.text.substr(token.begin, token.end - token.begin);
        if (token.kind == SqlPiece::Kind::word) {
            words.see(text);
            copy.see(text);
        } else if (token.kind == SqlPiece::Kind::symbol && text == ";") {
            refused |= words.refuse_transaction();
            words.clear();
            if (copy.rows_follow()) {
                const std::size_t rows = line_at(source.text, token.end).next;
                const std::size_t end = end_of_copy_data(source.text, rows);
                blank(script.sql, rows, end);
                lexer.resume_at(end);
            }
            copy.statement_ends();
        }
    }
    return refused || words.refuse_transaction();
}

// ---- settings -------------------------------------------------------------------------------------------------------

constexpr std::array kSettings{"flyway.toml"sv, "flyway.conf"sv, "conf/flyway.conf"sv, "application.properties"sv};

/// `${DB_SCHEMA}` of Spring and the environment, `@schema@` and `${schema}` of Maven's resource filter, `#{schema}` of
/// a deployment tool: whatever stands there on the day, it is not this text.
bool is_filled_at_deployment(std::string_view value) {
    for (const std::string_view open : {"${", "#{"}) {
        const std::size_t at = value.find(open);
        if (at != std::string_view::npos && value.find('}', at) != std::string_view::npos) return true;
    }
    return value.size() > 2 && value.starts_with('@') && value.ends_with('@');
}

struct Settings {
    std::string file;  ///< empty: there is none
    Placeholders::Values placeholders;
    std::string open = "${", close = "}";
    bool replaces = true, group = false, in_transaction = true;

    void set(std::string_view name, std::string_view value) {
        constexpr std::string_view kPlaceholder = "placeholders.";
        if (name.starts_with("spring.")) name.remove_prefix(7);
        if (!name.starts_with("flyway.") || is_filled_at_deployment(value)) return;
        name.remove_prefix(7);
        // Spring's spelling of it: placeholder-replacement.
        std::string plain;
        for (const char c : lower_case(name))
            if (c != '-') plain += c;
        if (name.starts_with(kPlaceholder))
            placeholders.try_emplace(std::string(name.substr(kPlaceholder.size())), value);
        else if (plain == "placeholderprefix" && !value.empty())
            open = value;
        else if (plain == "placeholdersuffix" && !value.empty())
            close = value;
        else if (plain == "placeholderreplacement")
            replaces = value != "false";
        else if (plain == "group")
            group = value == "true";
        else if (plain == "executeintransaction")
            in_transaction = value != "false";
    }
};

/// Those of the nearest file around the migration; what our own configuration says about placeholders wins.
Settings settings_of(const Source& source) {
    Settings settings;
    settings.placeholders = source.hints.placeholders;
    settings.placeholders.try_emplace("flyway:filename", source.name);
    // In a comment it makes a repeatable migration run each time. Whatever the clock says, it is of this form.
    settings.placeholders.try_emplace("flyway:timestamp", "2000-01-01 00:00:00");
    std::string nearest;
    for (const std::string_view name : kSettings) {
        const auto folder = nearest_folder_with(source.hints, source.folder, name);
        if (!folder || (!settings.file.empty() && folder->size() <= nearest.size())) continue;
        const std::string path = path_in(*folder, name);
        const auto text = text_of(source.hints, path);
        if (!text || !contains(*text, "flyway")) continue;
        settings.file = path;
        nearest = *folder;
        for_each_setting(*text, [&](std::string_view key, std::string_view value) { settings.set(key, value); });
    }
    return settings;
}

void fill_placeholders(const Source& source, const Settings& settings, Script& script) {
    if (!settings.replaces) return;
    Placeholders placeholders(source, script, settings.placeholders);
    placeholders.fill_all(source.begin, script.sql.size(), settings.open, settings.close);
    placeholders.list("placeholders", "Flyway replaces them when it runs: a name is read in their place");
}

/// What a file beside the migration says about its transaction; nothing: it does not.
std::optional<Scope> own_scope(const Source& source) {
    const std::string name = std::string(source.name) + ".conf", path = path_in(source.folder, name);
    const auto settings = text_of(source.hints, path);
    if (settings && setting(*settings, "executeInTransaction") == "false")
        return Scope{TransactionMode::per_statement, name + " says executeInTransaction=false", Scope::From::file};
    if (!settings && has_path(source.hints, path))
        return Scope{TransactionMode::per_file,
                     "Flyway runs each file in a transaction unless " + name + " says otherwise, which is not read",
                     Scope::From::assumed};
    return std::nullopt;
}

Scope read(const Source& source, Script& script) {
    if (source.name.starts_with('U')) {
        blank(script.sql, 0, script.sql.size());
        return {TransactionMode::per_file, "Flyway runs each file in a transaction", Scope::From::tool};
    }
    const bool refused = read_statements(source, script);
    const Settings settings = settings_of(source);
    fill_placeholders(source, settings, script);
    if (refused)
        return {TransactionMode::per_statement,
                "Flyway runs a file with a statement that cannot run in a transaction without one", Scope::From::file};
    if (auto own = own_scope(source)) return *own;
    if (!settings.in_transaction)
        return {TransactionMode::per_statement, settings.file + " says executeInTransaction=false", Scope::From::tool};
    if (settings.group)
        return {TransactionMode::whole_run, settings.file + " says group=true: all files of a run in one transaction",
                Scope::From::tool};
    return {TransactionMode::per_file, "Flyway runs each file in a transaction", Scope::From::tool};
}

}  // namespace

extern const Format flyway;
const Format flyway{.id = "flyway",
                    .title = "Flyway",
                    .decides = "a name like V1__title.sql or R__title.sql",
                    .recognises = recognises,
                    .read = read,
                    .known = Known::place,
                    .sends_as_is = true,
                    .habits = {.is_known = true,
                               .recursive = true,
                               .by_version = true,
                               .leads_back = is_undo,
                               .takes = takes,
                               .begins_otherwise = begins_otherwise,
                               .late = Runner::Late::refused,
                               .edited = Runner::Edited::refused,
                               .renamed = Runner::Renamed::refused,
                               .family = "flyway"},
                    .own_tables =
                        "CREATE TABLE IF NOT EXISTS flyway_schema_history (installed_rank integer PRIMARY KEY, version "
                        "varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, script "
                        "varchar(1000) NOT NULL, checksum integer, installed_by varchar(100) NOT NULL, installed_on "
                        "timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL, success boolean NOT NULL)",
                    .refuses_second_version = true,
                    .says_of_gone = "Detected applied migration not resolved locally:",
                    // outOfOrder of Flyway.java, spring.flyway.out-of-order (three words), FLYWAY_OUT_OF_ORDER; in
                    // files that name Flyway: packets come out of order, too.
                    .late_switches = {{{"outoforder", "true",
                                        "outOfOrder OutOfOrder order FLYWAY_OUT_OF_ORDER SPRING_FLYWAY_OUT_OF_ORDER",
                                        "flyway Flyway FLYWAY_OUT_OF_ORDER SPRING_FLYWAY_OUT_OF_ORDER"}}},
                    .may_lock_beside = true};

}  // namespace pgfence::extract
