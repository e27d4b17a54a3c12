# One CMake library per stage: what a folder may include is what its library links.

add_library(pgfence_warnings INTERFACE)
target_compile_options(pgfence_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
target_compile_definitions(pgfence_warnings INTERFACE PGFENCE_VERSION="${PROJECT_VERSION}")

# What nearly every file reads is read once for each library; a file still includes all that it uses, and
# -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON builds without.
set(pgfence_standard_headers <algorithm> <functional> <map> <memory> <optional> <string> <string_view> <utility> <variant> <vector>)
function(pgfence_precompile target)
    set(headers ${ARGN})
    list(TRANSFORM headers PREPEND ${PROJECT_SOURCE_DIR}/ REGEX "^[^<]")
    target_precompile_headers(${target} PRIVATE ${pgfence_standard_headers} ${headers})
    pgfence_without_false_alarms(${target})
endfunction()

# What another target precompiled, with the same options of the compiler: each set of headers costs as much as two files.
function(pgfence_precompiled_by owner target)
    target_precompile_headers(${target} REUSE_FROM ${owner})
    pgfence_without_false_alarms(${target})
endfunction()

# g++ 12 sees writes out of bounds in std::string's own copying, and behind precompiled headers no longer knows that the place
# is a system header's (GCC bug 105329).
function(pgfence_without_false_alarms target)
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
        $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>
        $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)
endfunction()

# FOLDERS: sources, the folder of its name unless given. USES: other stages. LINKS: libraries. READS: headers that most of its
# files include, precompiled. SHARES: the stage whose precompiled headers it takes. BATCHED: many small files;
# PGFENCE_BATCHES compiles them some at a time (reading the precompiled headers and starting the compiler take longer than
# most of them), so no two of them may define the same helper: tests/docs/batches_test.cpp. NOTHROW: no file of it throws,
# catches or is called back by what does, so it is built without the clean-up that exceptions need. Memory that runs out ends the
# program as it does elsewhere (cli/last_words.h).
function(pgfence_stage name)
    cmake_parse_arguments(arg "BATCHED;NOTHROW" "SHARES" "FOLDERS;USES;LINKS;READS" ${ARGN})
    if(NOT arg_FOLDERS)
        set(arg_FOLDERS ${name})
    endif()
    set(globs ${arg_FOLDERS})
    list(TRANSFORM globs PREPEND ${PROJECT_SOURCE_DIR}/)
    list(TRANSFORM globs APPEND /*.cpp)
    file(GLOB sources CONFIGURE_DEPENDS ${globs})
    if(NOT sources)
        file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
        file(TOUCH ${CMAKE_BINARY_DIR}/generated/empty.cpp)
        set(sources ${CMAKE_BINARY_DIR}/generated/empty.cpp)
    endif()
    add_library(pgfence_${name} STATIC ${sources})
    set_target_properties(pgfence_${name} PROPERTIES LINKER_LANGUAGE CXX)
    target_include_directories(pgfence_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    list(TRANSFORM arg_USES PREPEND pgfence_)
    target_link_libraries(pgfence_${name} PUBLIC ${arg_USES} pgfence::expected PRIVATE pgfence_warnings PUBLIC ${arg_LINKS})
    if(arg_NOTHROW)
        target_compile_options(pgfence_${name} PRIVATE -fno-exceptions)
    endif()
    if(arg_SHARES)
        pgfence_precompiled_by(pgfence_${arg_SHARES} pgfence_${name})
    else()
        pgfence_precompile(pgfence_${name} ${arg_READS})
    endif()
    if(arg_BATCHED AND PGFENCE_BATCHES)
        set_target_properties(pgfence_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
        # g++ takes for a header whatever is not the file that it was called with.
        target_compile_options(pgfence_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
    endif()
endfunction()

# Rules register themselves by being there: the id is the file's name, the object's name is the id with underscores.
function(pgfence_rules name)
    cmake_parse_arguments(arg "" "FOLDER;KIT" "" ${ARGN})
    pgfence_stage(${name} FOLDERS ${arg_FOLDER} USES ${arg_KIT} SHARES ${arg_KIT} BATCHED NOTHROW)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${arg_FOLDER}/*.cpp)
    list(TRANSFORM files REPLACE "^.*/([^/]*)\\.cpp$" "\\1" OUTPUT_VARIABLE ids)
    list(SORT ids)
    set(declared "")
    set(listed "")
    foreach(id ${ids})
        string(REPLACE "-" "_" object ${id})
        string(APPEND declared "extern const Rule ${object};\n")
        string(APPEND listed "    {\"${id}\", &rules::${object}},\n")
    endforeach()
    configure_file(${PROJECT_SOURCE_DIR}/cmake/rule_registry.cpp.in ${CMAKE_BINARY_DIR}/generated/rule_registry.cpp @ONLY)
    target_sources(pgfence_${name} PRIVATE ${CMAKE_BINARY_DIR}/generated/rule_registry.cpp)
endfunction()

# Objects of one type, each in a file of its name: all files of the folder but those named.
#   pgfence_registry(extract extract/formats Format format_registry BUT code format)
function(pgfence_registry stage folder type registry)
    cmake_parse_arguments(arg "" "" "BUT" ${ARGN})
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
    list(TRANSFORM files REPLACE "^.*/([^/]*)\\.cpp$" "\\1" OUTPUT_VARIABLE names)
    list(REMOVE_ITEM names ${arg_BUT})
    list(SORT names)
    set(declared "")
    set(listed "")
    foreach(name ${names})
        string(APPEND declared "extern const ${type} ${name};\n")
        string(APPEND listed "        &${name},\n")
    endforeach()
    configure_file(${PROJECT_SOURCE_DIR}/cmake/${registry}.cpp.in ${CMAKE_BINARY_DIR}/generated/${registry}.cpp @ONLY)
    target_sources(pgfence_${stage} PRIVATE ${CMAKE_BINARY_DIR}/generated/${registry}.cpp)
endfunction()
