#pragma once
// What RunPython's functions do to rows through the historical models (db/models/query.py, db/models/deletion.py): each
// call that reaches the database as the statement it becomes. Which rows there are nobody knows: a loop over them is
// followed once.

#include <optional>
#include <string>
#include <vector>

#include "extract/program/sql_writer.h"
#include "extract/python/django_schema.h"
#include "extract/python/django_state.h"

namespace pgfence::extract {

class DjangoRows {
public:
    DjangoRows(SqlWriter& out, const DjangoState& state, const DjangoSchema& schema)
        : out_(out), state_(state), schema_(schema) {}

    /// What RunPython gives its function.
    static std::vector<Value> arguments();
    std::optional<Value> called(const Call& call);
    std::optional<Value> element(const Value& path);
    /// Rows of a model, or values of them, that no filter picks.
    bool any_rows(const Value& path);
    static std::optional<Value> look_up(const Value& path);
    /// The call does nothing to the database, or was read.
    static bool harmless(const Call& call);
    static bool harmless_of_django(const Call& call);

private:
    static bool only_asks(const Call& call);
    static bool only_reads(const Call& call);
    static bool is_of_one_row(const Call& call);
    static bool only_reads_rows_by_name(const Call& call);
    /// Rows that a program speaks of.
    struct Rows {
        /// Values are what values() gives: no rows any more. Links are those of a many-to-many field.
        enum class Of { model, set, values, row, fresh, links };
        Of what = Of::model;
        const DjangoModel* model = nullptr;
        std::string table;               ///< of links: that of a many-to-many field
        std::vector<std::string> where;  ///< what a set is narrowed to
    };
    std::optional<Rows> rows_of(const Value& value);
    std::optional<Rows> model_named(const Call& get_model) const;
    std::string table_elsewhere(const Value& value) const;
    bool insert_elsewhere(const Call& call);
    std::optional<Rows> member(const Rows& rows, const std::string& name);
    std::optional<Rows> result(Rows rows, const Call& call);
    const DjangoModel* referring(const DjangoModel& model, std::string_view name, bool& single);

    bool on_rows(const Rows& rows, const Call& call);
    bool on_links(const Rows& rows, const Call& call);
    bool on_connection(const Call& call);
    void select(const Rows& rows, ByteRange place);
    void insert(const DjangoModel& model, ByteRange place);
    void update(const Rows& rows, const std::vector<std::pair<std::string, std::string>>& values, ByteRange place);
    void update_any(const Rows& rows, const Call& call);
    void save(const Rows& rows, const Call& call);
    void remove(const Rows& rows, ByteRange place, int depth);
    void execute(const Call& call);
    void foreign(const Call& call);
    bool makes_permissions(const Call& call);

    std::string condition(const DjangoModel& model, const std::string& key, const Value& value);
    std::string value_sql(const DjangoModel& model, const Value& value);
    std::string parameter() { return "$" + std::to_string(++parameters_); }
    static std::string where(const std::vector<std::string>& conditions);

    SqlWriter& out_;
    const DjangoState& state_;
    const DjangoSchema& schema_;
    int parameters_ = 0;  ///< of the statement that is being written
    int searches_ = 0;
};

}  // namespace pgfence::extract
