#pragma once
// Foreign text on its way to a reader or an interpreter. Everything in a pull request is written by somebody whom the
// repository need not trust: names, SQL, comments and paths may try to mention people, link, close issues, break out of
// a table, a fence or a tag, hide text (bidirectional and zero-width characters), or pass as a command to the runner.

#include <cstddef>
#include <string>
#include <string_view>

namespace pgfence::annotate {

/// Nothing hidden: control characters (but line feed and tab), bidirectional controls, zero-width and other invisible
/// characters, and what is not UTF-8 become U+FFFD, one for one. CR LF and a lone CR become LF.
std::string visible(std::string_view text);

/// As visible(), on one line: each run of blanks and line breaks becomes one blank, none stay at the ends.
std::string visible_line(std::string_view text);

// ---- GitHub Markdown ------------------------------------------------------------------------------------------------
// Each result is complete in itself: no escape outside it changes how it reads, in a table's cell or out of it.

/// The text, exactly, as code on one line, never linked, never mentioning. Longer texts end in "...".
std::string code_span(std::string_view text, std::size_t most = 200);

/// A fenced block; the fence is longer than any run of backticks in the text. `language` must be one of ours.
std::string fence(std::string_view text, std::string_view language);

/// Prose that quotes foreign names, such as a rule's message: plain English words stay as they are, everything else
/// becomes a code span. Escaping is not enough: GitHub looks for @mentions, #123 and addresses after Markdown is done.
std::string plain(std::string_view text, std::size_t most = 2000);

/// For the inside of <code>: nothing in it is markup, to HTML or to Markdown. Elsewhere GitHub would still find
/// mentions.
std::string html_code(std::string_view text, std::size_t most = 200);

/// A path in a URL: everything but unreserved characters and '/' percent-encoded.
std::string url_path(std::string_view path);

// ---- the runner's commands ------------------------------------------------------------------------------------------
// Source: actions/runner, ActionCommand.cs.

/// A line for people in which the runner sees no command: "##[" anywhere, and "::name ...::" at the start, are broken
/// by a blank.
std::string inert(std::string_view line);
/// The same for a text of many lines, and "##vso[", which Azure's agent takes for a command anywhere in a line.
std::string inert_text(std::string_view text);
/// The same document, in which neither stands.
std::string inert_json(std::string json);
std::string inert_xml(std::string xml);
/// Behind `::name ...::`.
std::string command_data(std::string_view text);
/// The value of `key=value`.
std::string command_property(std::string_view text);

}  // namespace pgfence::annotate
