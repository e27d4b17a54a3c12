# The JavaScript engine, and the ORMs' SQL compilers as its bytecode: npm -> esbuild -> bytecode -> xz -> the binary.
# Bytecode fits the engine that wrote it alone, so the same build makes both.

find_path(quickjs_source quickjs.c HINTS ${deps}/quickjs /usr/src/quickjs-ng NO_DEFAULT_PATH)
pgfence_need("QuickJS's C source (quickjs.c)" quickjs_source)
add_library(pgfence_dep_quickjs STATIC ${quickjs_source}/quickjs.c ${quickjs_source}/libregexp.c
    ${quickjs_source}/libunicode.c ${quickjs_source}/dtoa.c)
target_compile_definitions(pgfence_dep_quickjs PRIVATE _GNU_SOURCE QUICKJS_NG_BUILD)
# Not ours to mend, and instrumented its frames outgrow the stack that a run is given.
target_compile_options(pgfence_dep_quickjs PRIVATE -w -O2 -fno-align-functions -fno-align-loops -fno-align-jumps -fno-align-labels -fno-asynchronous-unwind-tables $<$<BOOL:${PGFENCE_SANITIZE}>:-fno-sanitize=all>)
set_target_properties(pgfence_dep_quickjs PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
target_include_directories(pgfence_dep_quickjs SYSTEM INTERFACE ${quickjs_source})
target_link_libraries(pgfence_dep_quickjs PUBLIC m Threads::Threads)
add_library(pgfence::quickjs ALIAS pgfence_dep_quickjs)

add_executable(pgfence_bytecode orm/bytecode/bytecode.cpp)
target_link_libraries(pgfence_bytecode PRIVATE pgfence::quickjs pgfence_warnings)

find_program(XZ xz)
pgfence_need("xz" XZ)
find_program(NODE node)
pgfence_need("Node.js" NODE)
set(orm_js ${PROJECT_SOURCE_DIR}/orm/js)
if(NOT EXISTS ${orm_js}/node_modules/esbuild)
    message(FATAL_ERROR "the ORMs' packages are missing: run scripts/setup")
endif()
file(GLOB orm_scripts CONFIGURE_DEPENDS ${orm_js}/*.js ${orm_js}/*.mjs ${orm_js}/node/*.js ${orm_js}/frameworks/*.js)
set(orm_out ${CMAKE_BINARY_DIR}/orm)
set(orm_bundles knex sequelize typeorm builders)
set(orm_bytecode "")
set(orm_assembly "// The bundles' bytecode, packed.\n.section .rodata\n")
foreach(bundle ${orm_bundles})
    list(APPEND orm_scripts_out ${orm_out}/${bundle}.entry.js)
    list(APPEND orm_bytecode ${orm_out}/${bundle}.bytecode.lzma)
    add_custom_command(OUTPUT ${orm_out}/${bundle}.bytecode.lzma
        COMMAND pgfence_bytecode ${orm_out}/${bundle}.entry.js ${orm_out}/${bundle}.bytecode
        COMMAND ${XZ} --format=lzma --lzma1=preset=9e,pb=0,dict=2MiB --force ${orm_out}/${bundle}.bytecode
        DEPENDS pgfence_bytecode ${orm_out}/${bundle}.entry.js VERBATIM)
    string(APPEND orm_assembly ".balign 16\n.global pgfence_orm_${bundle}, pgfence_orm_${bundle}_end\n"
        "pgfence_orm_${bundle}:\n.incbin \"${orm_out}/${bundle}.bytecode.lzma\"\npgfence_orm_${bundle}_end:\n.byte 0\n")
endforeach()
string(APPEND orm_assembly ".section .note.GNU-stack,\"\",%progbits\n")
add_custom_command(OUTPUT ${orm_scripts_out} ${orm_out}/packages.json COMMAND ${NODE} ${orm_js}/build.mjs ${orm_out}
    DEPENDS ${orm_scripts} ${orm_js}/package.json ${orm_js}/package-lock.json VERBATIM)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/orm_bundles.S CONTENT "${orm_assembly}" @ONLY)
set_source_files_properties(${CMAKE_BINARY_DIR}/generated/orm_bundles.S PROPERTIES OBJECT_DEPENDS "${orm_bytecode}")
add_library(pgfence_orm_bundles STATIC ${CMAKE_BINARY_DIR}/generated/orm_bundles.S)
