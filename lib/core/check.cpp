#include "lib/core/check.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

namespace thalweg {

void expectation_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: internal error: expected %s\n", file, line, condition);
  std::abort();
}

namespace {

// What a user wrote may hold line ends and other control characters; a message is one line.
std::string one_line(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string line;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      line += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
    } else {
      line += c;
    }
  }
  return line;
}

std::string message(const SpecError::Parts& parts) {
  std::string text;
  if (!parts.place.file.empty()) {
    text += parts.place.file;
    if (parts.place.line > 0) text += ":" + std::to_string(parts.place.line);
    if (parts.place.line > 0 && parts.place.column > 0) text += ":" + std::to_string(parts.place.column);
    text += ": ";
  }
  text += parts.field;
  if (!parts.given.empty()) text += (parts.field.empty() ? "" : " = ") + parts.given;
  if (!parts.allowed.empty()) text += (parts.field.empty() && parts.given.empty() ? "" : ": ") + parts.allowed;
  return one_line(text);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

SpecError::SpecError(Parts parts) : std::runtime_error(message(parts)), parts_(std::move(parts)) {}

SpecError SpecError::at(Place place) const {
  Parts parts = parts_;
  if (parts.place.file.empty()) parts.place = std::move(place);
  return SpecError(std::move(parts));
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t least = 2 + name.size() / 3;
  for (std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::string unknown_clause(std::string_view kind, std::string_view name, std::span<const std::string_view> candidates) {
  std::string text = "unknown " + std::string(kind);
  if (const std::string_view near = nearest(name, candidates); !near.empty()) text += "; did you mean '" + std::string(near) + "'?";
  text += " (known: ";
  for (std::size_t i = 0; i < candidates.size(); ++i) text += (i == 0 ? "" : ", ") + std::string(candidates[i]);
  return text + ")";
}

}  // namespace thalweg
