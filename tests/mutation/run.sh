#!/usr/bin/env bash
# Plants faults in a copy of the sources, one at a time, and checks that the test named for each goes red.
#   tests/mutation/run.sh [--work FOLDER] [--list | --check] [ID ...]
# Without ids: all of faults.txt. --list shows the faults, --check only tells whether they still fit the sources.
# The copy is built in a temporary folder, or in FOLDER, which is kept: a run there builds what changed.
# Exit 0: every fault was caught; 1: one survived or did not compile; 2: the named tests do not pass without faults, or faults.txt is wrong.
# Needs what the build needs, perl and the essential packages of Debian.
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
faults=$here/faults.txt
seconds_a_test=300

fail() { printf 'mutation: %s\n' "$*" >&2; exit 2; }

# ---- faults.txt: entries separated by blank lines, each of lines "key: value"; the parsed values lie in arrays over the entries.

ids=() files=() afters=() finds=() withs=() targets=() filters=()

end_of_entry() {
  [[ ${#entry[@]} -eq 0 ]] && return 0
  local key
  for key in id file find with test; do
    [[ -v "entry[$key]" ]] || fail "faults.txt: entry '${entry[id]:-?}' before line $number has no '$key'"
  done
  local target=${entry[test]%% *} filter=${entry[test]#* }
  [[ "$target" != "$filter" ]] || fail "faults.txt: entry '${entry[id]}': test must be a target and the full name of a test"
  local known
  for known in "${ids[@]}"; do [[ "$known" != "${entry[id]}" ]] || fail "faults.txt: the id '$known' is used twice"; done
  ids+=("${entry[id]}") files+=("${entry[file]}") afters+=("${entry[after]:-}") finds+=("${entry[find]}") withs+=("${entry[with]}")
  targets+=("$target") filters+=("$filter")
  entry=()
}

read_faults() {
  local -A entry=()
  local number=0 line
  while IFS= read -r line || [[ -n "$line" ]]; do
    number=$((number + 1))
    if [[ "$line" =~ ^[[:space:]]*$ ]]; then
      end_of_entry
    elif [[ "$line" == '#'* ]]; then
      continue
    elif [[ "$line" =~ ^(id|file|after|find|with|test):\ ?(.*)$ ]]; then
      entry[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
    else
      fail "faults.txt, line $number: not 'key: value' with one of id, file, after, find, with, test"
    fi
  done < "$faults"
  number=$((number + 1))
  end_of_entry
}

# ---- changing one file

# plant INDEX FROM TO: TO is FROM with the fault. The text to find stands once, or is the first one behind `after`, which stands once.
plant() {
  AFTER=${afters[$1]} FIND=${finds[$1]} WITH=${withs[$1]} perl -e '
    use strict;
    use warnings;
    my ($from, $to) = @ARGV;
    sub count { my ($text, $part) = @_; my ($n, $at) = (0, 0); while (($at = index($text, $part, $at)) >= 0) { ++$n; ++$at; } return $n; }
    open(my $in, "<", $from) or die "cannot read $from\n";
    local $/; my $text = <$in>;
    my ($after, $find) = ($ENV{AFTER}, $ENV{FIND});
    my $start = 0;
    if ($after ne "") {
      count($text, $after) == 1 or die "\"$after\" stands " . count($text, $after) . " times, not once\n";
      $start = index($text, $after);
    } else {
      count($text, $find) == 1 or die "\"$find\" stands " . count($text, $find) . " times, not once\n";
    }
    my $at = index($text, $find, $start);
    $at >= 0 or die "\"$find\" does not stand behind \"$after\"\n";
    $find ne $ENV{WITH} or die "the replacement is the text itself\n";
    substr($text, $at, length $find) = $ENV{WITH};
    open(my $out, ">", $to) or die "cannot write $to\n";
    print $out $text;
    close $out or die "cannot write $to\n";' -- "$2" "$3"
}

# ---- the copy

copy_sources() {
  mkdir -p "$copy"
  local file
  (cd "$root" && { git ls-files -z 2> /dev/null ||
      find . \( -name .git -o -name build -o -name thalweg-results \) -prune -o -type f -printf '%P\0'; }) |
    LC_ALL=C sort -zu > "$work/sources"
  [[ -s "$work/sources" ]] || fail "no sources below $root"
  while IFS= read -r -d '' file; do
    [[ -f "$root/$file" ]] || { rm -f "$copy/$file"; continue; }
    [[ -f "$copy/$file" ]] && cmp -s "$root/$file" "$copy/$file" && continue
    mkdir -p "$copy/$(dirname "$file")"
    cp "$root/$file" "$copy/$file"
  done < "$work/sources"
  # What is gone there goes here, too.
  (cd "$copy" && find . -type f -printf '%P\0') | LC_ALL=C sort -z | LC_ALL=C comm -z -23 - "$work/sources" |
    (cd "$copy" && xargs -0r rm -f --)
}

# Low optimisation compiles faster; the results are the same bits. One instruction set is enough: that all agree is a test of its own.
configure() {
  local isa=v2
  if grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; then isa=v3; fi
  export CCACHE_BASEDIR=$work CCACHE_NOHASHDIR=1
  cmake -S "$copy" -B "$build" -G "${CMAKE_GENERATOR:-Ninja}" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE='-O1 -DNDEBUG' \
    -DTHALWEG_ISAS=$isa > "$work/configure.log" 2>&1 || { cat "$work/configure.log" >&2; fail 'the copy cannot be configured'; }
}

# make_target TARGET ...: builds; the log lies in $work/build.log.
make_target() {
  local all=() target
  for target; do all+=("test_$target"); done
  nice cmake --build "$build" --parallel "$(nproc)" --target "${all[@]}" > "$work/build.log" 2>&1
}

# run_test TARGET FILTER: exit status of the test program; its output lies in $work/test.log.
run_test() {
  timeout "$seconds_a_test" "$build/tests/test_$1" --gtest_filter="$2" --gtest_color=no --gtest_brief=0 > "$work/test.log" 2>&1
}

# ---- the passes

# Every fault can be planted in the sources as they stand.
check_faults() {
  local i bad=0
  for i in "${chosen[@]}"; do
    plant "$i" "$root/${files[$i]}" "$work/planted" ||
      { printf 'mutation: fault %s cannot be planted in %s\n' "${ids[$i]}" "${files[$i]}" >&2; bad=1; }
  done
  [[ $bad -eq 0 ]] || exit 2
}

check_unmutated() {
  local needed i
  mapfile -t needed < <(for i in "${chosen[@]}"; do printf '%s\n' "${targets[$i]}"; done | sort -u)
  printf 'Building %d test programs without faults ...\n' "${#needed[@]}"
  make_target "${needed[@]}" || { tail -n 40 "$work/build.log" >&2; fail 'the copy does not build'; }
  local bad=0 passed
  for i in "${chosen[@]}"; do
    if ! run_test "${targets[$i]}" "${filters[$i]}"; then
      printf 'mutation: %s %s fails without a fault\n' "${targets[$i]}" "${filters[$i]}" >&2
      bad=1
    else
      passed=$(grep -c '^\[       OK \] ' "$work/test.log" || true)
      [[ "$passed" -eq 1 ]] ||
        { printf 'mutation: %s %s names %s tests that pass, not one\n' "${targets[$i]}" "${filters[$i]}" "$passed" >&2; bad=1; }
    fi
  done
  [[ $bad -eq 0 ]] || exit 2
}

# The verdict on one fault in `verdict`: the test that failed, or why the fault counts as surviving, with status 1.
judge_fault() {
  local i=$1 file=$copy/${files[$1]} status=0
  cp "$file" "$work/kept"
  plant "$i" "$work/kept" "$file"
  planted=$file
  if ! make_target "${targets[$i]}"; then
    verdict='DOES NOT COMPILE'
    cp "$work/build.log" "$work/build-${ids[$i]}.log"
    status=1
  else
    local result=0
    run_test "${targets[$i]}" "${filters[$i]}" || result=$?
    if [[ $result -eq 0 ]]; then
      verdict='SURVIVED'
      status=1
    elif [[ $result -gt 128 ]] && grep -qF "[ RUN      ] ${filters[$i]}" "$work/test.log"; then
      verdict="${targets[$i]}  ${filters[$i]}, ended by signal $((result - 128))"  # it ran alone: the crash is its own
    elif ! grep -q '^\[  FAILED  \] ' "$work/test.log"; then
      verdict="NO TEST FAILED (exit status $result)"  # a hang is red, but names no test
      status=1
    else
      verdict="${targets[$i]}  ${filters[$i]}"
    fi
  fi
  restore
  return $status
}

restore() {
  [[ -z "$planted" ]] && return 0
  cp "$work/kept" "$planted"
  planted=
}

finish() {
  restore
  [[ -n "$keep" ]] || rm -rf "$work"
}

# ---- main

read_faults
work= keep= list= check= chosen=() planted=
while [[ $# -gt 0 ]]; do
  case $1 in
    --list) list=1 ;;
    --check) check=1 ;;
    --work)
      [[ $# -ge 2 ]] || fail '--work needs a folder'
      work=$2 keep=1
      shift
      ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) fail "unknown option '$1': --work FOLDER, --list, --check or ids of faults" ;;
    *)
      found=
      for i in "${!ids[@]}"; do [[ "${ids[$i]}" != "$1" ]] || { chosen+=("$i"); found=1; }; done
      [[ -n "$found" ]] || fail "unknown fault '$1': --list shows them"
      ;;
  esac
  shift
done
[[ ${#chosen[@]} -gt 0 ]] || chosen=("${!ids[@]}")
[[ ${#chosen[@]} -gt 0 ]] || fail 'faults.txt holds no fault'

if [[ -n "$list" ]]; then
  for i in "${chosen[@]}"; do printf '%-37s %-36s %s %s\n' "${ids[$i]}" "${files[$i]}" "${targets[$i]}" "${filters[$i]}"; done
  exit 0
fi

if [[ -n "$work" ]]; then mkdir -p "$work"; else work=$(mktemp -d "${TMPDIR:-/tmp}/thalweg-mutation.XXXXXX"); fi
work=$(CDPATH='' cd -- "$work" && pwd -P)
copy=$work/source build=$work/build
trap finish EXIT
trap 'exit 2' INT TERM
check_faults
[[ -z "$check" ]] || exit 0
copy_sources
configure
check_unmutated

survived=0
printf '%-37s -> %-92s %7s\n' 'fault' 'test that caught it' 'seconds'
for i in "${chosen[@]}"; do
  began=$SECONDS
  judge_fault "$i" || survived=$((survived + 1))
  printf '%-37s -> %-92s %7d\n' "${ids[$i]}" "$verdict" $((SECONDS - began))
done
printf '%d faults planted, %d caught\n' "${#chosen[@]}" $((${#chosen[@]} - survived))
[[ $survived -eq 0 ]]
