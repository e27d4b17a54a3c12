#pragma once
// JSON written as it goes, into one text. The report of a project's whole history has a million values: as a tree of
// nlohmann::json it took ten times the memory of its text and half of the whole run.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    void value(std::string_view text);  ///< bytes that are not UTF-8 become U+FFFD
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(const char* text) { value(std::string_view(text)); }
    void value(bool truth);
    void value(std::uint32_t number);
    void value(int number);
    void null();

    template <class Value>
    void member(std::string_view name, const Value& content) {
        key(name).value(content);
    }
    /// null for an empty text.
    void member_or_null(std::string_view name, std::string_view text);
    /// An array of texts.
    template <class Texts>
    void texts(std::string_view name, const Texts& all) {
        key(name).array(all, [this](const auto& text) { value(std::string_view(text)); });
    }

    /// A value that is JSON already.
    void raw(std::string_view json);

    /// What was written since the last time.
    std::string take() { return {room_.data(), std::exchange(used_, 0)}; }

private:
    void open(char bracket);
    void close(char bracket);
    /// Where `bytes` more may be written; end_at() says how many were.
    char* begin_at(std::size_t bytes) {
        if (room_.size() - used_ < bytes) room_.resize(2 * room_.size() + bytes);
        return room_.data() + used_;
    }
    void end_at(const char* end) { used_ = static_cast<std::size_t>(end - room_.data()); }
    /// The comma, if one must stand before the next value.
    char* begin_value(std::size_t bytes) {
        char* at = begin_at(bytes + 1);
        if (!first_) *at++ = ',';
        first_ = false;
        return at;
    }

    std::vector<char> room_;
    std::size_t used_ = 0;
    bool first_ = true;  ///< nothing stands before it inside its brackets, or its name does
};

}  // namespace pgfence::annotate
