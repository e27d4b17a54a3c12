#include "extract/graph_order.h"

#include <algorithm>
#include <optional>
#include <queue>
#include <string>
#include <utility>

#include "core/path_text.h"
#include "extract/formats/format.h"
#include "extract/program/tree.h"
#include "locate/order.h"

namespace pgfence::extract {
namespace {

/// The texts in it, in order.
void add_strings(const Node& node, std::string_view text, std::vector<std::string>& strings) {
    if (node.is("string_content")) strings.emplace_back(text.substr(node.begin, node.end - node.begin));
    for (const Node& child : node.children) add_strings(child, text, strings);
}

std::vector<std::string> strings_of(const Node* node, std::string_view text) {
    std::vector<std::string> strings;
    if (node) add_strings(*node, text, strings);
    return strings;
}

/// What a module or a class assigns to the name; null: nothing.
const Node* assigned(const Node& body, std::string_view text, std::string_view name) {
    for (const Node& statement : body.children) {
        const Node* assignment = statement.children.empty() ? nullptr : &statement.children.front();
        if (!statement.is("expression_statement") || !assignment->is("assignment")) continue;
        const Node* left = assignment->at("left");
        if (left && text.substr(left->begin, left->end - left->begin) == name) return assignment->at("right");
    }
    return nullptr;
}

/// The operations are most of a file, and stand behind what names those before it: reading them took as long as all of
/// the rest.
std::string_view head_of(std::string_view text, std::string_view operations) {
    return text.substr(0, text.find(operations));
}

constexpr std::string_view kFirstFunction = "\ndef ", kOperations = "\n    operations";

std::optional<Revision> alembic_revision_in(std::string_view text) {
    const Tree tree = parse(Language::python, text);
    auto id = strings_of(assigned(tree.root, text, "revision"), text);
    if (id.empty()) return std::nullopt;
    Revision one{std::move(id.front()), strings_of(assigned(tree.root, text, "down_revision"), text), {}};
    for (std::string& other : strings_of(assigned(tree.root, text, "depends_on"), text))
        one.after.push_back(std::move(other));
    return one;
}

/// ("app", "0001_initial"), as "app/0001_initial".
std::vector<std::string> named_migrations(const Node* list, std::string_view text) {
    std::vector<std::string> names;
    if (!list) return names;
    for (const Node& one : list->children)
        if (const auto pair = strings_of(&one, text); one.is("tuple") && pair.size() == 2)
            names.push_back(path_in(pair[0], pair[1]));
    return names;
}

/// The app is taken to be called as its folder: Django's default.
std::string django_id(std::string_view path) {
    const std::string_view name = last_part(path);
    return path_in(last_part(folder_of(folder_of(path))), name.substr(0, name.rfind('.')));
}

std::optional<Revision> django_revision_in(std::string_view path, std::string_view text) {
    const Tree tree = parse(Language::python, text);
    for (const Node& statement : tree.root.children) {
        const Node* body = statement.is("class_definition") ? statement.at("body") : nullptr;
        const Node* dependencies = body ? assigned(*body, text, "dependencies") : nullptr;
        if (dependencies)
            return Revision{django_id(path), named_migrations(dependencies, text),
                            named_migrations(assigned(*body, text, "run_before"), text)};
    }
    return std::nullopt;
}

/// Edges between files, by their indexes.
class Graph {
public:
    explicit Graph(std::size_t files) : behind_(files), waits_for_(files) {}

    void add(std::size_t first, std::size_t then) {
        if (first == then) return;
        behind_[first].push_back(then);
        ++waits_for_[then];
    }

    /// Of those that are free the one with the lowest index, again and again; what is left is a circle.
    std::vector<std::size_t> sorted() {
        std::vector<std::size_t> order;
        std::vector<bool> taken(behind_.size(), false);
        std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free;
        for (std::size_t i = 0; i < behind_.size(); ++i)
            if (waits_for_[i] == 0) free.push(i);
        while (!free.empty()) {
            const std::size_t next = free.top();
            free.pop();
            order.push_back(next);
            taken[next] = true;
            for (const std::size_t other : behind_[next])
                if (--waits_for_[other] == 0) free.push(other);
        }
        for (std::size_t i = 0; i < taken.size(); ++i)
            if (!taken[i]) order.push_back(i);
        return order;
    }

private:
    std::vector<std::vector<std::size_t>> behind_;
    std::vector<std::size_t> waits_for_;
};

/// Ids are unique within a folder; those of another folder are meant where there is but one.
class Ids {
public:
    void add(std::string_view folder, const std::string& id, std::size_t file) {
        in_folder_.emplace(std::pair(std::string(folder), id), file);
        anywhere_[id].push_back(file);
    }

    /// Alembic takes the beginning of an id for the whole of it; nobody writes that into a file.
    const std::size_t* find(std::string_view folder, const std::string& id) const {
        if (const auto own = in_folder_.find(std::pair(std::string(folder), id)); own != in_folder_.end())
            return &own->second;
        const auto found = anywhere_.find(id);
        return found != anywhere_.end() && found->second.size() == 1 ? &found->second.front() : nullptr;
    }

private:
    std::map<std::pair<std::string, std::string>, std::size_t> in_folder_;
    std::map<std::string, std::vector<std::size_t>> anywhere_;
};

}  // namespace

Revision alembic_revision(std::string_view, std::string_view text) {
    auto found = alembic_revision_in(head_of(text, kFirstFunction));
    if (!found) found = alembic_revision_in(text);
    return found ? std::move(*found) : Revision{};
}

Revision django_revision(std::string_view path, std::string_view text) {
    auto found = django_revision_in(path, head_of(text, kOperations));
    if (!found) found = django_revision_in(path, text);
    if (found) return std::move(*found);
    // A class of that name that says nothing of Django's: South's, which ran by the numbers of its files.
    return contains(text, "migrations") ? Revision{django_id(path), {}} : Revision{};
}

std::map<std::string_view, std::size_t> graph_order(const FileTree& tree, const std::vector<Located>& migrations) {
    std::map<std::string_view, const Format*> formats;
    std::vector<std::string_view> paths;
    for (const Located& one : migrations) {
        const Format* format = format_called(one.format);
        if (!format || !format->revision) continue;
        formats.emplace(one.path, format);
        paths.push_back(one.path);
    }
    paths = locate::in_order(std::move(paths), {});
    std::vector<Revision> revisions;
    Ids ids;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const std::string text = tree.read(paths[i]).value_or(std::string());
        revisions.push_back(formats.at(paths[i])->revision(paths[i], text));
        if (!revisions.back().id.empty()) ids.add(folder_of(paths[i]), revisions.back().id, i);
    }
    Graph graph(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        for (const std::string& id : revisions[i].after)
            if (const std::size_t* first = ids.find(folder_of(paths[i]), id)) graph.add(*first, i);
        for (const std::string& id : revisions[i].before)
            if (const std::size_t* then = ids.find(folder_of(paths[i]), id)) graph.add(i, *then);
    }
    std::map<std::string_view, std::size_t> places;
    for (const std::size_t i : graph.sorted()) places.emplace(paths[i], places.size() + 1);
    return places;
}

}  // namespace pgfence::extract
