# A program packed by zstd behind image/start.c, which unpacks it into memory: for the image alone, where each container starts
# it once. C without sanitizers, whatever the rest is built with: there is nothing else in it.
find_program(ZSTD zstd)
pgfence_need("zstd" ZSTD)
find_path(zstd_include zstd.h)
find_library(lib_zstd NAMES libzstd.a)
pgfence_need("libzstd-dev" lib_zstd)

function(pgfence_pack name program)
    set(out ${CMAKE_BINARY_DIR}/generated/${name})
    add_custom_command(OUTPUT ${out}.zst COMMAND ${ZSTD} -19 --single-thread --quiet --force ${program} -o ${out}.zst
        DEPENDS ${program} VERBATIM)
    file(CONFIGURE OUTPUT ${out}.S CONTENT ".section .rodata
.global packed_program, packed_program_end
packed_program:
.incbin \"${out}.zst\"
packed_program_end:
.byte 0
.section .note.GNU-stack,\"\",%progbits
" @ONLY)
    set_source_files_properties(${out}.S PROPERTIES OBJECT_DEPENDS ${out}.zst)
    add_executable(${name} EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/image/start.c ${out}.S)
    target_include_directories(${name} SYSTEM PRIVATE ${zstd_include})
    set_target_properties(${name} PROPERTIES COMPILE_OPTIONS "-Os" LINK_OPTIONS "-static;-Wl,--gc-sections;-s")
    target_link_libraries(${name} PRIVATE ${lib_zstd} pgfence_warnings)
endfunction()
