#pragma once
// PostgreSQL's C headers, fenced. They define thousands of macros (printf among them) that break C++ headers read after
// them, so everything this folder needs of C++ stands first; no other folder includes this file.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "core/action.h"

extern "C" {
#include "pg_query.h"

#include "pg_query/pg_query_internal.h"

#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "storage/lockdefs.h"
}

namespace pgfence {

/// The memory a parse tree lives in. libpg_query keeps "the current context" per thread: one at a time, innermost
/// first.
class ParseMemory {
public:
    ParseMemory() : context_(pg_query_enter_memory_context()) {}
    ~ParseMemory() { pg_query_exit_memory_context(context_); }
    ParseMemory(const ParseMemory&) = delete;
    ParseMemory& operator=(const ParseMemory&) = delete;

private:
    MemoryContext context_;
};

/// A PostgreSQL List as a range of pointers to T; a null list is empty.
template <class T>
class Items {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = const T*;
        using difference_type = std::ptrdiff_t;
        using pointer = const value_type*;
        using reference = value_type;
        Iterator() = default;
        explicit Iterator(const ListCell* cell) : cell_(cell) {}
        const T* operator*() const { return static_cast<const T*>(cell_->ptr_value); }
        Iterator& operator++() {
            ++cell_;
            return *this;
        }
        Iterator operator++(int) { return Iterator(cell_++); }
        bool operator==(const Iterator& other) const { return cell_ == other.cell_; }

    private:
        const ListCell* cell_ = nullptr;
    };

    explicit Items(const List* list) : list_(list) {}
    Iterator begin() const { return Iterator(list_ ? list_->elements : nullptr); }
    Iterator end() const { return Iterator(list_ ? list_->elements + list_->length : nullptr); }
    std::size_t size() const { return list_ ? static_cast<std::size_t>(list_->length) : 0; }
    const T* operator[](std::size_t i) const { return static_cast<const T*>(list_->elements[i].ptr_value); }
    const T* back() const { return (*this)[size() - 1]; }

private:
    const List* list_;
};

template <class T = Node>
Items<T> items(const List* list) {
    return Items<T>(list);
}

template <class T>
const T& as(const Node* node) {
    return *reinterpret_cast<const T*>(node);
}

inline const Node* node(const void* pointer) { return static_cast<const Node*>(pointer); }
inline bool is(const Node* n, NodeTag tag) { return n != nullptr && nodeTag(n) == tag; }
inline const List* list_of(const Node* n) { return is(n, T_List) ? reinterpret_cast<const List*>(n) : nullptr; }
inline std::string text_of(const char* s) { return s ? std::string(s) : std::string(); }

}  // namespace pgfence
