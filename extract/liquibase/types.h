#pragma once
// The column types of a changelog as Liquibase writes them for PostgreSQL (liquibase.datatype.core).

#include <string>
#include <string_view>

namespace pgfence::extract::liquibase {

struct Type {
    std::string sql;              ///< "TIMESTAMP WITH TIME ZONE"
    bool auto_increment = false;  ///< serial and its kin say so by themselves
    bool unquoted = false;        ///< values of it stand in SQL as they are: numbers
    bool boolean = false;
};
Type postgres_type(std::string_view description);

}  // namespace pgfence::extract::liquibase
