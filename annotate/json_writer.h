#pragma once
// JSON written as it goes, into one text. The report of a project's whole history has a million values: as a tree of
// nlohmann::json it took ten times the memory of its text and half of the whole run.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pgfence::annotate {

class JsonWriter {
public:
    /// Everything between its braces or brackets is written by `content`.
    template <class Content>
    void object(Content&& content) {
        open('{'), content(), close('}');
    }
    template <class Elements, class Write>
    void array(const Elements& elements, Write&& write) {
        open('[');
        for (const auto& element : elements) write(element);
        close(']');
    }

    /// What is written next is this member's value. Names are our own: they need no escape.
    JsonWriter& key(std::string_view name);
    template <std::size_t N>
    JsonWriter& key(const char (&name)[N]) {
        char* const at = begin_value(N + 2);
        *at = '"';
        std::memcpy(at + 1, name, N - 1);
        std::memcpy(at + N, "\":", 2);
        end_at(at + N + 2);
        first_ = true;
        return *this;
    }
    void value(std::string_view text);  ///< bytes that are not UTF-8 become U+FFFD
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(const char* text) { value(std::string_view(text)); }
    void value(bool truth);
    void value(std::uint32_t number);
    void value(int number);
    void null() { raw("null"); }

    template <class Name, class Value>
    void member(const Name& name, const Value& content) {
        key(name).value(content);
    }
    /// null for an empty text.
    template <class Name>
    void member_or_null(const Name& name, std::string_view text) {
        key(name);
        if (text.empty())
            null();
        else
            value(text);
    }
    /// An array of texts.
    template <class Name, class Texts>
    void texts(const Name& name, const Texts& all) {
        key(name).array(all, [this](const auto& text) { value(std::string_view(text)); });
    }

    /// A value that is JSON already.
    void raw(std::string_view json) {
        char* const at = begin_value(json.size());
        std::memcpy(at, json.data(), json.size());
        end_at(at + json.size());
    }

    /// What was written since the last time.
    std::string take() { return {room_.get(), std::exchange(used_, 0)}; }
    /// The same, and what follows is a text of its own.
    std::string take_whole() {
        first_ = true;
        return take();
    }

private:
    void open(char bracket) {
        char* const at = begin_value(1);
        *at = bracket;
        end_at(at + 1);
        first_ = true;
    }
    void close(char bracket) {
        char* const at = begin_at(1);
        *at = bracket;
        end_at(at + 1);
        first_ = false;
    }
    template <class Number>
    void number(Number number);
    /// Where `bytes` more may be written; end_at() says how many were.
    char* begin_at(std::size_t bytes) {
        if (size_ - used_ < bytes) grow(bytes);
        return room_.get() + used_;
    }
    void end_at(const char* end) { used_ = static_cast<std::size_t>(end - room_.get()); }
    void grow(std::size_t bytes);
    /// The comma, if one must stand before the next value.
    char* begin_value(std::size_t bytes) {
        char* at = begin_at(bytes + 1);
        if (!first_) *at++ = ',';
        first_ = false;
        return at;
    }

    std::unique_ptr<char[]> room_;
    std::size_t size_ = 0, used_ = 0;
    bool first_ = true;  ///< nothing stands before it inside its brackets, or its name does
};

}  // namespace pgfence::annotate
