// bytecode SCRIPT OUT: compiles a bundle with the engine that will run it.

#include <quickjs.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

/// Why the script does not compile, or nothing.
std::string compile(JSContext* context, const std::string& script, const char* out) {
    const JSValue code =
        JS_Eval(context, script.c_str(), script.size(), "orm", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(code)) {
        const JSValue error = JS_GetException(context);
        const char* text = JS_ToCString(context, error);
        std::string why = text ? text : "it does not compile";
        JS_FreeCString(context, text);
        JS_FreeValue(context, error);
        return why;
    }
    std::size_t size = 0;
    std::uint8_t* bytes = JS_WriteObject(context, &size, code,
                                         JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE | JS_WRITE_OBJ_STRIP_DEBUG);
    JS_FreeValue(context, code);
    if (!bytes) return "it has no bytecode";
    std::ofstream file(out, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    js_free(context, bytes);
    return file.flush() ? "" : "could not be written";
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) return 2;
    std::ifstream in(arguments[1], std::ios::binary);
    const std::string script{std::istreambuf_iterator<char>(in), {}};
    JSRuntime* runtime = JS_NewRuntime();
    JS_SetMaxStackSize(runtime, 0);
    JSContext* context = JS_NewContext(runtime);
    const std::string why = compile(context, script, arguments[2]);
    JS_FreeContext(context);
    JS_FreeRuntime(runtime);
    if (!why.empty()) std::cerr << arguments[1] << ": " << why << '\n';
    return why.empty() ? 0 : 1;
}
