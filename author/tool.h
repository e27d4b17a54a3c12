#pragma once
// What a migration tool is to this stage. A new one is one file beside this: its object is called as the file is
// (`extern const Tool goose;` in goose.cpp), and the build lists the folder.

#include <string>
#include <string_view>
#include <vector>

#include "author/step.h"

namespace pgfence::author {

struct Tool {
    std::string_view format;               ///< id of the format that reads its files
    std::string_view without_transaction;  ///< as its documentation or source has it
    bool gives_own_file = false;           ///< in these words: a file, change set, ... of its own
    /// The first version that has this option; an older one has none.
    std::string_view since = {};
    /// Its runner cannot leave the transaction out: `without_transaction` says why, and ends with "run this by hand
    /// (psql)".
    bool only_by_hand = false;
    bool opens_no_transaction = false;    ///< unless its file says BEGIN
    std::string_view unit = "migration";  ///< what a transaction of its own is given to, in the tool's own word
    std::string_view language = {};       ///< of its migrations, as Markdown calls it; empty: SQL
    /// The step as code, empty where the tool could not be told so; null where migrations are SQL.
    std::string (*code)(const Step&) = nullptr;
    std::string (*stop_reading)(const Step&) = nullptr;
    /// How a call that sends other statements too goes on without this one; null: it has no word for that.
    std::string (*leave_out)(const Written&) = nullptr;
    /// Part of the names of files that PostgreSQL alone runs; empty: the tool has no files for several databases.
    std::string_view for_postgres = {};
    std::string_view beside_setting = {};  ///< what a SET in a file of its asks for, half a sentence
};

/// Of all formats, in no order that means something.
const std::vector<const Tool*>& tools();

}  // namespace pgfence::author
