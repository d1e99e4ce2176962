# One target per folder. Sources are found by name, so nothing here changes when a file is added.

add_library(thalweg_options INTERFACE)
add_library(thalweg::options ALIAS thalweg_options)
# Contraction off is a usage requirement: a user's own formula must give the same bits as ours.
target_compile_options(thalweg_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off -fno-math-errno -fno-trapping-math>)
target_compile_features(thalweg_options INTERFACE cxx_std_20)
target_include_directories(thalweg_options INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/thalweg>)

add_library(thalweg_warnings INTERFACE)
target_compile_options(thalweg_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror=double-promotion -Wno-psabi -Wno-restrict -Wno-maybe-uninitialized -Wno-ignored-attributes)
if(THALWEG_SANITIZE)
  add_compile_options(-fsanitize=${THALWEG_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${THALWEG_SANITIZE})
endif()

set(THALWEG_MODULES "" CACHE INTERNAL "")

# thalweg_module(name FOLDER folder [USES targets...] [USES_PRIVATE targets...])
# A folder's *.cpp become thalweg::<name>. Files named *_kernels.cpp are compiled once per instruction set (thalweg_kernels).
function(thalweg_module name)
  cmake_parse_arguments(ARG "" "FOLDER" "USES;USES_PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*.cpp ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*/*.cpp)
  set(kernels ${sources})
  list(FILTER kernels INCLUDE REGEX "_kernels\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_kernels\\.cpp$")
  if(NOT sources AND NOT kernels)
    add_library(thalweg_${name} INTERFACE)
    target_link_libraries(thalweg_${name} INTERFACE thalweg_options ${ARG_USES})
  else()
    add_library(thalweg_${name} STATIC ${sources})
    set_target_properties(thalweg_${name} PROPERTIES LINKER_LANGUAGE CXX)
    foreach(kernel IN LISTS kernels)
      thalweg_kernels(thalweg_${name} ${kernel})
    endforeach()
    target_link_libraries(thalweg_${name} PUBLIC thalweg_options ${ARG_USES} PRIVATE $<BUILD_INTERFACE:thalweg_warnings> ${ARG_USES_PRIVATE})
  endif()
  add_library(thalweg::${name} ALIAS thalweg_${name})
  set_target_properties(thalweg_${name} PROPERTIES EXPORT_NAME ${name})
  list(APPEND THALWEG_MODULES ${name})
  set(THALWEG_MODULES "${THALWEG_MODULES}" CACHE INTERNAL "")
endfunction()

# A kernel source is compiled for each instruction set with THALWEG_ISA defined to v2, v3 or v4. Everything but its table,
# thalweg_<file name>_<isa>, is made local afterwards: an inline function compiled for v4 must never serve the v2 path.
function(thalweg_kernels target source)
  get_filename_component(stem ${source} NAME_WE)
  foreach(isa v2 v3 v4)
    set(object ${target}_${stem}_${isa})
    add_library(${object} OBJECT ${source})
    target_compile_definitions(${object} PRIVATE THALWEG_ISA=${isa})
    target_compile_options(${object} PRIVATE -march=x86-64-${isa})
    if(isa STREQUAL "v4")
      target_compile_options(${object} PRIVATE -mprefer-vector-width=512)
    endif()
    target_link_libraries(${object} PRIVATE thalweg_options thalweg_warnings)
    set(table thalweg_${stem}_${isa})
    set(isolated ${CMAKE_BINARY_DIR}/kernels/${table}.o)
    add_custom_command(OUTPUT ${isolated}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/kernels
      COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${isolated} $<TARGET_OBJECTS:${object}>
      COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=${table} ${isolated}
      DEPENDS ${object} $<TARGET_OBJECTS:${object}> VERBATIM COMMAND_EXPAND_LISTS)
    target_sources(${target} PRIVATE ${isolated})
    set_source_files_properties(${isolated} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  endforeach()
endfunction()

# The program: every source of the folder; the executable stands at <build>/bin/<name>.
function(thalweg_program name)
  cmake_parse_arguments(ARG "" "FOLDER" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(thalweg_program ${sources})
  set_target_properties(thalweg_program PROPERTIES OUTPUT_NAME ${name})
  target_link_libraries(thalweg_program PRIVATE thalweg_warnings ${ARG_USES})
endfunction()

function(thalweg_install)
endfunction()
