# One target per folder. Sources are found by name, so nothing here changes when a file is added.

set(THALWEG_ISAS v2 v3 v4 CACHE STRING "Instruction sets to build kernels for: a list of v2, v3, v4 (x86-64-v2 ...)")
option(THALWEG_CUDA "Build the CUDA engine (nvcc of CUDA 12 or 13)" OFF)
set(THALWEG_SANITIZE "" CACHE STRING "Sanitizers to build with, as for -fsanitize=")
foreach(isa IN LISTS THALWEG_ISAS)
  if(NOT isa MATCHES "^v[234]$")
    message(FATAL_ERROR "THALWEG_ISAS = ${THALWEG_ISAS}: '${isa}' is none of v2, v3, v4")
  endif()
endforeach()
if(NOT THALWEG_ISAS)
  message(FATAL_ERROR "THALWEG_ISAS is empty: name at least one of v2, v3, v4")
endif()

# At most one job per 2 GB of memory, whatever number of jobs the build tool is told.
cmake_host_system_information(RESULT memory_mb QUERY TOTAL_PHYSICAL_MEMORY)
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
math(EXPR jobs "${memory_mb} / 2000")
if(jobs LESS 1)
  set(jobs 1)
elseif(jobs GREATER cores)
  set(jobs ${cores})
endif()
set_property(GLOBAL PROPERTY JOB_POOLS thalweg_jobs=${jobs})
set(CMAKE_JOB_POOL_COMPILE thalweg_jobs)
set(CMAKE_JOB_POOL_LINK thalweg_jobs)

find_program(THALWEG_CCACHE ccache)
if(THALWEG_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${THALWEG_CCACHE})
endif()

if(THALWEG_SANITIZE)
  add_compile_options(-fsanitize=${THALWEG_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${THALWEG_SANITIZE})
endif()

add_library(thalweg_options INTERFACE)
add_library(thalweg::options ALIAS thalweg_options)
set_target_properties(thalweg_options PROPERTIES EXPORT_NAME options)
# Contraction off is a usage requirement: a user's own formula must give the same bits as ours.
target_compile_options(thalweg_options INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off;-fno-math-errno;-fno-trapping-math>")
target_compile_features(thalweg_options INTERFACE cxx_std_20)
target_include_directories(thalweg_options INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/thalweg>)

# The same for a device: no contraction, fma only where a formula says so. The warnings are about host and device
# marks of defaulted functions, and about pragmas and tables that the device's half does not use.
target_compile_options(thalweg_options INTERFACE "$<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr;-fmad=false;-Xcompiler=-ffp-contract=off;-diag-suppress=20012,177,1675>")

add_library(thalweg_warnings INTERFACE)
target_compile_options(thalweg_warnings INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion;-Wno-sign-conversion;-Werror=double-promotion;-Wno-psabi;-Wno-restrict;-Wno-maybe-uninitialized;-Wno-ignored-attributes;-Wno-missing-field-initializers>")

set(THALWEG_MODULES "" CACHE INTERNAL "")
include(ThalwegProgram)

# thalweg_module(name FOLDER folder [VARIANT variant] [OPTIONS compile options...] [USES targets...] [USES_PRIVATE targets...])
# A folder's *.cpp become thalweg::<name>. Files named *_kernels.cpp are compiled once per instruction set (thalweg_kernels).
# A variant is the same folder compiled once more with other options, as thalweg::<name>_<variant>; it is not installed.
function(thalweg_module name)
  cmake_parse_arguments(ARG "" "FOLDER;VARIANT" "OPTIONS;USES;USES_PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*.cpp ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*/*.cpp)
  # Of a folder cuda/ either the sources for nvcc or the one that says that they are absent.
  if(THALWEG_CUDA AND NOT ARG_VARIANT)
    file(GLOB device CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/cuda/*.cu)
    list(FILTER sources EXCLUDE REGEX "/cuda/absent\\.cpp$")
    list(APPEND sources ${device})
  endif()
  set(kernels ${sources})
  list(FILTER kernels INCLUDE REGEX "_kernels\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_kernels\\.cpp$")
  set(target thalweg_${name})
  if(ARG_VARIANT)
    set(name ${name}_${ARG_VARIANT})
    string(APPEND target _${ARG_VARIANT})
  endif()
  if(NOT sources AND NOT kernels)
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE thalweg_options ${ARG_USES})
  else()
    add_library(${target} STATIC ${sources})
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX CUDA_SEPARABLE_COMPILATION ON)
    target_compile_options(${target} PRIVATE ${ARG_OPTIONS})
    foreach(kernel IN LISTS kernels)
      thalweg_kernels(${target} ${kernel} "${ARG_VARIANT}" "${ARG_OPTIONS}")
    endforeach()
    list(JOIN THALWEG_ISAS "," isas)
    target_compile_definitions(${target} PRIVATE THALWEG_BUILT_ISAS="${isas}")
    target_link_libraries(${target} PUBLIC thalweg_options ${ARG_USES} PRIVATE $<BUILD_INTERFACE:thalweg_warnings> ${ARG_USES_PRIVATE})
  endif()
  add_library(thalweg::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  if(NOT ARG_VARIANT)
    list(APPEND THALWEG_MODULES ${target})
    set(THALWEG_MODULES "${THALWEG_MODULES}" CACHE INTERNAL "")
  endif()
endfunction()

# The program; the executable stands at <build>/bin/<name>.
function(thalweg_program name)
  cmake_parse_arguments(ARG "" "SOURCE" "USES" ${ARGN})
  add_executable(thalweg_program ${ARG_SOURCE})
  set_target_properties(thalweg_program PROPERTIES OUTPUT_NAME ${name})
  target_link_libraries(thalweg_program PRIVATE thalweg_warnings ${ARG_USES})
endfunction()

# <source> sees THALWEG_VERSION as "0.1.0+1a2b3c4", with "-modified" where the checkout differs from that commit, or "0.1.0" outside a checkout.
# Looked up at every build; only that one source is compiled again, and only when the text changes.
function(thalweg_version_of target source)
  set(header ${CMAKE_BINARY_DIR}/generated/thalweg_version.hpp)
  add_custom_target(thalweg_version BYPRODUCTS ${header}
    COMMAND ${CMAKE_COMMAND} -DVERSION=${PROJECT_VERSION} -DSOURCE=${CMAKE_SOURCE_DIR} -DHEADER=${header} -P ${CMAKE_SOURCE_DIR}/lib/cmake/write_version.cmake
    COMMENT "Looking up the version of the checkout" VERBATIM)
  add_dependencies(${target} thalweg_version)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/${source} PROPERTIES COMPILE_OPTIONS "-include;${header}" OBJECT_DEPENDS ${header})
endfunction()

# The built-in files as the program finds them: <build>/share/thalweg mirrors what is installed to share/thalweg.
set(THALWEG_SHARED theorems=analysis/theory/theorems claims=analysis/theory/claims studies=analysis/study/studies python=notebooks-export/python)

function(thalweg_share)
  foreach(entry IN LISTS THALWEG_SHARED)
    string(REGEX MATCH "^([^=]+)=(.+)$" matched ${entry})
    set(name ${CMAKE_MATCH_1})
    set(folder ${CMAKE_SOURCE_DIR}/${CMAKE_MATCH_2})
    if(EXISTS ${folder})
      file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/thalweg)
      file(CREATE_LINK ${folder} ${CMAKE_BINARY_DIR}/share/thalweg/${name} SYMBOLIC)
      install(DIRECTORY ${folder}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/thalweg/${name} PATTERN "__pycache__" EXCLUDE PATTERN "*.pyc" EXCLUDE)
    endif()
  endforeach()
endfunction()

# The program, the libraries with their isolated kernels, headers in the layout of the tree ("lib/core/view.hpp"), built-in files and the
# package configuration: find_package(thalweg) gives thalweg::core, thalweg::optimizers, ...
function(thalweg_install)
  include(CMakePackageConfigHelpers)
  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/thalweg)
  install(TARGETS thalweg_options ${THALWEG_MODULES} EXPORT thalweg ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT thalweg NAMESPACE thalweg:: FILE thalweg-targets.cmake DESTINATION ${package})
  install(TARGETS thalweg_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  foreach(folder lib problems notebooks-export analysis)
    install(DIRECTORY ${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/thalweg FILES_MATCHING PATTERN "*.hpp" PATTERN "cmake" EXCLUDE
            PATTERN "python" EXCLUDE PATTERN "theorems" EXCLUDE PATTERN "studies" EXCLUDE PATTERN "claims" EXCLUDE)
  endforeach()
  configure_package_config_file(lib/cmake/thalweg-config.cmake.in ${CMAKE_BINARY_DIR}/generated/thalweg-config.cmake INSTALL_DESTINATION ${package}
    PATH_VARS CMAKE_INSTALL_DATADIR)
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/thalweg-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${CMAKE_BINARY_DIR}/generated/thalweg-config.cmake ${CMAKE_BINARY_DIR}/generated/thalweg-config-version.cmake DESTINATION ${package})
  install(FILES lib/cmake/ThalwegProgram.cmake DESTINATION ${package})
endfunction()

# verify_seed_claims: the built-in study on the program just built; its verdicts, its figure, and where they lie.
function(thalweg_verify_target)
  add_custom_target(verify_seed_claims COMMAND ${CMAKE_SOURCE_DIR}/bootstrap claims $<TARGET_FILE:thalweg_program> DEPENDS thalweg_program
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} COMMENT "Verifying the seed's claims" USES_TERMINAL VERBATIM)
endfunction()
