#pragma once
// JSON written as it goes, into one string. The report of a project's whole history has a million values: as a tree of
// nlohmann::json it took ten times the memory of its text and half of the whole run.

#include <cstdint>
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

    /// What was written since the last time.
    std::string take() { return std::exchange(text_, {}); }

private:
    void open(char bracket);
    void close(char bracket);
    void begin_value();

    std::string text_;
    bool first_ = true;  ///< nothing stands before it inside its brackets, or its name does
};

}  // namespace pgfence::annotate
