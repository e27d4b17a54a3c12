#include "orm/machine.h"

#include <quickjs.h>

#include <utility>

#include "orm/unpack.h"

namespace pgfence::orm {
namespace {

std::string text_of(JSContext* context, JSValueConst value) {
    std::size_t size = 0;
    const char* bytes = JS_ToCStringLen(context, &size, value);
    if (!bytes) {
        JS_FreeValue(context, JS_GetException(context));
        return {};
    }
    std::string text(bytes, size);
    JS_FreeCString(context, bytes);
    return text;
}

constexpr int kMostTimers = 20'000;

/// A collection visits every object, and so makes a run's process copy all that it shares with ours. Real migrations
/// never get there.
constexpr std::size_t collect_from(std::size_t heap) { return heap / 2; }

}  // namespace

/// The functions that a bundle is given, and takes out of reach of what it runs.
struct Native {
    static Machine& machine(JSContext* context) { return *static_cast<Machine*>(JS_GetContextOpaque(context)); }

    static JSValue read(JSContext* context, JSValueConst, int count, JSValueConst* arguments) {
        const HostCallbacks* world = machine(context).world_;
        if (!world || count < 1) return JS_UNDEFINED;
        const auto text = world->read(text_of(context, arguments[0]));
        return text ? JS_NewStringLen(context, text->data(), text->size()) : JS_UNDEFINED;
    }

    static JSValue report(JSContext* context, JSValueConst, int count, JSValueConst* arguments) {
        const HostCallbacks* world = machine(context).world_;
        if (!world) return JS_UNDEFINED;
        Message message;
        for (int i = 0; i < count; ++i) message.push_back(text_of(context, arguments[i]));
        world->report(message);
        return JS_UNDEFINED;
    }

    static JSValue evaluate(JSContext* context, JSValueConst, int count, JSValueConst* arguments) {
        if (count < 2) return JS_UNDEFINED;
        const std::string code = text_of(context, arguments[0]), file = text_of(context, arguments[1]);
        return JS_Eval(context, code.c_str(), code.size(), file.c_str(), JS_EVAL_TYPE_GLOBAL);
    }

    static int interrupt(JSRuntime*, void* opaque) {
        auto& machine = *static_cast<Machine*>(opaque);
        machine.world_->count_step();
        machine.late_ = machine.late_ || ++machine.steps_ > machine.limits_.run_steps;
        return machine.late_ ? 1 : 0;
    }
};

Machine::Machine(std::span<const unsigned char> bundle, const Limits& limits)
    : limits_(limits), runtime_(JS_NewRuntime()), context_(JS_NewContext(runtime_)) {
    JS_SetContextOpaque(context_, this);
    JS_SetMaxStackSize(runtime_, limits_.stack);
    JS_SetGCThreshold(runtime_, collect_from(limits_.heap));
    const JSValue global = JS_GetGlobalObject(context_), host = JS_NewObject(context_);
    JS_SetPropertyStr(context_, host, "read", JS_NewCFunction(context_, Native::read, "read", 1));
    JS_SetPropertyStr(context_, host, "report", JS_NewCFunction(context_, Native::report, "report", 1));
    JS_SetPropertyStr(context_, host, "evaluate", JS_NewCFunction(context_, Native::evaluate, "evaluate", 2));
    JS_SetPropertyStr(context_, global, "__host", host);
    JS_FreeValue(context_, global);

    const std::vector<unsigned char> bytecode = unpacked(bundle);
    const JSValue code = JS_ReadObject(context_, bytecode.data(), bytecode.size(), JS_READ_OBJ_BYTECODE);
    const JSValue result = JS_IsException(code) ? code : JS_EvalFunction(context_, code);
    if (JS_IsException(result)) {
        const JSValue error = JS_GetException(context_);
        broken_ = text_of(context_, error);
        JS_FreeValue(context_, error);
    }
    JS_FreeValue(context_, result);
    for (JSContext* some = nullptr; JS_ExecutePendingJob(runtime_, &some) > 0;) {
    }
}

Machine::~Machine() {
    JS_FreeContext(context_);
    JS_FreeRuntime(runtime_);
}

void Machine::run(const std::string& framework, const std::string& file, const AssumedAnswers& way,
                  const HostCallbacks& world) {
    world_ = &world;
    JS_UpdateStackTop(runtime_);
    JS_SetMemoryLimit(runtime_, limits_.heap);
    JS_SetInterruptHandler(runtime_, Native::interrupt, this);

    const JSValue global = JS_GetGlobalObject(context_), door = JS_GetPropertyStr(context_, global, "__orm");
    const JSAtom name = JS_NewAtom(context_, "__orm");
    JS_DeleteProperty(context_, global, name, 0);
    const auto call = [&](const char* function, int count, JSValue* arguments) {
        const JSValue callee = JS_GetPropertyStr(context_, door, function);
        const JSValue result = JS_Call(context_, callee, door, count, arguments);
        JS_FreeValue(context_, callee);
        return result;
    };
    JSValue arguments[] = {JS_NewString(context_, framework.c_str()), JS_NewString(context_, file.c_str()),
                           JS_NewString(context_, way.all ? "1" : "0"),
                           JS_NewString(context_, std::to_string(way.flipped).c_str()),
                           JS_NewString(context_, way.aware ? "1" : "0")};
    JSValue last = call("start", 5, arguments);
    drain();
    for (int fired = 0; !late_ && !JS_IsException(last); ++fired) {
        last = call("fire", 0, nullptr);
        if (JS_IsException(last) || !JS_ToBool(context_, last)) break;
        if (fired >= kMostTimers) return world.report({"refused", "its timers never end"});
        drain();
    }
    if (late_) return world.report({"refused", "it runs longer than the limit allows"});
    if (JS_IsException(last))
        return world.report({"failed", text_of(context_, JS_GetException(context_)).substr(0, 400), "0"});
    last = call("finish", 0, nullptr);
    if (JS_IsException(last)) world.report({"refused", "it could not be carried out to its end"});
}

void Machine::drain() {
    for (JSContext* context = nullptr; !late_;) {
        const int done = JS_ExecutePendingJob(runtime_, &context);
        if (done == 0) return;
        if (done < 0) JS_FreeValue(context, JS_GetException(context));
    }
}

}  // namespace pgfence::orm
