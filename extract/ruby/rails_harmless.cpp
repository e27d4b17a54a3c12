#include "extract/ruby/rails_harmless.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

// clang-format off
constexpr std::array kComputes{
    "abs"sv, "advance"sv, "ago"sv, "amount"sv, "ancestors"sv, "and"sv, "append"sv, "append_path"sv, "arel"sv,
    "arel_table"sv, "arity"sv, "as"sv, "asc"sv, "assign_attributes"sv, "at"sv, "attribute_names"sv, "attributes"sv,
    "attributes="sv, "b"sv, "backtrace"sv, "basename"sv, "beginning_of_day"sv, "beginning_of_hour"sv,
    "beginning_of_month"sv, "beginning_of_week"sv, "beginning_of_year"sv, "between?"sv, "bytes"sv, "bytesize"sv,
    "byteslice"sv, "call_number"sv, "camelize"sv, "capitalize"sv, "captures"sv, "cast_values"sv, "ceil"sv, "center"sv,
    "cents"sv, "change"sv, "chars"sv, "children"sv, "chomp"sv, "chomp!"sv, "chop"sv, "chr"sv, "chunk_while"sv,
    "clamp"sv, "class"sv, "classify"sv, "clone"sv, "close"sv, "collect"sv, "column_names"sv, "column_types"sv,
    "columns"sv, "columns_hash"sv, "combination"sv, "comment"sv, "compact"sv, "compact!"sv, "compact_blank"sv,
    "concat"sv, "count"sv, "crypt"sv, "currency"sv, "cycle"sv, "dasherize"sv, "day"sv, "days"sv, "deconstantize"sv,
    "deep_dup"sv, "deep_merge"sv, "deep_merge!"sv, "deep_stringify_keys"sv, "deep_symbolize_keys"sv, "default"sv,
    "delete_at"sv, "delete_if"sv, "delete_prefix"sv, "delete_suffix"sv, "demodulize"sv, "desc"sv, "detect"sv,
    "difference"sv, "dig"sv, "dirname"sv, "divmod"sv, "downcase"sv, "downcase!"sv, "downto"sv, "drop"sv, "drop_while"sv,
    "dup"sv, "each"sv, "each_char"sv, "each_cons"sv, "each_entry"sv, "each_key"sv, "each_line"sv, "each_pair"sv,
    "each_slice"sv, "each_value"sv, "each_with_index"sv, "each_with_object"sv, "eager"sv, "elapsed"sv, "encode"sv,
    "end_of_day"sv, "end_of_month"sv, "end_of_week"sv, "end_of_year"sv, "end_with?"sv, "entries"sv, "eq"sv, "errors"sv,
    "except"sv, "except!"sv, "excluding"sv, "expand_path"sv, "extname"sv, "fdiv"sv, "fetch"sv, "filter"sv,
    "filter_map"sv, "find"sv, "find_all"sv, "find_index"sv, "first"sv, "first_or_initialize"sv, "flat_map"sv,
    "flatten"sv, "flatten!"sv, "floor"sv, "force"sv, "force_encoding"sv, "format"sv, "freeze"sv, "from"sv, "from_now"sv,
    "full_message"sv, "full_messages"sv, "gets"sv, "getutc"sv, "glob"sv, "grep"sv, "group_by"sv, "gsub"sv, "gsub!"sv,
    "gt"sv, "gteq"sv, "hash"sv, "hex"sv, "hexdigest"sv, "hour"sv, "hours"sv, "html_safe"sv, "humanize"sv, "in"sv,
    "in_time_zone"sv, "include"sv, "including"sv, "indent"sv, "index"sv, "index_by"sv, "index_with"sv, "inject"sv,
    "insert"sv, "inspect"sv, "instance_methods"sv, "instance_variable_get"sv, "instance_variables"sv, "intersection"sv,
    "invert"sv, "iso8601"sv, "itself"sv, "join"sv, "keep_if"sv, "key"sv, "keys"sv, "last"sv, "lazy"sv, "length"sv,
    "limit"sv, "lines"sv, "ljust"sv, "localtime"sv, "lstrip"sv, "lt"sv, "lteq"sv, "map"sv, "map!"sv, "match"sv,
    "matches"sv, "max"sv, "max_by"sv, "merge"sv, "merge!"sv, "message"sv, "min"sv, "min_by"sv, "minmax"sv, "minus"sv,
    "minute"sv, "minutes"sv, "module_parent"sv, "modulo"sv, "month"sv, "months"sv, "ms"sv, "name"sv, "named_captures"sv,
    "negative?"sv, "new_record?"sv, "next"sv, "nil?"sv, "none?"sv, "not"sv, "not_eq"sv, "nsec"sv, "null"sv,
    "object_id"sv, "oct"sv, "on"sv, "options"sv, "or"sv, "ord"sv, "ordinalize"sv, "outer_join"sv, "pack"sv,
    "parameterize"sv, "parse"sv, "partition"sv, "path"sv, "pathname"sv, "permit"sv, "permutation"sv, "persisted?"sv,
    "pluck"sv, "pluralize"sv, "plus"sv, "pop"sv, "positive?"sv, "post_match"sv, "pre_match"sv, "pred"sv, "prepend"sv,
    "presence"sv, "presence_in"sv, "primary_key"sv, "product"sv, "project"sv, "push"sv, "quote"sv,
    "quoted_table_name"sv, "read"sv, "read_attribute"sv, "readlines"sv, "readonly!"sv, "real"sv, "reduce"sv, "reject"sv,
    "reject!"sv, "remove"sv, "require"sv, "reverse"sv, "reverse!"sv, "reverse_each"sv, "reverse_merge"sv,
    "reverse_merge!"sv, "rewind"sv, "rindex"sv, "rjust"sv, "rotate"sv, "round"sv, "rows"sv, "rstrip"sv, "sample"sv,
    "sanitize_sql"sv, "sanitize_sql_array"sv, "sanitize_sql_for_conditions"sv, "scan"sv, "second"sv, "seconds"sv,
    "select"sv, "select!"sv, "shift"sv, "shuffle"sv, "since"sv, "singularize"sv, "size"sv, "size_in"sv, "slice"sv,
    "slice!"sv, "sole"sv, "sort"sv, "sort!"sv, "sort_by"sv, "split"sv, "sql_type"sv, "squeeze"sv, "squish"sv,
    "squish!"sv, "start_with?"sv, "step"sv, "strftime"sv, "strict_loading!"sv, "stringify_keys"sv, "stringify_keys!"sv,
    "strip"sv, "strip!"sv, "sub"sv, "sub!"sv, "sub_first"sv, "succ"sv, "sum"sv, "superclass"sv, "swapcase"sv,
    "symbolize_keys"sv, "symbolize_keys!"sv, "table_name"sv, "tableize"sv, "take"sv, "take_while"sv, "tally"sv,
    "then"sv, "third"sv, "times"sv, "titleize"sv, "to"sv, "to_a"sv, "to_c"sv, "to_d"sv, "to_date"sv, "to_datetime"sv,
    "to_f"sv, "to_formatted_s"sv, "to_fs"sv, "to_h"sv, "to_hash"sv, "to_i"sv, "to_json"sv, "to_param"sv, "to_path"sv,
    "to_query"sv, "to_r"sv, "to_s"sv, "to_sentence"sv, "to_set"sv, "to_sql"sv, "to_str"sv, "to_sym"sv, "to_time"sv,
    "to_unsafe_h"sv, "tomorrow"sv, "tr"sv, "transform_keys"sv, "transform_values"sv, "transpose"sv, "truncate"sv,
    "truncate_words"sv, "underscore"sv, "unicode_normalize"sv, "union"sv, "uniq"sv, "uniq!"sv, "unpack"sv, "unpack1"sv,
    "unshift"sv, "until"sv, "upcase"sv, "upcase!"sv, "upto"sv, "usec"sv, "utc"sv, "valid_encoding?"sv, "values"sv,
    "values_at"sv, "values_list"sv, "wday"sv, "week"sv, "weeks"sv, "where"sv, "with_index"sv,
    "with_indifferent_access"sv, "with_object"sv, "with_options"sv, "without"sv, "write_attribute"sv, "yday"sv,
    "year"sv, "years"sv, "yesterday"sv, "zip"sv};
constexpr std::array kConstants{
    "ActionController"sv, "ActionView"sv, "ActiveSupport"sv, "Addressable"sv, "Arel"sv, "ArgumentError"sv, "Array"sv,
    "BCrypt"sv, "Base64"sv, "Benchmark"sv, "BigDecimal"sv, "Bundler"sv, "CGI"sv, "CSV"sv, "Comparable"sv, "Complex"sv,
    "Concurrent"sv, "Date"sv, "DateTime"sv, "Digest"sv, "Dir"sv, "ENV"sv, "ERB"sv, "Encoding"sv, "Etc"sv, "Exception"sv,
    "File"sv, "FileUtils"sv, "Float"sv, "GC"sv, "Gem"sv, "Hash"sv, "I18n"sv, "IPAddr"sv, "Integer"sv, "JSON"sv,
    "Logger"sv, "Math"sv, "Mime"sv, "Money"sv, "Monitor"sv, "MultiJson"sv, "Mutex"sv, "NameError"sv, "Nokogiri"sv,
    "NotImplementedError"sv, "Oj"sv, "OpenSSL"sv, "Pastel"sv, "Pathname"sv, "ProgressBar"sv, "Psych"sv,
    "RUBY_VERSION"sv, "Rails"sv, "Rainbow"sv, "Random"sv, "Range"sv, "Rational"sv, "RbConfig"sv, "Regexp"sv,
    "RubyProgressbar"sv, "RuntimeError"sv, "SecureRandom"sv, "Set"sv, "StandardError"sv, "String"sv, "StringIO"sv,
    "TTY"sv, "Time"sv, "Timeout"sv, "ULID"sv, "URI"sv, "UUID"sv, "YAML"sv, "Zlib"sv};
constexpr std::array kAsks{
    "Array"sv, "BigDecimal"sv, "Float"sv, "Integer"sv, "Rational"sv, "String"sv, "__method__"sv, "abort"sv,
    "adapter_name"sv, "binding"sv, "block_given?"sv, "caller"sv, "caller_locations"sv, "check_constraints"sv, "clear"sv,
    "clear!"sv, "clear_cache!"sv, "clear_query_cache"sv, "collation"sv, "column_comment"sv, "column_exists?"sv,
    "columns"sv, "configuration_hash"sv, "connection"sv, "connection_config"sv, "connection_db_config"sv,
    "connection_pool"sv, "current_database"sv, "current_schema"sv, "current_schemas"sv, "current_transaction"sv,
    "data_sources"sv, "database_version"sv, "db_config"sv, "default_sequence_name"sv, "encoding"sv, "enum_types"sv,
    "escape"sv, "escape_literal"sv, "escape_string"sv, "exclusion_constraints"sv, "exit"sv, "extensions"sv, "fail"sv,
    "foreign_keys"sv, "format"sv, "index_exists?"sv, "index_name"sv, "index_name_length"sv, "indexes"sv, "joinable"sv,
    "lease_connection"sv, "logger"sv, "lookup_cast_type"sv, "loop"sv, "max_identifier_length"sv, "migration_context"sv,
    "native_database_types"sv, "open_transactions"sv, "p"sv, "pk_and_sequence_for"sv, "pool"sv, "postgresql_version"sv,
    "pp"sv, "primary_key"sv, "primary_keys"sv, "print"sv, "private_constant"sv, "proper_table_name"sv, "puts"sv,
    "quote"sv, "quote_column_name"sv, "quote_default_expression"sv, "quote_ident"sv, "quote_string"sv,
    "quote_table_name"sv, "quote_table_name_for_assignment"sv, "quoted_date"sv, "quoted_false"sv, "quoted_true"sv,
    "raise"sv, "rand"sv, "raw_connection"sv, "require"sv, "reset_column_information"sv, "say"sv, "schema_cache"sv,
    "schema_creation"sv, "schema_names"sv, "schema_search_path"sv, "serial_sequence"sv, "server_version"sv, "sleep"sv,
    "sprintf"sv, "table_comment"sv, "table_exists?"sv, "table_name_length"sv, "table_name_prefix"sv,
    "table_name_suffix"sv, "tables"sv, "transaction_status"sv, "type_to_sql"sv, "unique_constraints"sv, "verbose"sv,
    "version"sv, "views"sv, "visit_column"sv, "warn"sv, "with_connection"sv, "yield"sv};
constexpr std::array kReadsRows{
    "all"sv, "and"sv, "annotate"sv, "any?"sv, "arel_table"sv, "associated"sv, "attribute_names"sv, "attribute_types"sv,
    "available_locales"sv, "average"sv, "batch_size"sv, "build"sv, "column_defaults"sv, "column_names"sv, "columns"sv,
    "columns_hash"sv, "connection"sv, "connection_pool"sv, "count"sv, "count_by_sql"sv, "create_with"sv,
    "default_locale"sv, "defined_enums"sv, "descendants"sv, "distinct"sv, "each"sv, "eager_load"sv, "empty?"sv,
    "excluding"sv, "exists?"sv, "extending"sv, "filter_map"sv, "find"sv, "find_by"sv, "find_by!"sv, "find_by_sql"sv,
    "find_each"sv, "find_in_batches"sv, "find_or_initialize_by"sv, "first"sv, "first!"sv, "first_or_initialize"sv,
    "flat_map"sv, "from"sv, "group"sv, "group_by"sv, "having"sv, "human_attribute_name"sv, "ids"sv, "in_batches"sv,
    "in_order_of"sv, "includes"sv, "includes_values"sv, "index_by"sv, "index_with"sv, "inheritance_column"sv,
    "invert_where"sv, "joins"sv, "keys"sv, "last"sv, "last!"sv, "lease_connection"sv, "left_joins"sv,
    "left_outer_joins"sv, "length"sv, "limit"sv, "limit_value"sv, "load"sv, "loaded?"sv, "locale"sv, "locales"sv,
    "lock"sv, "lock!"sv, "many?"sv, "map"sv, "maximum"sv, "merge"sv, "minimum"sv, "missing"sv, "model_name"sv, "new"sv,
    "none"sv, "none?"sv, "not"sv, "offset"sv, "one?"sv, "only_deleted"sv, "optimizer_hints"sv, "or"sv, "order"sv,
    "partition"sv, "pick"sv, "pluck"sv, "preload"sv, "primary_key"sv, "quote_value"sv, "quoted_table_name"sv,
    "readonly"sv, "references"sv, "reflect_on_all_associations"sv, "reflect_on_association"sv, "reflections"sv,
    "regroup"sv, "reject"sv, "reload"sv, "reorder"sv, "reselect"sv, "reset_column_information"sv, "rewhere"sv,
    "sanitize_sql"sv, "sanitize_sql_array"sv, "sanitize_sql_for_conditions"sv, "sanitize_sql_like"sv, "scoping"sv,
    "second"sv, "select"sv, "select_map"sv, "service"sv, "services"sv, "size"sv, "sole"sv, "sort_by"sv,
    "strict_loading"sv, "sum"sv, "table_exists?"sv, "table_name"sv, "take"sv, "take!"sv, "to_a"sv, "to_sql"sv,
    "transaction"sv, "unscope"sv, "unscoped"sv, "values"sv, "where"sv, "with"sv, "with_connection"sv, "with_deleted"sv,
    "with_discarded"sv, "with_locale"sv, "with_lock"sv, "without"sv};
constexpr std::array kDeclares{
    "abstract_class"sv, "accepts_nested_attributes_for"sv, "acts_as_list"sv, "acts_as_nested_set"sv,
    "acts_as_paranoid"sv, "acts_as_taggable"sv, "acts_as_tree"sv, "acts_as_votable"sv, "after_commit"sv,
    "after_create"sv, "after_create_commit"sv, "after_destroy"sv, "after_find"sv, "after_initialize"sv, "after_save"sv,
    "after_update"sv, "after_update_commit"sv, "after_validation"sv, "alias_attribute"sv, "around_save"sv,
    "attr_accessible"sv, "attr_accessor"sv, "attr_encrypted"sv, "attr_protected"sv, "attr_reader"sv, "attr_readonly"sv,
    "attr_writer"sv, "attribute"sv, "attribute_method_suffix"sv, "before_create"sv, "before_destroy"sv, "before_save"sv,
    "before_update"sv, "before_validation"sv, "belongs_to"sv, "cattr_accessor"sv, "class_attribute"sv,
    "class_methods"sv, "composed_of"sv, "connects_to"sv, "default_scope"sv, "delegate"sv, "delegate_missing_to"sv,
    "devise"sv, "disable_ddl_transaction!"sv, "disable_lock_retries!"sv, "disable_statement_timeout!"sv,
    "enable_lock_retries!"sv, "encrypts"sv, "enum"sv, "enumerize"sv, "establish_schema"sv, "extend"sv, "extended"sv,
    "format"sv, "freeze"sv, "friendly_id"sv, "generates_token_for"sv, "geocoded_by"sv, "has_ancestry"sv,
    "has_and_belongs_to_many"sv, "has_many"sv, "has_many_attached"sv, "has_one"sv, "has_one_attached"sv,
    "has_paper_trail"sv, "has_rich_text"sv, "has_secure_password"sv, "has_secure_token"sv, "ignored_columns"sv,
    "include"sv, "included"sv, "lambda"sv, "mattr_accessor"sv, "milestone"sv, "module_function"sv, "monetize"sv,
    "mount_uploader"sv, "no_touching"sv, "normalizes"sv, "private"sv, "private_class_method"sv, "private_constant"sv,
    "proc"sv, "protected"sv, "public"sv, "public_class_method"sv, "puts"sv, "raise"sv, "readonly_attributes"sv,
    "record_timestamps"sv, "refine"sv, "require"sv, "require_relative"sv, "restrict_gitlab_migration"sv,
    "reverse_geocoded_by"sv, "rolify"sv, "scope"sv, "self"sv, "self_joins"sv, "serialize"sv, "sti_name"sv, "store"sv,
    "store_accessor"sv, "store_full_sti_class"sv, "suppress_messages"sv, "table_name"sv, "translates"sv, "using"sv,
    "validate"sv, "validates"sv, "validates_associated"sv, "validates_format_of"sv, "validates_inclusion_of"sv,
    "validates_length_of"sv, "validates_numericality_of"sv, "validates_presence_of"sv, "validates_uniqueness_of"sv,
    "version"sv};
constexpr std::array kSets{
    "abstract_class="sv, "belongs_to_required_by_default="sv, "current="sv, "default_timezone="sv, "ignored_columns="sv,
    "inheritance_column="sv, "level="sv, "locale="sv, "lock_optimistically="sv, "logger="sv, "mode="sv,
    "partial_inserts="sv, "partial_writes="sv, "per_page="sv, "pluralize_table_names="sv, "primary_key="sv,
    "readonly_attributes="sv, "record_timestamps="sv, "sequence_name="sv, "silence="sv, "store_full_class_name="sv,
    "store_full_sti_class="sv, "sync="sv, "table_name="sv, "table_name_prefix="sv, "table_name_suffix="sv,
    "time_zone="sv, "total="sv, "verbose="sv, "zone="sv};
// clang-format on

/// A question by its name: empty?, table_exists?
bool is_question(std::string_view method) { return method.ends_with('?'); }

}  // namespace

bool only_computes(std::string_view method) {
    // Operators, and [], are methods as well.
    const bool is_operator = !method.empty() && method.find_first_not_of("+-*/%<>=!&|^~[]") == method.npos;
    return is_question(method) || is_operator || is_among(method, kComputes);
}

bool is_harmless_constant(std::string_view path) {
    if (path.starts_with("::")) path.remove_prefix(2);
    return is_among(path.substr(0, path.find_first_of(".:[(")), kConstants);
}

bool only_asks(std::string_view method) {
    return is_question(method) || method.starts_with("quote_") || is_among(method, kAsks);
}

bool only_reads_rows(std::string_view method) {
    return is_question(method) || method.starts_with("find_by_") || is_among(method, kReadsRows);
}

bool changes_rows(std::string_view method) {
    constexpr std::array kWriters{"create"sv,
                                  "create!"sv,
                                  "update"sv,
                                  "update!"sv,
                                  "update_all"sv,
                                  "delete_all"sv,
                                  "destroy_all"sv,
                                  "insert_all"sv,
                                  "insert_all!"sv,
                                  "upsert_all"sv,
                                  "save"sv,
                                  "save!"sv,
                                  "update_columns"sv,
                                  "update_column"sv,
                                  "update_attribute"sv,
                                  "destroy"sv,
                                  "destroy!"sv,
                                  "delete"sv,
                                  "touch"sv,
                                  "find_or_create_by!"sv,
                                  "touch_all"sv,
                                  "update_attributes"sv,
                                  "find_or_create_by"sv,
                                  "increment!"sv,
                                  "update_attributes!"sv,
                                  "decrement!"sv,
                                  "toggle!"sv,
                                  "discard"sv,
                                  "really_destroy!"sv};
    return std::find(kWriters.begin(), kWriters.end(), method) != kWriters.end();
}

bool only_declares(std::string_view method) { return is_question(method) || is_among(method, kDeclares); }

bool only_sets(std::string_view method) { return is_among(method, kSets); }

}  // namespace pgfence::extract
