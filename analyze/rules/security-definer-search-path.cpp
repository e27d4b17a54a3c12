#include <algorithm>

#include "analyze/kit/judge.h"

namespace pgfence::rules {

extern const Rule security_definer_search_path{
    .title = "SECURITY DEFINER function without SET search_path",
    .category = Category::correctness,
    .why = R"(
The function runs with its owner's rights but looks names up in the caller's `search_path`. Whoever may create objects
in any schema there can put a table or an operator of the same name in front of the one that is meant, and has it used
with the owner's rights.

Add `SET search_path = ''` (and write every name with its schema), or name the schemas that only the owner can write
to, `pg_temp` last.
)",
    .bad = {R"(
CREATE TABLE admins (id bigint PRIMARY KEY);
CREATE TABLE users (id bigint PRIMARY KEY, admin boolean);
-- migration:
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT EXISTS (SELECT FROM admins)';
)",
            R"(
CREATE OR REPLACE PROCEDURE promote() LANGUAGE plpgsql SECURITY DEFINER SET work_mem = '1GB' AS $$
BEGIN
    UPDATE users SET admin = true WHERE id = 1;
END $$;
)"},
    .good = {R"(
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = ''
    AS 'SELECT EXISTS (SELECT FROM public.admins)';
)",
             R"(
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM admins)';
)",
             R"(
CREATE FUNCTION one() RETURNS integer LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT 1; END;
)"},
    .about = kinds<CreateFunction>,
    .check = [](const Step& step) -> std::vector<Consequence> {
        const auto* function = step.is<CreateFunction>();
        if (!function || !function->security_definer || function->atomic) return {};
        const auto& set = function->settings;
        if (std::find(set.begin(), set.end(), "search_path") != set.end()) return {};
        Consequence consequence;
        consequence.message = fmt::format(
            "{} runs with its owner's rights, but resolves names by its caller's search_path", in_code(function->name));
        return {std::move(consequence)};
    },
    .aliases = "function-search-path-mutable",
    .severity = Severity::warning,
};

}  // namespace pgfence::rules
