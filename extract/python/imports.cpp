// Python's imports (Language Reference, 5), as far as the modules are the repository's own. They are read when a name
// of theirs is needed: a migration that imports one class of an application need not read all of it.

#include <algorithm>

#include "core/path_text.h"
#include "extract/program/file_paths.h"
#include "extract/python/python.h"

namespace pgfence::extract {
namespace {

/// Of one migration.
constexpr std::size_t kMostReads = 600;
constexpr std::size_t kMostBytesRead = 4u << 20;
constexpr int kDeepestImports = 12;

/// A module in that folder is named relative to the repository, which no import in a program is.
std::string name_in(std::string_view folder) {
    std::string name = "/";
    for (const char c : folder) name += c == '/' ? '.' : c;
    return name;
}

/// Libraries that are not read, also where a folder of the repository is called as they are.
bool is_library(std::string_view name) {
    const std::string_view root = name.substr(0, name.find('.'));
    return root == "alembic" || root == "sqlalchemy" || root == "django";
}

}  // namespace

void Python::import(const Node& statement) {
    std::string module;
    if (const Node* name = statement.at("module_name")) module = text(*name);
    const auto dots = std::min(module.find_first_not_of('.'), module.size());
    if (dots > 0) {
        std::string_view folder = folder_of(here_->path);
        for (std::size_t up = 1; up < dots; ++up) folder = folder_of(folder);
        const std::string rest = module.substr(dots);
        module = name_in(folder);
        if (!rest.empty()) module += (module == "/" ? "" : ".") + rest;
    }
    if (!module.empty() && module != "/") module += ".";
    for (const Node* name : statement.all("name")) {
        const Node* real = name->is("aliased_import") ? name->at("name") : name;
        const Node* alias = name->is("aliased_import") ? name->at("alias") : nullptr;
        if (!real) continue;
        std::string path(text(*real));
        if (alias) {
            assign(*alias, path_value(module + path));
        } else if (module.empty()) {
            // `import a.b` binds `a`.
            path.resize(std::min(path.size(), path.find('.')));
            here_->names[path] = path_value(path);
        } else {
            assign(*real, path_value(module + path));
        }
    }
}

std::unique_ptr<Module> Python::parsed(const std::string& name) {
    std::string below = name.front() == '/' ? name.substr(1) : name;
    std::replace(below.begin(), below.end(), '.', '/');
    // The folder from which the program imports is one above its own.
    for (std::string_view root = folder_of(file_.path);; root = folder_of(root)) {
        if (name.front() == '/') root = {};
        for (const std::string_view end : {".py", "/__init__.py"}) {
            const std::string path = (root.empty() ? "" : std::string(root) + "/") + below + std::string(end);
            if (++reads_ > kMostReads) return nullptr;
            auto source = host_.read(path);
            if (!source || bytes_read_ + source->size() > kMostBytesRead) continue;
            bytes_read_ += source->size();
            auto module = std::make_unique<Module>();
            module->path = path;
            module->name = name;
            module->own_text = std::move(*source);
            module->text = module->own_text;
            module->own_tree = parse(Language::python, module->text);
            module->tree = &module->own_tree;
            return module;
        }
        if (root.empty()) return nullptr;
    }
}

Module* Python::module(const std::string& name) {
    const auto [entry, fresh] = by_name_.emplace(name, nullptr);
    if (!fresh || name.empty() || name == "/" || is_library(name) || imports_ >= kDeepestImports) return entry->second;
    std::unique_ptr<Module> read = parsed(name);
    if (!read) return nullptr;
    modules_.push_back(std::move(read));
    Module* const module = entry->second = modules_.back().get();
    Module* const before = std::exchange(here_, module);
    std::vector<Names> locals = std::exchange(locals_, {});
    // What the module does when it is imported is the application's affair: only its names are wanted.
    const auto unheard = mute();
    const Running* const running = std::exchange(running_, nullptr);
    Function importer = begin_function();
    ++imports_;
    run(module->tree->root);
    --imports_;
    end_function(std::move(importer), nothing_value());
    running_ = running;
    speak(unheard);
    locals_ = std::move(locals);
    here_ = before;
    return module;
}

/// What an application does when it is imported is not the migration's affair.
Python::Muted Python::mute() {
    Muted before{host_.call, host_.harmless, lists_};
    host_.call = [](const Call&) -> std::optional<Value> { return std::nullopt; };
    host_.harmless = [](const Call&) { return true; };
    lists_ = false;
    return before;
}

void Python::speak(const Muted& before) {
    host_.call = before.call;
    host_.harmless = before.harmless;
    lists_ = before.lists;
}

Value Python::followed(Value path) {
    const auto dot = path.text.rfind('.');
    const bool plain = path.is(Value::Kind::path) && !path.call && path.text.find('(') == std::string::npos;
    if (!plain || dot == std::string::npos || dot == 0 || classes_.count(path.text) > 0) return path;
    if (const auto known = resolved_.find(path.text); known != resolved_.end()) return known->second;
    resolved_.emplace(path.text, path);
    Value found = path;
    if (const Module* owner = module(path.text.substr(0, dot))) {
        const auto name = owner->names.find(path.text.substr(dot + 1));
        if (name != owner->names.end()) found = followed(name->second);
    }
    // What it is stands in another file.
    found.begin = found.end = 0;
    found.pieces.clear();
    return resolved_[path.text] = found;
}

Python::Class* Python::class_of(const std::string& path) {
    const auto found = classes_.find(followed(path_value(path)).text);
    if (found == classes_.end()) return nullptr;
    Class& one = found->second;
    if (one.read) return &one;
    one.read = true;
    Module* const before = std::exchange(here_, one.module);
    // As of all that a module of the application does when it is imported, its names are wanted alone.
    const bool elsewhere = one.module != &file_;
    const Muted unheard = elsewhere ? mute() : Muted{};
    locals_.emplace_back();
    if (const Node* body = one.node->at("body")) run(*body);
    Names names = std::move(locals_.back());
    locals_.pop_back();
    here_ = before;
    if (elsewhere) speak(unheard);
    // Other classes may have been found meanwhile: a map keeps its entries in their places.
    one.names = std::move(names);
    return &one;
}

std::optional<Python::Names> Python::read_class(const std::string& name) {
    const Class* found = classes_.count(name) > 0 ? class_of(name) : nullptr;
    return found ? std::optional(found->names) : std::nullopt;
}

std::vector<Value> Python::bases(const std::string& path) {
    const Class* found = class_of(path);
    const Node* list = found ? found->node->at("superclasses") : nullptr;
    if (!list) return {};
    Module* const before = std::exchange(here_, found->module);
    std::vector<Value> all;
    for (const Node* base : list->named_children()) {
        // "models.Field[Held, Given]": a class with its types.
        const Node* plain = base->is("subscript") ? base->at("value") : base;
        if (plain && !plain->is("keyword_argument")) all.push_back(eval(*plain));
    }
    here_ = before;
    return all;
}

std::optional<Value> Python::own_member(const std::string& path, const std::string& name) {
    const Class* found = class_of(path);
    if (!found) return std::nullopt;
    const auto own = found->names.find(name);
    return own == found->names.end() ? std::nullopt : std::optional(own->second);
}

std::optional<Value> Python::member(const std::string& path, const std::string& name) {
    const auto found = found_member(path, name);
    return found ? std::optional(found->value) : std::nullopt;
}

std::optional<Python::Member> Python::found_member(const std::string& path, const std::string& name) {
    if (imports_ >= kDeepestImports) return std::nullopt;
    if (auto own = own_member(path, name)) return Member{*own, path};
    return inherited_member(path, name);
}

std::optional<Python::Member> Python::inherited_member(const std::string& path, const std::string& name) {
    ++imports_;
    std::optional<Member> inherited;
    for (const Value& base : bases(path))
        if (!inherited && base.is(Value::Kind::path)) inherited = found_member(base.text, name);
    --imports_;
    return inherited;
}

}  // namespace pgfence::extract
