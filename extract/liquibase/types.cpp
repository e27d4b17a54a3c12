#include "extract/liquibase/types.h"

#include <algorithm>
#include <array>

#include "core/path_text.h"
#include "extract/lines.h"

namespace pgfence::extract::liquibase {
namespace {

using namespace std::string_view_literals;

enum class Kind { number, plain, with_parameters, boolean, time, timestamp };

struct Known {
    std::string_view names;  ///< with those of java.sql.Types, between spaces
    std::string_view sql;
    Kind kind;
};

constexpr std::array kKnown{
    Known{" bigint biginteger long integer8 bigserial serial8 int8 ", "BIGINT", Kind::number},
    Known{" int integer serial int4 serial4 mediumint ", "INTEGER", Kind::number},
    Known{" smallint int2 smallserial tinyint ", "SMALLINT", Kind::number},
    Known{" boolean bool ", "BOOLEAN", Kind::boolean},
    // Large objects, as Hibernate has them: oid for "blob" alone.
    Known{" blob ", "OID", Kind::plain},
    Known{" longblob longvarbinary varbinary binary image tinyblob mediumblob bytea ", "BYTEA", Kind::plain},
    Known{" clob longvarchar text longtext nclob longnvarchar ntext tinytext mediumtext ", "TEXT", Kind::plain},
    Known{" currency money smallmoney ", "MONEY", Kind::plain},
    Known{" date ", "DATE", Kind::plain},
    Known{" double ", "DOUBLE PRECISION", Kind::number},
    Known{" real ", "REAL", Kind::number},
    Known{" float ", "FLOAT", Kind::number},
    Known{" decimal bigdecimal ", "DECIMAL", Kind::number},
    Known{" number numeric ", "numeric", Kind::number},
    Known{" char bpchar character nchar nchar2 ", "CHAR", Kind::with_parameters},
    Known{" varchar string varchar2 nvarchar nvarchar2 ", "VARCHAR", Kind::with_parameters},
    Known{" uuid uniqueidentifier ", "UUID", Kind::plain},
    Known{" xml xmltype sqlxml ", "XML", Kind::plain},
    Known{" time timetz ", "TIME", Kind::time},
    Known{" datetime smalldatetime datetime2 ", "TIMESTAMP", Kind::timestamp},
    Known{" timestamp timestamptz timestamp_with_timezone ", "TIMESTAMP", Kind::timestamp},
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

const Known* known(std::string_view name) {
    const std::string wanted = " " + std::string(name) + " ";
    const auto found =
        std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& one) { return has(one.names, wanted); });
    return found == kKnown.end() ? nullptr : &*found;
}

/// "java.sql.Types.VARCHAR" is VARCHAR.
std::string_view without_java(std::string_view name) {
    return name.starts_with("java.") ? name.substr(name.rfind('.') + 1) : name;
}

/// The largest length, which is how some say that there is none.
constexpr std::string_view kNoLimit = "(2147483647)";

}  // namespace

Type postgres_type(std::string_view description) {
    const std::string written(trim(description));
    const std::string lower = lower_case(written);
    const std::size_t open = std::min(lower.find('('), lower.size());
    const std::size_t close = std::min(lower.find(')', open), lower.size());
    const std::string parameters = open < close ? written.substr(open, close + 1 - open) : std::string();
    const std::string_view head = trim(std::string_view(lower).substr(0, open));
    const bool with_zone =
        has(lower, "tz") || has(lower, "with time zone") || has(lower, "with_timezone") || has(lower, "with timezone");
    const std::string_view first = without_java(head.substr(0, head.find(' ')));
    const Known* found = known(first);
    // "double precision", "character varying(20)", an array or a type of the database's own stay as they are.
    const bool more_words = head.find(' ') != head.npos && !head.starts_with("time") && !head.starts_with("datetime");
    if (!found || more_words || has(lower, "[")) return {written, false, head.starts_with("double"), false};
    const bool serial = has(first, "serial");
    switch (found->kind) {
        case Kind::number: {
            const bool takes_parameters = found->sql == "DECIMAL" || found->sql == "numeric" || found->sql == "FLOAT";
            return {std::string(found->sql) + (takes_parameters ? parameters : ""), serial, true, false};
        }
        case Kind::plain: return {std::string(found->sql)};
        case Kind::boolean: return {"BOOLEAN", false, false, true};
        case Kind::with_parameters: return {std::string(found->sql) + (parameters == kNoLimit ? "" : parameters)};
        case Kind::time: return {"TIME" + parameters + (with_zone ? " WITH TIME ZONE" : " WITHOUT TIME ZONE")};
        case Kind::timestamp:
            return {"TIMESTAMP" + parameters + (with_zone ? " WITH TIME ZONE" : " WITHOUT TIME ZONE")};
    }
    return {written};
}

}  // namespace pgfence::extract::liquibase
