#include "extract/python/django_state.h"

#include <algorithm>
#include <array>

#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {

using namespace std::string_view_literals;

std::string text_of(const Value* value) {
    return value && value->is_text() && !value->holds_unknown ? value->text : std::string();
}

const Value* DjangoField::get(const std::string& key) const {
    const auto found = options.find(key);
    return found == options.end() || found->second.is(Value::Kind::nothing) ? nullptr : &found->second;
}

bool DjangoField::flag(const std::string& key, bool fallback) const {
    const Value* value = get(key);
    return value ? value->truth().value_or(fallback) : fallback;
}

std::string DjangoField::column() const {
    const Value* own = get("db_column");
    if (own && own->is_text()) return own->text;
    return is_key() ? name + "_id" : name;
}

DjangoField* DjangoModel::field(std::string_view wanted) {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const DjangoField& f) { return f.name == wanted; });
    return found == fields.end() ? nullptr : &*found;
}
const DjangoField* DjangoModel::field(std::string_view wanted) const {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const DjangoField& f) { return f.name == wanted; });
    return found == fields.end() ? nullptr : &*found;
}
const DjangoField* DjangoModel::key() const {
    const auto found = std::find_if(fields.begin(), fields.end(), [](const DjangoField& f) { return f.primary_key(); });
    return found == fields.end() ? nullptr : &*found;
}

DjangoModel* DjangoState::model(const std::string& app, std::string_view name) {
    const auto found = models.find(lower_case(app) + "." + lower_case(name));
    return found == models.end() ? nullptr : &found->second;
}

void DjangoState::add_what_is_new(const std::map<std::string, DjangoModel>& now,
                                  const std::map<std::string, DjangoModel>& was) {
    for (const auto& [path, model] : now) {
        const auto former = was.find(path);
        const auto known = models.find(path);
        if (former == was.end()) models.emplace(path, model);
        if (former == was.end() || known == models.end()) continue;
        for (const DjangoField& field : model.fields)
            if (!former->second.field(field.name) && !known->second.field(field.name))
                known->second.fields.push_back(field);
    }
}

bool DjangoField::is_key() const {
    constexpr std::array kKeys{"ForeignKey"sv, "OneToOneField"sv, "ParentalKey"sv};
    return std::find(kKeys.begin(), kKeys.end(), kind) != kKeys.end();
}

bool DjangoField::is_column() const {
    constexpr std::array kNone{"TaggableManager"sv, "GenericRelation"sv, "GenericForeignKey"sv};
    return !is_many_to_many() && std::find(kNone.begin(), kNone.end(), kind) == kNone.end();
}

namespace {

const DjangoModel* target_in(const std::map<std::string, DjangoModel>& models, const DjangoModel& from,
                             const Value* to) {
    if (!to) return nullptr;
    if (to->is(Value::Kind::path) && to->text.find("AUTH_USER_MODEL") != std::string::npos) {
        // What AbstractBaseUser gives its heirs.
        for (const auto& [path, model] : models)
            if (model.field("password") && model.field("last_login") && model.exists) return &model;
        return nullptr;
    }
    if (!to->is_text()) return nullptr;
    if (to->text == "self") return &from;
    const bool full = to->text.find('.') != std::string::npos;
    const auto found = models.find(full ? lower_case(to->text) : lower_case(from.app + "." + to->text));
    return found == models.end() ? nullptr : &found->second;
}

}  // namespace

const DjangoModel* DjangoState::target(const DjangoModel& from, const Value* to) const {
    return target_in(models, from, to);
}
const DjangoModel* DjangoState::announced(const DjangoModel& from, const Value* to) const {
    return target_in(created, from, to);
}

std::optional<DjangoField> django_field(const std::string& name, const Value& value) {
    if (!value.call) return std::nullopt;
    DjangoField field;
    field.name = name;
    field.kind = last_name(value);
    field.path = value.call->path;
    field.args = value.call->args;
    for (const auto& [key, option] : value.call->named) field.options[key] = option;
    const bool related = field.is_key() || field.is_many_to_many();
    if (related && !value.call->args.empty()) field.options.emplace("to", value.call->args.front());
    return field;
}

}  // namespace pgfence::extract
