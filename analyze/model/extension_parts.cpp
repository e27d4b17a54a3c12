#include "analyze/model/extension_parts.h"

#include <algorithm>
#include <array>

namespace pgfence {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> kCitext{"citext"};
constexpr std::array<std::string_view, 1> kHstore{"hstore"};
constexpr std::array<std::string_view, 6> kHstoreFunctions{"akeys", "avals",          "skeys",
                                                           "svals", "hstore_to_json", "hstore_to_jsonb"};
constexpr std::array<std::string_view, 10> kUuid{
    "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v3", "uuid_generate_v4", "uuid_generate_v5",
    "uuid_nil",         "uuid_ns_dns",        "uuid_ns_url",      "uuid_ns_oid",      "uuid_ns_x500"};
constexpr std::array<std::string_view, 9> kCrypto{
    "crypt", "gen_salt", "digest", "hmac", "encrypt", "decrypt", "armor", "pgp_sym_encrypt", "gen_random_bytes"};
constexpr std::array<std::string_view, 3> kLtree{"ltree", "lquery", "ltxtquery"};
constexpr std::array<std::string_view, 5> kGis{"geometry", "geography", "box2d", "box3d", "raster"};
constexpr std::array<std::string_view, 3> kVector{"vector", "halfvec", "sparsevec"};
constexpr std::array<std::string_view, 1> kCube{"cube"};
constexpr std::array<std::string_view, 1> kSeg{"seg"};
constexpr std::array<std::string_view, 8> kIsn{"ean13", "isbn13", "ismn13", "issn13", "isbn", "ismn", "issn", "upc"};
constexpr std::array<std::string_view, 3> kTrigramFunctions{"similarity", "word_similarity", "show_trgm"};
constexpr std::array<std::string_view, 2> kTrigram{"gin_trgm_ops", "gist_trgm_ops"};
constexpr std::array<std::string_view, 3> kIntarray{"gin__int_ops", "gist__int_ops", "gist__intbig_ops"};
constexpr std::array<std::string_view, 1> kUnaccent{"unaccent"};
constexpr std::array<std::string_view, 1> kEarth{"earth"};
constexpr std::array<std::string_view, 3> kEarthFunctions{"ll_to_earth", "earth_box", "earth_distance"};

constexpr std::array<ExtensionParts, 14> kParts{{
    {"citext", kCitext, {}, {}},
    {"hstore", kHstore, kHstoreFunctions, {}},
    {"uuid-ossp", {}, kUuid, {}},
    {"pgcrypto", {}, kCrypto, {}},
    {"ltree", kLtree, {}, {}},
    {"postgis", kGis, {}, {}},
    {"vector", kVector, {}, {}},
    {"cube", kCube, {}, {}},
    {"seg", kSeg, {}, {}},
    {"isn", kIsn, {}, {}},
    {"pg_trgm", {}, kTrigramFunctions, kTrigram},
    {"intarray", {}, {}, kIntarray},
    {"unaccent", {}, kUnaccent, {}},
    {"earthdistance", kEarth, kEarthFunctions, {}},
}};

}  // namespace

const ExtensionParts* parts_of_extension(std::string_view name) {
    const auto found = std::find_if(kParts.begin(), kParts.end(), [&](const auto& p) { return p.extension == name; });
    return found == kParts.end() ? nullptr : &*found;
}

}  // namespace pgfence
