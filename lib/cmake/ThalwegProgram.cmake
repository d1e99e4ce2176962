# Kernels for each instruction set, and programs with problems of one's own. Read by the build and, installed, by find_package(thalweg).

# A kernel source is compiled for each instruction set with THALWEG_ISA defined to v2, v3 or v4. Everything but its table,
# thalweg_<file name>_<isa>, is made local afterwards: an inline function compiled for v4 must never serve the v2 path.
# The table of a set that is not built is empty, and supported() says no to it (lib/engine/isa.cpp).
function(thalweg_kernels target source variant options)
  get_filename_component(stem ${source} NAME_WE)
  string(MAKE_C_IDENTIFIER ${stem} stem)
  set(folder ${CMAKE_BINARY_DIR}/kernels)
  if(variant)
    string(APPEND folder /${variant})
  endif()
  foreach(isa v2 v3 v4)
    set(table thalweg_${stem}_${isa})
    if(NOT isa IN_LIST THALWEG_ISAS)
      file(CONFIGURE OUTPUT ${folder}/${table}.cpp CONTENT "extern \"C\" { extern const char ${table}[256]; const char ${table}[256] = {}; }\n")
      target_sources(${target} PRIVATE ${folder}/${table}.cpp)
      continue()
    endif()
    set(object ${target}_${stem}_${isa})
    add_library(${object} OBJECT ${source})
    target_compile_definitions(${object} PRIVATE THALWEG_ISA=${isa} THALWEG_STEM=${stem})
    # Without -fno-gnu-unique the static data of templates would stay global whatever objcopy is told.
    target_compile_options(${object} PRIVATE ${options} -march=x86-64-${isa} -fno-gnu-unique)
    if(isa STREQUAL "v4")
      target_compile_options(${object} PRIVATE -mprefer-vector-width=512)
    endif()
    target_link_libraries(${object} PRIVATE thalweg::options $<TARGET_NAME_IF_EXISTS:thalweg_warnings>)
    set(isolated ${folder}/${table}.o)
    add_custom_command(OUTPUT ${isolated}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
      COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${isolated} $<TARGET_OBJECTS:${object}>
      COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=${table} ${isolated}
      DEPENDS ${object} $<TARGET_OBJECTS:${object}> COMMENT "Isolating ${table}" VERBATIM COMMAND_EXPAND_LISTS)
    target_sources(${target} PRIVATE ${isolated})
    set_source_files_properties(${isolated} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  endforeach()
endfunction()

# thalweg_own_program(name SOURCE file.cpp): the program with every verb and the problems of the file (analysis/cli/own_program.hpp).
function(thalweg_own_program name)
  cmake_parse_arguments(ARG "" "SOURCE" "" ${ARGN})
  get_filename_component(stem ${ARG_SOURCE} NAME_WE)
  string(MAKE_C_IDENTIFIER ${stem} stem)
  add_executable(${name} ${ARG_SOURCE})
  target_compile_definitions(${name} PRIVATE THALWEG_STEM=${stem})
  if(THALWEG_SHARE_FOLDER)
    target_compile_definitions(${name} PRIVATE THALWEG_SHARE_FOLDER="${THALWEG_SHARE_FOLDER}")
  endif()
  target_link_libraries(${name} PRIVATE thalweg::cli)
  get_filename_component(source ${ARG_SOURCE} ABSOLUTE)
  thalweg_kernels(${name} ${source} "" "")
endfunction()
