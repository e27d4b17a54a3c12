#include <algorithm>
#include <pugixml.hpp>

#include "extract/lines.h"
#include "extract/liquibase/element.h"

namespace pgfence::extract::liquibase {
namespace {

std::string_view local(std::string_view name) {
    const auto colon = name.find(':');
    return colon == name.npos ? name : name.substr(colon + 1);
}

class Reader {
public:
    /// pugixml parses in place: what its nodes point at are offsets into the buffer.
    Reader(std::string_view text, std::size_t begin) : text_(text), begin_(begin), buffer_(text.substr(begin)) {}

    Document read() {
        // Entities of a document's own are not expanded by pugixml, so there is none that grows.
        const auto result = xml_.load_buffer_inplace(buffer_.data(), buffer_.size(),
                                                     pugi::parse_default | pugi::parse_comments, pugi::encoding_utf8);
        if (!result) {
            document_.broken = result.description();
            document_.broken_at = static_cast<std::uint32_t>(begin_ + static_cast<std::size_t>(result.offset));
        }
        take_comments(xml_, 0);
        for (const pugi::xml_node node : xml_.children())
            if (local(node.name()) == "databaseChangeLog") document_.root = element(node, 0);
        return std::move(document_);
    }

private:
    std::uint32_t offset(const char* in_buffer) const {
        const std::ptrdiff_t at = in_buffer - buffer_.data();
        const bool inside = at >= 0 && at < static_cast<std::ptrdiff_t>(buffer_.size());
        return static_cast<std::uint32_t>(begin_ + (inside ? static_cast<std::size_t>(at) : 0));
    }

    /// From its "<" to the ">" outside of quotes.
    ByteRange tag(const pugi::xml_node& node) const {
        const std::uint32_t name = offset(node.name());
        char quote = '\0';
        for (std::size_t at = name; at < text_.size(); ++at) {
            const char c = text_[at];
            if (quote != '\0') {
                if (c == quote) quote = '\0';
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return {name - (name > begin_), static_cast<std::uint32_t>(at + 1)};
            }
        }
        return {name - (name > begin_), static_cast<std::uint32_t>(text_.size())};
    }

    Element element(const pugi::xml_node& node, int depth) {
        Element made;
        made.name = local(node.name());
        made.place = tag(node);
        for (const pugi::xml_attribute attribute : node.attributes())
            made.attributes[std::string(local(attribute.name()))] = {attribute.value(), offset(attribute.value())};
        if (depth >= kDeepest) return made;
        for (const pugi::xml_node child : node.children()) {
            if (child.type() == pugi::node_element && ++elements_ < kMostElements) {
                made.children.push_back(element(child, depth + 1));
            } else if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
                if (made.text.value.empty()) made.text.begin = offset(child.value());
                made.text.value += child.value();
            }
        }
        return made;
    }

    void take_comments(const pugi::xml_node& parent, int depth) {
        if (depth > kDeepest) return;
        for (const pugi::xml_node child : parent.children()) {
            if (child.type() == pugi::node_comment) {
                const std::uint32_t from = offset(child.value());
                const std::string_view inside = trim(child.value());
                if (inside.empty()) continue;
                const auto skipped = static_cast<std::uint32_t>(inside.data() - child.value());
                document_.comments.emplace_back(from + skipped,
                                                from + skipped + static_cast<std::uint32_t>(inside.size()));
            }
            take_comments(child, depth + 1);
        }
    }

    std::string_view text_;
    std::size_t begin_;
    std::string buffer_;
    pugi::xml_document xml_;
    Document document_;
    std::size_t elements_ = 0;
};

}  // namespace

Document read_xml(std::string_view text, std::size_t begin) {
    if (text.size() > kMostBytes) return too_large();
    return Reader(text, begin).read();
}

}  // namespace pgfence::extract::liquibase
