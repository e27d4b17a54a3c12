#pragma once
// A changelog as its XML, YAML or JSON says it: the same tree of names and texts for all of them, each with its place.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/migration.h"
#include "extract/program/sql_writer.h"
#include "extract/program/tree.h"

namespace pgfence::extract::liquibase {

struct Text {
    std::string value;
    std::uint32_t begin = 0;  ///< where it is written in the file, or what is written there stands for it
};

struct Element {
    std::string name;
    ByteRange place;                                      ///< the tag, or the key
    std::map<std::string, Text, std::less<>> attributes;  ///< XML's attributes, YAML's keys with a plain value
    Text text;
    std::vector<Element> children;

    const Text* attribute(std::string_view wanted) const;
    /// An attribute, the text of a child of that name, or nothing.
    const Text* value(std::string_view wanted) const;
    std::string_view operator[](std::string_view wanted) const;  ///< as `value`; empty when it is not there
    bool says(std::string_view wanted) const { return (*this)[wanted] == "true"; }
    /// Those of that name, in XML as they are and in YAML below a list of the plural.
    std::vector<const Element*> all(std::string_view wanted) const;
};

struct Document {
    Element root;                      ///< its children are those of databaseChangeLog
    std::vector<Tree::Span> comments;  ///< without what marks them
    std::string broken;                ///< why the rest is not read; empty: all of it is
    std::uint32_t broken_at = 0;
    bool too_large = false;
};

/// Elements inside of each other, and elements at all: a changelog has five levels.
constexpr int kDeepest = 24;
constexpr std::size_t kMostElements = 200'000;
/// Of a changelog; those of public projects have some hundred thousand bytes.
constexpr std::size_t kMostBytes = 8u << 20;

Document too_large();
Document read_xml(std::string_view text, std::size_t begin);
Document read_yaml(std::string_view text, std::size_t begin);

}  // namespace pgfence::extract::liquibase
