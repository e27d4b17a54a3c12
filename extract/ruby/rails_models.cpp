#include "extract/ruby/rails_models.h"

#include <algorithm>

#include "core/text.h"
#include "extract/ruby/rails_names.h"

namespace pgfence::extract {
namespace {

constexpr int kMostModelsAbove = 5;
constexpr std::string_view kScope = "::";

/// ActiveSupport's underscore: "MiqProductFeature" -> "miq_product_feature", "A::BField" -> "a/b_field".
std::string underscored(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name.substr(i, 2) == "::") {
            out += '/';
            ++i;
            continue;
        }
        const bool next_is_lower = i + 1 < name.size() && is_lower(name[i + 1]);
        const bool begins =
            is_upper(name[i]) && i > 0 && name[i - 1] != ':' && (!is_upper(name[i - 1]) || next_is_lower);
        if (begins) out += '_';
        out += to_lower(name[i]);
    }
    return out;
}

/// The table in `self.table_name = "x"`; empty when it says none.
std::string table_said(std::string_view text) {
    constexpr std::string_view kMark = "self.table_name";
    const auto mark = text.find(kMark);
    if (mark == std::string_view::npos) return {};
    text.remove_prefix(mark + kMark.size());
    const auto begin = text.find_first_not_of(" =\"':");
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin);
    return std::string(text.substr(0, text.find_first_of("\"'\r\n #")));
}

/// "Event" of "class KitAllocateEvent < Event"; empty when the class has no superclass there, or none that is a model.
std::string model_above(std::string_view text, std::string_view name) {
    const std::string mark = "class " + std::string(name) + " <";
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + mark.size());
    const auto begin = text.find_first_not_of(" :");
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin);
    const std::string_view above = text.substr(0, text.find_first_of(" \r\n;#([."));
    const bool is_base = above.starts_with("ActiveRecord::") || above == "ApplicationRecord" || above == "Struct";
    return std::string(is_base ? std::string_view() : above);
}

std::string_view modules_of(std::string_view name) {
    const auto at = name.rfind(kScope);
    return at == name.npos ? std::string_view() : name.substr(0, at);
}

std::string_view plain_name(std::string_view name) {
    const std::string_view modules = modules_of(name);
    return modules.empty() ? name : name.substr(modules.size() + kScope.size());
}

/// "katello" of "Katello", "shop_admin" of "Shop::Admin".
std::string with_underscores(std::string_view module) {
    std::string name = underscored(module);
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

/// "blog_" of "def self.table_name_prefix; 'blog_'; end".
std::optional<std::string> prefix_in(std::string_view text) {
    const auto at = text.find("def self.table_name_prefix");
    if (at == text.npos) return std::nullopt;
    text.remove_prefix(at);
    const auto open = text.substr(0, text.find("end")).find_first_of("'\"");
    if (open == text.npos) return std::nullopt;
    const auto close = text.find(text[open], open + 1);
    if (close == text.npos) return std::nullopt;
    return std::string(text.substr(open + 1, close - open - 1));
}

/// Rails gives an engine's module the prefix of the engine's own name (Rails::Engine.isolate_namespace).
bool isolates(std::string_view text, std::string_view module) {
    constexpr std::string_view kMark = "isolate_namespace";
    const auto at = text.find(kMark);
    if (at == text.npos) return false;
    const std::string_view line = text.substr(at + kMark.size(), text.substr(at + kMark.size()).find('\n'));
    std::string_view said = trim(line);
    if (said.starts_with(kScope)) said.remove_prefix(kScope.size());
    return said == module;
}

}  // namespace

RailsModel RailsModels::of(std::string_view name, const Ruby* program) {
    if (name.starts_with(kScope)) name.remove_prefix(kScope.size());
    const auto [found, fresh] = known_.try_emplace(std::string(name));
    if (!fresh) return found->second;
    const std::string plain(plain_name(name));
    if (const auto own = program ? program->class_body(plain) : std::nullopt) {
        const std::string said = table_said(*own);
        found->second = {said.empty() ? pluralize(with_underscores(plain)) : said, true};
    } else
        found->second = of_class(found->first, 0);
    return found->second;
}

std::optional<std::string> RailsModels::text_of(const std::string& path) const {
    if (!read_) return std::nullopt;
    if (auto text = read_(root_ + "app/models/" + path + ".rb")) return text;
    // app/events/kit_allocate_event.rb: each folder of app/ is one of classes.
    return read_(root_ + "app/" + pluralize(path.substr(path.find_last_of("_/") + 1)) + "/" + path + ".rb");
}

/// `above`: how many classes were followed to that name.
RailsModel RailsModels::of_class(const std::string& name, int above) const {
    // ActiveStorage, ActionText, ActionMailbox put their names before those of their tables.
    if (name.starts_with("Action") || name.starts_with("ActiveStorage"))
        return {pluralize(with_underscores(name)), true};
    const auto text = text_of(underscored(name));
    if (!text) return by_name(name, false);
    if (const std::string said = table_said(*text); !said.empty()) return {said, true};
    const std::string superclass = model_above(*text, plain_name(name));
    // Single table inheritance: the rows are in the table of the topmost model that is one itself.
    const bool is_below = !superclass.empty() && above < kMostModelsAbove;
    const std::string within = std::string(modules_of(name)).append(kScope).append(superclass);
    for (const std::string& other : {within, superclass}) {
        const auto text_above = is_below ? text_of(underscored(other)) : std::nullopt;
        if (!text_above) continue;
        return contains(*text_above, "abstract_class") ? by_name(name, true) : of_class(other, above + 1);
    }
    return by_name(name, !is_below);
}

/// `is_read`: its class was, and derives from no other model.
RailsModel RailsModels::by_name(const std::string& name, bool is_read) const {
    const auto is_there = [&](const std::string& table) { return state_.tables.count(table) > 0; };
    const std::string plain = pluralize(with_underscores(plain_name(name)));
    if (modules_of(name).empty()) {
        // The application may have words of its own that have no plural (config/initializers/inflections.rb).
        const std::string as_it_is = with_underscores(name);
        if (!is_there(plain) && is_there(as_it_is)) return {as_it_is, true};
        return {plain, is_read || is_there(plain)};
    }
    const auto prefix = prefix_of_modules(name);
    const std::string owner = owner_of(name), table = prefix.value_or("") + owner + plain;
    if (prefix || !owner.empty() || is_there(plain)) return {table, is_read || is_there(table)};
    // What was not found may set the prefix, a gem's engine for one: a table of that name is the better witness.
    const std::string behind_modules = with_underscores(modules_of(name)) + "_" + plain;
    return {is_there(behind_modules) ? behind_modules : plain, false};
}

/// Of the innermost module that has one.
std::optional<std::string> RailsModels::prefix_of_modules(std::string_view name) const {
    for (auto module = modules_of(name); !module.empty(); module = modules_of(module))
        if (auto prefix = prefix_said(module)) return prefix;
    return std::nullopt;
}

std::optional<std::string> RailsModels::prefix_said(std::string_view module) const {
    if (!read_) return std::nullopt;
    const std::string path = underscored(module);
    for (const char* folder : {"app/models/", "lib/"}) {
        const auto text = read_(root_ + folder + path + ".rb");
        if (auto prefix = text ? prefix_in(*text) : std::nullopt) return prefix;
    }
    for (const char* file : {"/engine.rb", ".rb"}) {
        const auto text = read_(root_ + "lib/" + path + file);
        if (text && isolates(*text, module)) return with_underscores(module) + "_";
    }
    return std::nullopt;
}

/// "user_" of User::Profile, where User is a model itself.
std::string RailsModels::owner_of(std::string_view name) const {
    const std::string owner(modules_of(name));
    const auto text = text_of(underscored(owner));
    const bool is_model =
        text && contains(*text, "class " + std::string(plain_name(owner)) + " <") && !contains(*text, "abstract_class");
    return is_model ? singularize(of_class(owner, kMostModelsAbove).table) + "_" : std::string();
}

}  // namespace pgfence::extract
