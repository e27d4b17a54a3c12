#include "extract/python/harmless.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace pgfence::extract {
namespace {

using namespace std::string_view_literals;

// clang-format off
constexpr std::array kComputes{
    "__contains__"sv, "__enter__"sv, "__exit__"sv, "__getitem__"sv, "__iter__"sv, "__len__"sv, "__next__"sv,
    "__repr__"sv, "__str__"sv, "_asdict"sv, "_mapping"sv, "absolute"sv, "add"sv, "all"sv, "append"sv, "appendleft"sv,
    "as_posix"sv, "as_tuple"sv, "astimezone"sv, "bit_length"sv, "bytes"sv, "capitalize"sv, "casefold"sv, "center"sv,
    "clear"sv, "close"sv, "close_all"sv, "columns"sv, "copy"sv, "count"sv, "critical"sv, "date"sv, "debug"sv,
    "decode"sv, "dialect_name"sv, "difference"sv, "difference_update"sv, "digest"sv, "discard"sv, "elements"sv,
    "encode"sv, "end"sv, "endswith"sv, "error"sv, "exception"sv, "exists"sv, "expandtabs"sv, "expanduser"sv, "extend"sv,
    "fetchall"sv, "fetchmany"sv, "fetchone"sv, "find"sv, "findall"sv, "finditer"sv, "first"sv, "flush"sv, "format"sv,
    "format_map"sv, "fullmatch"sv, "get"sv, "getChild"sv, "get_check_constraints"sv, "get_columns"sv, "get_enums"sv,
    "get_foreign_keys"sv, "get_indexes"sv, "get_materialized_view_names"sv, "get_pk_constraint"sv, "get_schema_names"sv,
    "get_sequence_names"sv, "get_sorted_table_and_fkc_names"sv, "get_table_comment"sv, "get_table_names"sv,
    "get_unique_constraints"sv, "get_view_definition"sv, "get_view_names"sv, "glob"sv, "group"sv, "groupdict"sv,
    "groups"sv, "has_index"sv, "has_schema"sv, "has_sequence"sv, "has_table"sv, "hex"sv, "hexdigest"sv, "index"sv,
    "info"sv, "insert"sv, "inserted_primary_key"sv, "int"sv, "intersection"sv, "intersection_update"sv,
    "isEnabledFor"sv, "is_dir"sv, "is_file"sv, "is_integer"sv, "isalnum"sv, "isalpha"sv, "isdigit"sv, "isidentifier"sv,
    "islower"sv, "isnumeric"sv, "isoformat"sv, "isoweekday"sv, "isspace"sv, "issubset"sv, "issuperset"sv, "isupper"sv,
    "items"sv, "iterdir"sv, "join"sv, "joinpath"sv, "keys"sv, "ljust"sv, "localize"sv, "log"sv, "lower"sv, "lstrip"sv,
    "mappings"sv, "match"sv, "most_common"sv, "mro"sv, "normalize"sv, "one"sv, "one_or_none"sv, "open"sv,
    "parse_args"sv, "partition"sv, "partitions"sv, "pop"sv, "popitem"sv, "popleft"sv, "quantize"sv, "read"sv,
    "read_bytes"sv, "read_text"sv, "readline"sv, "readlines"sv, "relative_to"sv, "remove"sv, "removeprefix"sv,
    "removesuffix"sv, "replace"sv, "resolve"sv, "reverse"sv, "rfind"sv, "rglob"sv, "rindex"sv, "rjust"sv,
    "rpartition"sv, "rsplit"sv, "rstrip"sv, "scalar"sv, "scalar_one"sv, "scalar_one_or_none"sv, "scalars"sv, "search"sv,
    "seek"sv, "setLevel"sv, "set_description"sv, "set_postfix"sv, "setdefault"sv, "sort"sv, "span"sv, "split"sv,
    "splitlines"sv, "startswith"sv, "strftime"sv, "strip"sv, "strptime"sv, "style"sv, "sub"sv, "subn"sv, "swapcase"sv,
    "symmetric_difference"sv, "tell"sv, "time"sv, "timestamp"sv, "title"sv, "to_integral_value"sv, "tobytes"sv,
    "toordinal"sv, "total_seconds"sv, "translate"sv, "tuples"sv, "union"sv, "unique"sv, "update"sv, "upper"sv,
    "utcoffset"sv, "values"sv, "warn"sv, "warning"sv, "weekday"sv, "with_name"sv, "with_suffix"sv, "write"sv,
    "write_line"sv, "writelines"sv, "writerow"sv, "writerows"sv, "yield_per"sv, "zfill"sv};
constexpr std::array kModules{
    "abc"sv, "ast"sv, "attr"sv, "attrs"sv, "babel"sv, "base64"sv, "bcrypt"sv, "binascii"sv, "bisect"sv, "bleach"sv,
    "bs4"sv, "calendar"sv, "click"sv, "collections"sv, "colorama"sv, "contextlib"sv, "copy"sv, "cryptography"sv,
    "csv"sv, "dataclasses"sv, "datetime"sv, "dateutil"sv, "decimal"sv, "decouple"sv, "dotenv"sv, "enum"sv, "environ"sv,
    "filecmp"sv, "fnmatch"sv, "fractions"sv, "functools"sv, "glob"sv, "gnupg"sv, "gzip"sv, "hashlib"sv, "heapq"sv, "html"sv, "html2text"sv,
    "inspect"sv, "io"sv, "itertools"sv, "json"sv, "locale"sv, "logging"sv, "loguru"sv, "markdown"sv, "markdown_it"sv,
    "markdownify"sv, "math"sv, "mimetypes"sv, "nanoid"sv, "numbers"sv, "numpy"sv, "operator"sv, "orjson"sv, "packaging"sv,
    "passlib"sv, "pathlib"sv,
    "phonenumber_field"sv, "phonenumbers"sv, "platform"sv, "pprint"sv, "pycountry"sv, "pydantic"sv, "pytz"sv,
    "random"sv, "re"sv, "rich"sv, "secrets"sv, "shortuuid"sv, "shutil"sv, "simplejson"sv, "six"sv, "slugify"sv,
    "statistics"sv, "string"sv, "struct"sv, "structlog"sv, "tempfile"sv, "textwrap"sv, "time"sv, "toml"sv, "tomli"sv,
    "tqdm"sv, "traceback"sv, "types"sv, "typing"sv, "typing_extensions"sv, "tzlocal"sv, "ujson"sv, "ulid"sv,
    "unicodedata"sv, "unidecode"sv, "urllib"sv, "uuid"sv, "warnings"sv, "yaml"sv, "zlib"sv, "zoneinfo"sv};
constexpr std::array kFunctions{
    "abs"sv, "all"sv, "any"sv, "bin"sv, "bool"sv, "bytearray"sv, "bytes"sv, "callable"sv, "chr"sv, "classmethod"sv,
    "complex"sv, "dict"sv, "dir"sv, "divmod"sv, "enumerate"sv, "filter"sv, "float"sv, "format"sv, "frozenset"sv,
    "hasattr"sv, "hash"sv, "hex"sv, "id"sv, "input"sv, "int"sv, "isinstance"sv, "issubclass"sv, "iter"sv, "len"sv,
    "list"sv, "map"sv, "max"sv, "memoryview"sv, "min"sv, "next"sv, "object"sv, "oct"sv, "open"sv, "ord"sv, "pow"sv,
    "print"sv, "property"sv, "range"sv, "repr"sv, "reversed"sv, "round"sv, "set"sv, "slice"sv, "sorted"sv,
    "staticmethod"sv, "str"sv, "sum"sv, "super"sv, "tuple"sv, "type"sv, "zip"sv, "xrange"sv, "unicode"sv, "unichr"sv,
    "long"sv, "basestring"sv, "cmp"sv, "raw_input"sv};
constexpr std::array kOfSystem{
    "multiprocessing.cpu_count"sv, "os.cpu_count"sv, "os.environ"sv, "os.environ.get"sv, "os.environb"sv, "os.fspath"sv, "os.getcwd"sv, "os.getenv"sv,
    "os.getpid"sv, "os.linesep"sv, "os.listdir"sv, "os.makedirs"sv, "os.mkdir"sv, "os.name"sv, "os.path"sv, "os.remove"sv, "os.rename"sv, "os.replace"sv, "os.scandir"sv,
    "os.sep"sv, "os.stat"sv, "os.uname"sv, "os.unlink"sv, "os.urandom"sv, "os.walk"sv, "sys.argv"sv, "sys.exc_info"sv, "sys.exit"sv,
    "sys.getrecursionlimit"sv, "sys.getsizeof"sv, "sys.path"sv, "sys.stderr"sv, "sys.stdin"sv, "sys.stdout"sv,
    "sys.version_info"sv};
constexpr std::array kCallers{
    "all"sv, "any"sv, "filter"sv, "functools.partial"sv, "functools.reduce"sv, "heapq.nlargest"sv,
    "itertools.dropwhile"sv, "itertools.filterfalse"sv, "itertools.groupby"sv, "itertools.starmap"sv,
    "itertools.takewhile"sv, "list"sv, "map"sv, "max"sv, "min"sv, "next"sv, "reduce"sv, "set"sv, "sorted"sv, "sum"sv,
    "tuple"sv};
constexpr std::array kDecorators{
    "abc.abstractmethod"sv, "attr.s"sv, "attr.s()"sv, "classmethod"sv, "contextlib.contextmanager"sv,
    "dataclasses.dataclass"sv, "dataclasses.dataclass()"sv, "django.db.transaction.atomic"sv,
    "django.db.transaction.atomic()"sv, "django.utils.deconstruct.deconstructible"sv,
    "django.utils.deconstruct.deconstructible()"sv, "django.utils.functional.cached_property"sv, "enum.unique"sv,
    "functools.cache"sv, "functools.cached_property"sv, "functools.lru_cache"sv, "functools.lru_cache()"sv,
    "functools.total_ordering"sv, "functools.wraps"sv, "functools.wraps()"sv, "property"sv,
    "sqlalchemy.ext.declarative.declared_attr"sv, "sqlalchemy.ext.hybrid.hybrid_property"sv,
    "sqlalchemy.orm.declared_attr"sv, "sqlalchemy.orm.validates()"sv, "staticmethod"sv, "typing.final"sv,
    "typing.no_type_check"sv, "typing.overload"sv, "typing.override"sv, "typing.runtime_checkable"sv};
constexpr std::array kAttributes{
    "DEBUG"sv, "__doc__"sv, "__module__"sv, "__name__"sv, "__qualname__"sv, "disabled"sv, "elidable"sv, "help_text"sv,
    "level"sv, "propagate"sv, "reduces_to_sql"sv, "reversible"sv, "short_description"sv, "verbose_name"sv,
    "verbose_name_plural"sv};
// clang-format on

/// Of modules that also start programs and change what an import gives.
bool is_harmless_of_system(std::string_view path) {
    return std::any_of(kOfSystem.begin(), kOfSystem.end(), [&](std::string_view known) {
        return path.starts_with(known) && (path.size() == known.size() || path[known.size()] == '.');
    });
}

}  // namespace

bool is_harmless_method(std::string_view method) { return is_among(method, kComputes); }

bool is_harmless(const Call& call) {
    const std::string_view path = call.path;
    const std::string_view name = call.name();
    const std::string_view root = path.substr(0, path.find_first_of(".("));
    if (path.starts_with('.')) return is_harmless_method(name);
    if (path.find_first_of(".([") == path.npos) return is_among(path, kFunctions) || path.ends_with("Error");
    if (path.find("logg") != path.npos) return true;
    // What is called is what a call gave: functools.partial(drop)().
    if (path.ends_with(')')) return path.ends_with("namedtuple()");
    if (is_harmless_of_system(path)) return true;
    // dict.fromkeys, str.join
    const bool of_type = root == "dict" || root == "str" || root == "int" || root == "bytes" || root == "float";
    if (of_type || is_among(root, kModules)) return true;
    const bool of_result = path.find_first_of("([") != path.npos;
    return of_result && is_harmless_method(name);
}

bool makes_an_object(const Call& call) {
    const std::string_view name = call.name();
    const auto letter = name.find_first_not_of('_');
    return letter != name.npos && is_upper(name[letter]) && name.find('(') == name.npos;
}

bool is_harmless_decorator(std::string_view path) {
    return is_among(path, kDecorators) || path.ends_with(".setter") || path.ends_with(".getter");
}

bool is_harmless_attribute(std::string_view name) { return is_among(name, kAttributes); }

bool calls_its_arguments(std::string_view path) { return is_among(path, kCallers); }

}  // namespace pgfence::extract
