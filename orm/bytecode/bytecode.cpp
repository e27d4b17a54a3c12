// bytecode SCRIPT OUT: compiles a bundle with the engine that will run it.

#include <quickjs.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

int main(int count, char** arguments) {
    if (count != 3) return 2;
    std::ifstream in(arguments[1], std::ios::binary);
    const std::string script{std::istreambuf_iterator<char>(in), {}};
    JSRuntime* runtime = JS_NewRuntime();
    JS_SetMaxStackSize(runtime, 0);
    JSContext* context = JS_NewContext(runtime);
    const JSValue code =
        JS_Eval(context, script.c_str(), script.size(), "orm", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(code)) {
        const JSValue error = JS_GetException(context);
        std::cerr << arguments[1] << ": " << JS_ToCString(context, error) << '\n';
        return 1;
    }
    std::size_t size = 0;
    const std::uint8_t* bytes = JS_WriteObject(
        context, &size, code, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE | JS_WRITE_OBJ_STRIP_DEBUG);
    std::ofstream out(arguments[2], std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    return bytes && out.flush() ? 0 : 1;
}
