# Third-party libraries, each as one target pgfence::NAME. scripts/setup installs them; what is missing ends in one line.

set(deps ${PROJECT_SOURCE_DIR}/.deps)
list(PREPEND CMAKE_PREFIX_PATH ${deps}/git2/usr ${deps}/catch2/usr)
if(PGFENCE_STATIC)
    set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
endif()
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

function(pgfence_need what variable)
    if(NOT ${variable})
        message(FATAL_ERROR "${what} is missing: run scripts/setup")
    endif()
endfunction()

function(pgfence_header target header package)
    find_path(${target}_include ${header} HINTS ${ARGN})
    pgfence_need("${package} (${header})" ${target}_include)
    add_library(pgfence_dep_${target} INTERFACE)
    target_include_directories(pgfence_dep_${target} SYSTEM INTERFACE ${${target}_include})
    add_library(pgfence::${target} ALIAS pgfence_dep_${target})
endfunction()

pgfence_header(expected tl/expected.hpp libexpected-dev)
pgfence_header(json nlohmann/json.hpp nlohmann-json3-dev)
pgfence_header(cli11 CLI/CLI.hpp libcli11-dev)
pgfence_header(toml toml++/toml.h libtomlplusplus-dev)
pgfence_header(fmt fmt/format.h libfmt-dev)
add_library(pgfence_fmt STATIC cmake/fmt.cpp)
target_include_directories(pgfence_fmt SYSTEM PRIVATE ${fmt_include})
target_link_libraries(pgfence_dep_fmt INTERFACE pgfence_fmt)
pgfence_header(spdlog spdlog/spdlog.h libspdlog-dev)
target_compile_definitions(pgfence_dep_spdlog INTERFACE SPDLOG_HEADER_ONLY SPDLOG_FMT_EXTERNAL)
target_link_libraries(pgfence_dep_spdlog INTERFACE pgfence::fmt Threads::Threads)

# OpenSSL and zlib first: everything that speaks TLS or inflates stands before them on the link line.
foreach(library ssl crypto z)
    find_library(lib_${library} ${library})
    pgfence_need("lib${library}" lib_${library})
endforeach()
add_library(pgfence_dep_zlib INTERFACE)
target_link_libraries(pgfence_dep_zlib INTERFACE ${lib_z})
add_library(pgfence::zlib ALIAS pgfence_dep_zlib)
add_library(pgfence_dep_openssl INTERFACE)
target_link_libraries(pgfence_dep_openssl INTERFACE ${lib_crypto} Threads::Threads ${CMAKE_DL_LIBS})
add_library(pgfence::openssl ALIAS pgfence_dep_openssl)

# From their static archives, as libgit2 is: what a start costs is dynamic linking.
pgfence_header(pugixml pugixml.hpp libpugixml-dev)
pgfence_header(yaml yaml-cpp/yaml.h libyaml-cpp-dev)
foreach(library pugixml yaml-cpp)
    find_library(lib_${library} NAMES lib${library}.a)
    pgfence_need("lib${library}.a" lib_${library})
endforeach()
target_link_libraries(pgfence_dep_pugixml INTERFACE ${lib_pugixml})
target_link_libraries(pgfence_dep_yaml INTERFACE ${lib_yaml-cpp})

# Compiled once: the header says itself which part of it is for a .cc file, and is cut there as its own split.py cuts it.
find_file(httplib_header httplib.h PATHS ${deps}/httplib NO_DEFAULT_PATH)
pgfence_need("cpp-httplib's single header (httplib.h)" httplib_header)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${httplib_header})
file(READ ${httplib_header} text)
set(border "\n// ----------------------------------------------------------------------------\n")
string(FIND "${text}" "${border}\n/*\n * Implementation that will be part of the .cc file" begin)
string(FIND "${text}" "${border}\n} // namespace httplib" end REVERSE)
if(begin EQUAL -1 OR end LESS begin)
    message(FATAL_ERROR "${httplib_header} no longer says where its implementation begins and ends")
endif()
math(EXPR length "${end} - ${begin}")
string(SUBSTRING "${text}" 0 ${begin} declarations)
string(SUBSTRING "${text}" ${begin} ${length} implementation)
string(SUBSTRING "${text}" ${end} -1 rest)
string(REPLACE "inline " "" implementation "${implementation}")
set(httplib_include ${CMAKE_BINARY_DIR}/generated/httplib)
file(CONFIGURE OUTPUT ${httplib_include}/httplib.h CONTENT "@declarations@@rest@" @ONLY)
file(CONFIGURE OUTPUT ${httplib_include}/httplib_implementation.h CONTENT "namespace httplib {\n@implementation@\n}\n" @ONLY)
add_library(pgfence_httplib STATIC cmake/httplib.cpp)
add_library(pgfence_dep_httplib INTERFACE)
add_library(pgfence::httplib ALIAS pgfence_dep_httplib)
target_include_directories(pgfence_dep_httplib SYSTEM INTERFACE ${httplib_include})
target_compile_definitions(pgfence_dep_httplib INTERFACE CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_ZLIB_SUPPORT)
# g++ 12 under the sanitizers takes std::regex, which the header uses, for uninitialised (GCC bug 105562).
target_compile_options(pgfence_dep_httplib INTERFACE $<$<BOOL:${PGFENCE_SANITIZE}>:-Wno-maybe-uninitialized>)
target_include_directories(pgfence_httplib SYSTEM PRIVATE ${httplib_include})
target_compile_definitions(pgfence_httplib PRIVATE CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_ZLIB_SUPPORT)
target_compile_options(pgfence_httplib PRIVATE -w $<$<CONFIG:Release>:-Os>)
target_link_libraries(pgfence_dep_httplib INTERFACE pgfence_httplib ${lib_ssl} ${lib_crypto} ${lib_z} Threads::Threads ${CMAKE_DL_LIBS})

# libgit2, always from its static archive: the shared one drags in Kerberos and seven milliseconds of dynamic linking,
# more than an analysis takes. What stands in for GSSAPI and SSH: packaging/README.md.
find_path(git2_include git2.h)
pgfence_need("libgit2-dev" git2_include)
set(git2_archives "")
foreach(library git2 mbedtls mbedx509 mbedcrypto pcre2-8)
    find_library(lib_${library} NAMES lib${library}.a)
    pgfence_need("lib${library}.a" lib_${library})
    list(APPEND git2_archives ${lib_${library}})
endforeach()
find_library(lib_http_parser NAMES libllhttp.a libhttp_parser.a)
pgfence_need("libllhttp.a or libhttp_parser.a" lib_http_parser)
add_library(pgfence_gssapi_absent STATIC packaging/gssapi_absent.c)
add_library(pgfence_git2_without_ssh OBJECT packaging/libgit2_without_ssh.c)
add_library(pgfence_dep_git2 INTERFACE)
target_include_directories(pgfence_dep_git2 SYSTEM INTERFACE ${git2_include})
target_link_libraries(pgfence_dep_git2 INTERFACE $<TARGET_OBJECTS:pgfence_git2_without_ssh> ${git2_archives}
    ${lib_http_parser} pgfence_gssapi_absent ${lib_ssl} ${lib_crypto} ${lib_z} Threads::Threads ${CMAKE_DL_LIBS})
add_library(pgfence::git2 ALIAS pgfence_dep_git2)

# libpg_query 18: its own copy under .deps on a Debian that has an older one.
find_path(pg_query_include pg_query/postgres/nodes/parsenodes.h HINTS ${deps}/pg_query/usr/include NO_DEFAULT_PATH)
find_path(pg_query_include pg_query/postgres/nodes/parsenodes.h)
pgfence_need("libpg-query-dev 18 with its postgres/ headers" pg_query_include)
file(GLOB_RECURSE lib_pg_query ${pg_query_include}/../lib/*/libpg_query.a)
pgfence_need("libpg_query.a" lib_pg_query)
find_library(lib_bsd NAMES libbsd.a)
find_library(lib_md NAMES libmd.a)
pgfence_need("libbsd-dev" lib_bsd)
# What stands in for its writers, and for C23's strto*: packaging/README.md.
add_library(pgfence_glibc_c23 STATIC packaging/glibc_c23.c)
add_library(pgfence_pg_query_without_output OBJECT packaging/libpg_query_without_output.c)
if(PGFENCE_TESTS)
    target_compile_definitions(pgfence_pg_query_without_output PRIVATE PGFENCE_TREES_AS_JSON)
endif()
add_library(pgfence_dep_pg_query INTERFACE)
target_include_directories(pgfence_dep_pg_query SYSTEM INTERFACE
    ${pg_query_include} ${pg_query_include}/pg_query ${pg_query_include}/pg_query/postgres)
target_link_libraries(pgfence_dep_pg_query INTERFACE $<TARGET_OBJECTS:pgfence_pg_query_without_output> ${lib_pg_query}
    pgfence_glibc_c23 ${lib_bsd} ${lib_md} Threads::Threads)
add_library(pgfence::pg_query ALIAS pgfence_dep_pg_query)

# tree-sitter, and the grammars of the languages in which migrations are written besides SQL: C sources from npm.
pgfence_header(tree_sitter tree_sitter/api.h libtree-sitter-dev)
find_library(lib_tree_sitter NAMES libtree-sitter.a)
pgfence_need("libtree-sitter.a" lib_tree_sitter)
find_program(PATCH patch)
pgfence_need("patch" PATCH)

function(pgfence_grammar language)  # [PATCH of its scanner]
    set(folder ${deps}/tree-sitter-${language}/src)
    if(NOT EXISTS ${folder}/parser.c)
        message(FATAL_ERROR "the npm package tree-sitter-${language} is missing: run scripts/setup")
    endif()
    set(scanner ${folder}/scanner.c)
    if(ARGN)
        set(scanner ${CMAKE_BINARY_DIR}/generated/${language}_scanner.c)
        file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
        execute_process(COMMAND ${PATCH} --quiet --output=${scanner} ${folder}/scanner.c ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
    endif()
    add_library(pgfence_grammar_${language} STATIC ${folder}/parser.c ${scanner})
    target_include_directories(pgfence_grammar_${language} SYSTEM PRIVATE ${folder})
    target_compile_options(pgfence_grammar_${language} PRIVATE -w)
    target_link_libraries(pgfence_dep_tree_sitter INTERFACE pgfence_grammar_${language})
endfunction()

pgfence_grammar(python)
pgfence_grammar(ruby ${PROJECT_SOURCE_DIR}/packaging/tree-sitter-ruby-heredoc.patch)
target_link_libraries(pgfence_dep_tree_sitter INTERFACE ${lib_tree_sitter})

# libpq, always from its static archives, as libgit2 is. What libpq.a shares with the server stands in two archives that
# Debian packs with the server's headers; scripts/setup unpacks them. libpg_query has functions of the same names from
# another major, so all of libpq is linked into one object of which only PQ* can be seen; no Kerberos and no LDAP: all three in
# packaging/README.md.
find_path(pq_include libpq-fe.h PATH_SUFFIXES postgresql)
pgfence_need("libpq-dev" pq_include)
find_library(lib_pq NAMES libpq.a)
pgfence_need("libpq.a" lib_pq)
file(GLOB pq_archive_folders ${deps}/pq/usr/lib/postgresql/*/lib /usr/lib/postgresql/*/lib)
foreach(library pgcommon_shlib pgport_shlib)
    find_library(lib_${library} NAMES lib${library}.a HINTS ${pq_archive_folders})
    pgfence_need("lib${library}.a" lib_${library})
endforeach()
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/generated/pq.o
    COMMAND ${CMAKE_LINKER} -r -o ${CMAKE_BINARY_DIR}/generated/pq_all.o
        --whole-archive ${lib_pq} --no-whole-archive ${lib_pgcommon_shlib} ${lib_pgport_shlib}
    COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=PQ* ${CMAKE_BINARY_DIR}/generated/pq_all.o
        ${CMAKE_BINARY_DIR}/generated/pq.o
    DEPENDS ${lib_pq} ${lib_pgcommon_shlib} ${lib_pgport_shlib} VERBATIM)
set_source_files_properties(${CMAKE_BINARY_DIR}/generated/pq.o PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
add_library(pgfence_pq STATIC ${CMAKE_BINARY_DIR}/generated/pq.o packaging/ldap_absent.c)
target_include_directories(pgfence_pq SYSTEM PUBLIC ${pq_include})
target_link_libraries(pgfence_pq PUBLIC pgfence_gssapi_absent ${lib_ssl} ${lib_crypto} Threads::Threads ${CMAKE_DL_LIBS})
add_library(pgfence::pq ALIAS pgfence_pq)
