// Operations and fields that are classes of the repository: what they make of their arguments, and the class of Django
// that they derive from. And RunPython, which runs a function of it.

#include "extract/python/django_operations.h"
#include "extract/python/harmless.h"
#include "extract/python/package_types.h"
#include "extract/python/sqlalchemy.h"

namespace pgfence::extract {
namespace {

constexpr int kDeepestBases = 8;
/// What state_forwards is given.
constexpr std::string_view kState = "django.state";

bool is_django(const std::string& path) { return path.starts_with("django."); }

}  // namespace

std::string DjangoOperations::django_class(const std::string& path, int depth) {
    if (is_django(path) || depth > kDeepestBases) return is_django(path) ? path : std::string();
    for (const Value& base : program_->bases(path))
        if (base.is(Value::Kind::path))
            if (std::string found = django_class(base.text, depth + 1); !found.empty()) return found;
    const std::string_view base = django_base(path);
    return base.empty() ? std::string() : "django.db.models." + std::string(base);
}

std::string DjangoOperations::named_as_django(const std::string& path, int depth) {
    if (depth > kDeepestBases) return {};
    for (const Value& base : program_->bases(path)) {
        if (!base.is(Value::Kind::path)) continue;
        if (std::string found = named_as_django(base.text, depth + 1); !found.empty()) return found;
        if (DjangoSchema::knows(base.text.substr(base.text.rfind('.') + 1))) return base.text;
    }
    return {};
}

Call DjangoOperations::constructed(const std::string& path, const Value& self, Call call, int depth) {
    if (is_django(path) || depth > kDeepestBases) return call;
    const std::vector<Value> bases = program_->bases(path);
    const auto own = program_->own_member(path, "__init__");
    if (own && own->is(Value::Kind::code)) {
        Call given = call;
        given.args.insert(given.args.begin(), self);
        inherited_.reset();
        program_->call(*own, given);
        if (auto passed_on = std::exchange(inherited_, std::nullopt)) {
            call.args = std::move(passed_on->args);
            call.named = std::move(passed_on->named);
            call.more_args = passed_on->more_args;
        }
    }
    for (const Value& base : bases)
        if (base.is(Value::Kind::path)) call = constructed(base.text, self, std::move(call), depth + 1);
    return call;
}

std::optional<DjangoField> DjangoOperations::field(const std::string& name, const Value* value) {
    if (!value || !value->call) return std::nullopt;
    auto field = django_field(name, *value);
    const std::string& path = value->call->path;
    if (!field || !program_ || DjangoSchema::knows(field->kind) || is_django(path)) return field;
    std::string known = django_class(path, 0);
    // One of a library's is what its name says, as it is where a migration names it itself.
    if (known.empty()) known = named_as_django(path, 0);
    if (known.empty()) return field;
    const Value self = object_value();
    const Call call = constructed(path, self, *value->call, 0);
    field->kind = known.substr(known.rfind('.') + 1);
    field->options.clear();
    for (const auto& [key, option] : call.named) field->options[key] = option;
    if ((field->is_key() || field->is_many_to_many()) && !call.args.empty())
        field->options.emplace("to", call.args.front());
    // How long a package makes it where the migration does not say, its versions differ in.
    if (!django_base(path).empty() && field->kind == "CharField" && !field->get("max_length"))
        field->kind = last_name(*value);
    const auto answer = [&](const char* method, std::vector<Value> given) -> std::optional<std::string> {
        const auto own = program_->member(path, method);
        if (!own || !own->is(Value::Kind::code)) return std::nullopt;
        Call asked;
        asked.args = std::move(given);
        const Value said = program_->call(*own, asked);
        if (said.is_path("super()." + std::string(method) + "()")) return std::nullopt;
        return said.is(Value::Kind::text) && said.known() ? said.text : std::string();
    };
    // Field.db_type() looks up what get_internal_type() says.
    if (const auto internal = answer("get_internal_type", {self}))
        field->kind = DjangoSchema::knows(*internal) ? *internal : last_name(*value);
    if (const auto own_type = answer("db_type", {self, path_value("connection")})) {
        field->own_type = *own_type;
        if (field->own_type.empty()) field->kind = last_name(*value);
    }
    return field;
}

bool DjangoOperations::own_operation(const Call& call) {
    const std::string base = program_ ? django_class(call.path, 0) : std::string();
    if (base.empty() || is_django(call.path) || own_operation_) return false;
    const Value self = object_value();
    Call known = constructed(call.path, self, call, 0);
    known.path = base;
    const auto forwards = program_->member(call.path, "database_forwards");
    own_operation_ = &known;
    if (forwards && forwards->is(Value::Kind::code) && !silent_) {
        Call given;
        given.begin = call.begin;
        given.end = call.end;
        given.args = {self, text_value(app_)};
        const auto apps_and_editor = DjangoRows::arguments();
        given.args.insert(given.args.end(), {apps_and_editor[1], apps_and_editor[0], apps_and_editor[0]});
        runs_code_ = true;
        program_->call(*forwards, given);
        runs_code_ = false;
    } else {
        Value operation_value = path_value(base + "()");
        operation_value.call = std::make_shared<Call>(known);
        operation(operation_value);
    }
    // What it makes of the state may send statements as well.
    const auto state_forwards = program_->member(call.path, "state_forwards");
    if (state_forwards && state_forwards->is(Value::Kind::code) && !silent_) {
        Call given;
        given.begin = call.begin;
        given.end = call.end;
        given.args = {self, text_value(app_), path_value(std::string(kState))};
        runs_code_ = true;
        program_->call(*state_forwards, given);
        runs_code_ = false;
    }
    own_operation_ = nullptr;
    return true;
}

void DjangoOperations::run_python(const Call& call) {
    const Value* code = call.get(0, "code");
    if (silent_ || (code && code->text.ends_with("RunPython.noop"))) return;
    Call given;
    given.begin = call.begin;
    given.end = call.end;
    given.args = DjangoRows::arguments();
    Value function = code ? *code : unknown_value();
    // An object that can be called.
    if (code && code->call && program_) {
        const Value self = object_value();
        constructed(code->call->path, self, *code->call, 0);
        function = program_->member(code->call->path, "__call__").value_or(unknown_value());
        given.args.insert(given.args.begin(), self);
    }
    if (!program_ || !function.is(Value::Kind::code))
        return unread(call, "its function is not known from the repository");
    runs_code_ = true;
    program_->call(function, given);
    runs_code_ = false;
}

std::optional<Value> DjangoOperations::called(const Call& call) {
    if (call.path == "super().__init__" && !inherited_) inherited_ = call;
    if (call.path == "super().database_forwards" && own_operation_ && runs_code_) {
        Value operation_value = path_value(own_operation_->path + "()");
        operation_value.call = std::make_shared<Call>(*own_operation_);
        runs_code_ = false;
        operation(operation_value);
        runs_code_ = true;
        return nothing_value();
    }
    if (call.path.starts_with(kState)) return std::nullopt;
    return runs_code_ ? rows_.called(call) : std::nullopt;
}

bool DjangoOperations::harmless(const Call& call) const {
    if (call.path.starts_with("super()") || call.path.starts_with(kState)) return true;
    if (runs_code_) return DjangoRows::harmless(call) || (makes_an_object(call) && !call.discarded);
    // Where the file is loaded, or a field asked: operations and fields are judged as what they are.
    return is_harmless(call) || DjangoRows::harmless_of_django(call) || (makes_an_object(call) && !call.discarded);
}

std::optional<Value> DjangoOperations::element(const Value& path) {
    return runs_code_ ? rows_.element(path) : std::nullopt;
}

bool DjangoOperations::any_rows(const Value& path) { return runs_code_ && rows_.any_rows(path); }

}  // namespace pgfence::extract
