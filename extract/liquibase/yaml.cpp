#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "extract/lines.h"
#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {
namespace {

/// A line of "---" ends a document wherever it stands (YAML 1.2, c-forbidden). YAML::LoadAll would count them, and
/// never comes back from some texts that are no YAML.
bool holds_several(std::string_view text) {
    bool begun = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = trim(text.substr(at, end - at));
        if (text.substr(at).starts_with("---") && (line.size() == 3 || is_space(line[3]))) {
            if (begun) return true;
            begun = line.size() > 3;
        } else if (!line.empty() && line.front() != '#' && line.front() != '%') {
            begun = true;
        }
        at = end + 1;
    }
    return false;
}

class Reader {
public:
    Reader(std::string_view text, std::size_t begin) : text_(text), begin_(begin) {}

    Document read() {
        take_comments();
        try {
            const YAML::Node file = YAML::Load(std::string(text_.substr(begin_)));
            if (holds_several(text_.substr(begin_))) document_.broken = "it is more than one document";
            const YAML::Node log = file.IsMap() ? file["databaseChangeLog"] : YAML::Node();
            if (log.IsDefined() && (log.IsSequence() || log.IsMap() || log.IsNull()))
                document_.root.name = "databaseChangeLog";
            if (file.IsMap()) fill(document_.root, log, 0);
        } catch (const YAML::Exception& error) {
            document_.broken = error.msg;
            document_.broken_at = offset(error.mark);
        }
        return std::move(document_);
    }

private:
    std::uint32_t offset(const YAML::Mark& mark) const {
        const std::size_t at = mark.is_null() ? 0 : static_cast<std::size_t>(mark.pos);
        return static_cast<std::uint32_t>(std::min(begin_ + at, text_.size()));
    }

    /// A mapping's plain values are attributes; of a list, each key of each entry is an element of its own.
    void fill(Element& into, const YAML::Node& node, int depth) {
        if (!node.IsDefined() || depth > kDeepest) return;
        if (node.IsScalar()) into.text = {node.Scalar(), offset(node.Mark())};
        if (node.IsMap())
            for (const auto& one : node) entry(into, one.first, one.second, false, depth);
        if (node.IsSequence())
            for (const YAML::Node& one : node) {
                if (one.IsMap())
                    for (const auto& pair : one) entry(into, pair.first, pair.second, true, depth);
                else if (one.IsScalar() && counts())
                    into.children.push_back({{}, place(one), {}, {one.Scalar(), offset(one.Mark())}, {}});
            }
    }

    void entry(Element& into, const YAML::Node& key, const YAML::Node& value, bool in_list, int depth) {
        // An anchor may be used again and again: what is walked is counted, not what is written.
        if (!key.IsScalar() || !counts()) return;
        if (value.IsScalar() && !in_list) {
            into.attributes[key.Scalar()] = {value.Scalar(), offset(value.Mark())};
            return;
        }
        Element child;
        child.name = key.Scalar();
        child.place = place(key);
        fill(child, value, depth + 1);
        into.children.push_back(std::move(child));
    }

    ByteRange place(const YAML::Node& scalar) const {
        const std::uint32_t from = offset(scalar.Mark());
        const std::size_t to = std::min(from + std::max<std::size_t>(scalar.Scalar().size(), 1), text_.size());
        return {from, static_cast<std::uint32_t>(std::max<std::size_t>(to, from))};
    }

    bool counts() { return ++elements_ < kMostElements; }

    void take_comments() {
        for_each_line(text_, begin_, [&](const Line& line) {
            const std::string_view words = trim(line.text);
            if (!words.starts_with('#')) return;
            const auto from =
                static_cast<std::uint32_t>(line.begin + static_cast<std::size_t>(words.data() - line.text.data()));
            document_.comments.emplace_back(from, from + static_cast<std::uint32_t>(words.size()));
        });
    }

    std::string_view text_;
    std::size_t begin_;
    Document document_;
    std::size_t elements_ = 0;
};

}  // namespace

Document read_yaml(std::string_view text, std::size_t begin) {
    if (text.size() > kMostBytes) return too_large();
    return Reader(text, begin).read();
}

}  // namespace pgfence::extract::liquibase
