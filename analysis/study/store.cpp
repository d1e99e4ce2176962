#include "analysis/study/store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <ostream>
#include <sstream>

#include "analysis/study/hash.hpp"
#include "analysis/study/version.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

static_assert(std::endian::native == std::endian::little, "blobs are little-endian");

struct Store::Database {
  sqlite3* handle = nullptr;
  std::filesystem::path file;
  mutable std::mutex mutex;  // one connection, many cells

  ~Database() { sqlite3_close(handle); }

  [[noreturn]] void fail(std::string_view what) const {
    const int code = sqlite3_errcode(handle);
    const std::string text = fmt::format("{}: cannot {}: {}", file.string(), what, sqlite3_errmsg(handle));
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) throw SpecError({{file.string(), 0, 0}, "", "", "is not a store of Thalweg (" + std::string(sqlite3_errmsg(handle)) + ")"});
    throw EnvironmentError(text + (code == SQLITE_FULL || code == SQLITE_IOERR ? "; cells finished before are kept" : ""));
  }
  // Whether a step gave a row; what is neither a row nor the end is an error.
  bool row(int step) const {
    if (step != SQLITE_ROW && step != SQLITE_DONE) fail("read the store");
    return step == SQLITE_ROW;
  }
  void execute(const char* sql) {
    if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("write to the store");
  }
};

namespace {

constexpr const char* schema = R"sql(
CREATE TABLE IF NOT EXISTS study(hash TEXT PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cell(key TEXT PRIMARY KEY, study TEXT NOT NULL, block TEXT NOT NULL, problem TEXT NOT NULL, noise TEXT NOT NULL,
  method TEXT NOT NULL, definition TEXT NOT NULL, eta TEXT NOT NULL, horizon INTEGER NOT NULL, replicas INTEGER NOT NULL, seed INTEGER NOT NULL,
  constants TEXT NOT NULL, code TEXT NOT NULL, machine TEXT NOT NULL, seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS series(cell TEXT NOT NULL, metric TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(cell, metric));
CREATE TABLE IF NOT EXISTS step(cell TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS outcome(cell TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS audit(cell TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS percentile(cell TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS round(key TEXT PRIMARY KEY, cell TEXT NOT NULL, first INTEGER NOT NULL);
)sql";

// A prepared statement: bind in order, step, read columns.
class Statement {
 public:
  Statement(sqlite3* handle, const char* sql) {
    if (sqlite3_prepare_v2(handle, sql, -1, &statement_, nullptr) != SQLITE_OK) statement_ = nullptr;
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  bool prepared() const { return statement_ != nullptr; }
  Statement& bind(std::string_view text) {
    sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    return *this;
  }
  Statement& bind(std::uint64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, static_cast<sqlite3_int64>(value));
    return *this;
  }
  Statement& bind(double value) {
    sqlite3_bind_double(statement_, ++bound_, value);
    return *this;
  }
  template <class T>
  Statement& bind(const std::vector<T>& values) {
    sqlite3_bind_blob64(statement_, ++bound_, values.empty() ? static_cast<const void*>("") : values.data(), values.size() * sizeof(T), SQLITE_TRANSIENT);
    return *this;
  }
  int step() { return sqlite3_step(statement_); }
  std::string text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return data == nullptr ? "" : data;
  }
  template <class T>
  std::vector<T> blob(int column) const {
    std::vector<T> values(static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), sqlite3_column_blob(statement_, column), values.size() * sizeof(T));
    return values;
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Every NaN alike, as in the export: their bits depend on the instruction that made them.
std::string numbers_hash(std::vector<double> values) {
  for (double& value : values)
    if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return hash_text({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double)});
}

std::string constant_json(std::string_view name, const Constant& constant) {
  const auto number = [](double value) { return std::isfinite(value) ? shortest(value) : std::string("null"); };
  return fmt::format("\"{}\":{{\"lower\":{},\"upper\":{},\"trust\":\"{}\",\"source\":{}}}", name, number(constant.lower), number(constant.upper),
                     to_string(constant.trust), json_text(constant.source));
}

std::string constants_of(const Facts& facts) {
  return "{" + constant_json("L", facts.L) + "," + constant_json("mu", facts.mu) + "," + constant_json("mu_pl", facts.mu_pl) + "," +
         constant_json("f_star", facts.f_star) + "}";
}

std::string machine_name() {
  char name[256] = "";
  gethostname(name, sizeof(name) - 1);
  return name;
}

}  // namespace

Store::Store(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Store::Store(const std::filesystem::path& folder) : database_(std::make_unique<Database>()) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure || !std::filesystem::is_directory(folder))
    throw EnvironmentError(fmt::format("{}: cannot make this folder for the store: {}", folder.string(), failure ? failure.message() : "a file of that name exists"));
  database_->file = folder / "store.sqlite";
  if (sqlite3_open(database_->file.c_str(), &database_->handle) != SQLITE_OK) database_->fail("open the store");
  sqlite3_busy_timeout(database_->handle, 60000);
  database_->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
  database_->execute(schema);
}

Store Store::existing(const std::filesystem::path& folder) {
  auto database = std::make_unique<Database>();
  database->file = std::filesystem::is_directory(folder) ? folder / "store.sqlite" : folder;
  if (!std::filesystem::exists(database->file))
    throw SpecError({{}, "store", folder.string(), "no store here; thalweg run STUDY --out FOLDER makes one"});
  if (sqlite3_open_v2(database->file.c_str(), &database->handle, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) database->fail("open the store");
  sqlite3_busy_timeout(database->handle, 60000);
  {
    Statement statement(database->handle, "SELECT count(*) FROM cell");
    if (!statement.prepared() || statement.step() != SQLITE_ROW)
      throw SpecError({{database->file.string(), 0, 0}, "", "", "is not a store of Thalweg"});
  }
  return Store(std::move(database));
}

void Store::put_study(const Study& study) {
  const std::lock_guard lock(database_->mutex);
  Statement statement(database_->handle, "INSERT OR IGNORE INTO study VALUES(?,?,?)");
  statement.bind(study.hash()).bind(study.id).bind(study.text);
  if (statement.step() != SQLITE_DONE) database_->fail("write to the store");
}

std::vector<std::pair<std::string, std::string>> Store::studies() const {
  const std::lock_guard lock(database_->mutex);
  std::vector<std::pair<std::string, std::string>> all;
  Statement statement(database_->handle, "SELECT id, text FROM study ORDER BY rowid");
  while (database_->row(statement.step())) all.emplace_back(statement.text(0), statement.text(1));
  return all;
}

bool Store::has(const std::string& key) const {
  const std::lock_guard lock(database_->mutex);
  Statement statement(database_->handle, "SELECT 1 FROM cell WHERE key = ?");
  return database_->row(statement.bind(key).step());
}

void Store::put(const Cell& cell, const std::string& study_hash, const Trajectories& out, double seconds) {
  std::vector<std::uint64_t> outcomes, audits;
  for (const Outcome& outcome : out.outcomes) outcomes.insert(outcomes.end(), {static_cast<std::uint64_t>(outcome.ending), outcome.step});
  for (const AuditFailure& audit : out.audits)
    for (const AuditEntry& entry : audit_entries) audits.push_back(audit.*entry.step);
  const Setting& setting = cell.setting;

  const std::lock_guard lock(database_->mutex);
  sqlite3* handle = database_->handle;
  database_->execute("BEGIN IMMEDIATE");
  const auto insert = [&](Statement&& statement) {
    if (statement.prepared() && statement.step() == SQLITE_DONE) return;
    const int code = sqlite3_errcode(handle);
    const std::string message = sqlite3_errmsg(handle);
    sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
    throw EnvironmentError(fmt::format("{}: cannot write cell {}: {} ({}); cells finished before are kept", database_->file.string(), cell.key, message, code));
  };
  insert(std::move(Statement(handle, "INSERT OR IGNORE INTO cell VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
                       .bind(cell.key).bind(study_hash).bind(cell.block).bind(setting.problem.text).bind(setting.noise.text)
                       .bind(setting.definition.method).bind(definition_text(setting)).bind(setting.eta_text).bind(setting.horizon())
                       .bind(static_cast<std::uint64_t>(cell.replicas)).bind(cell.seed).bind(constants_of(setting.problem.facts))
                       .bind(code_version()).bind(machine_name()).bind(seconds)));
  if (sqlite3_changes(handle) == 0) {  // another writer was first: its record stands whole
    database_->execute("ROLLBACK");
    return;
  }
  for (std::size_t k = 0; k < metric_count; ++k)
    if (!out.series[k].empty())
      insert(std::move(Statement(handle, "INSERT OR IGNORE INTO series VALUES(?,?,?)").bind(cell.key).bind(metric_names[k]).bind(out.series[k])));
  insert(std::move(Statement(handle, "INSERT OR IGNORE INTO step VALUES(?,?)").bind(cell.key).bind(out.steps)));
  insert(std::move(Statement(handle, "INSERT OR IGNORE INTO outcome VALUES(?,?)").bind(cell.key).bind(outcomes)));
  if (!audits.empty()) insert(std::move(Statement(handle, "INSERT OR IGNORE INTO audit VALUES(?,?)").bind(cell.key).bind(audits)));
  if (cell.first_replica > 0)
    insert(std::move(Statement(handle, "INSERT OR IGNORE INTO round VALUES(?,?,?)").bind(cell.key).bind(cell.first_round).bind(static_cast<std::uint64_t>(cell.first_replica))));
  if (!out.percentiles.empty())
    insert(std::move(Statement(handle, "INSERT OR IGNORE INTO percentile VALUES(?,?)").bind(cell.key).bind(out.percentiles)));
  if (sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
    const std::string message = sqlite3_errmsg(handle);
    sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
    throw EnvironmentError(fmt::format("{}: cannot write cell {}: {}; cells finished before are kept", database_->file.string(), cell.key, message));
  }
}

std::optional<Trajectories> Store::get(const std::string& key) const {
  const std::lock_guard lock(database_->mutex);
  sqlite3* handle = database_->handle;
  Trajectories out;
  {
    Statement cell(handle, "SELECT replicas FROM cell WHERE key = ?");
    if (!database_->row(cell.bind(key).step())) return std::nullopt;
    out.replicas = std::stoull(cell.text(0));
  }
  Statement series(handle, "SELECT metric, data FROM series WHERE cell = ?");
  series.bind(key);
  while (database_->row(series.step())) {
    const auto found = std::find(metric_names.begin(), metric_names.end(), series.text(0));
    if (found != metric_names.end()) out.series[static_cast<std::size_t>(found - metric_names.begin())] = series.blob<double>(1);
  }
  const auto read = [&](const char* sql, auto&& use) {
    Statement statement(handle, sql);
    if (database_->row(statement.bind(key).step())) use(statement);
  };
  read("SELECT data FROM step WHERE cell = ?", [&](Statement& s) { out.steps = s.blob<std::uint64_t>(0); });
  read("SELECT data FROM percentile WHERE cell = ?", [&](Statement& s) { out.percentiles = s.blob<double>(0); });
  read("SELECT data FROM outcome WHERE cell = ?", [&](Statement& s) {
    const auto words = s.blob<std::uint64_t>(0);
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) out.outcomes.push_back({static_cast<Ending>(words[i]), words[i + 1]});
  });
  read("SELECT data FROM audit WHERE cell = ?", [&](Statement& s) {
    const auto words = s.blob<std::uint64_t>(0);
    // Stores from before constants were watched have the first three entries alone.
    const std::size_t entries = out.replicas == 0 ? 0 : std::min(audit_entries.size(), words.size() / out.replicas);
    for (std::size_t r = 0; entries > 0 && r < out.replicas; ++r) {
      AuditFailure& audit = out.audits.emplace_back();
      for (std::size_t k = 0; k < entries; ++k) audit.*audit_entries[k].step = words[r * entries + k];
    }
  });
  return out;
}

std::size_t Store::first_replica(const std::string& key) const {
  const std::lock_guard lock(database_->mutex);
  Statement statement(database_->handle, "SELECT first FROM round WHERE key = ?");
  if (!statement.prepared()) return 0;  // a store from before there were rounds
  return database_->row(statement.bind(key).step()) ? std::stoull(statement.text(0)) : 0;
}

std::vector<std::string> Store::keys() const {
  const std::lock_guard lock(database_->mutex);
  std::vector<std::string> all;
  Statement statement(database_->handle, "SELECT key FROM cell ORDER BY key");
  while (database_->row(statement.step())) all.push_back(statement.text(0));
  return all;
}

void Store::export_csv(std::ostream& out) const {
  out << "cell,problem,noise,definition,eta,horizon,seed,metric,step,replica,value\n";
  for (const std::string& key : keys()) {
    std::string prefix;
    {
      const std::lock_guard lock(database_->mutex);
      Statement cell(database_->handle, "SELECT problem, noise, definition, eta, horizon, seed FROM cell WHERE key = ?");
      database_->row(cell.bind(key).step());
      prefix = fmt::format("{},\"{}\",\"{}\",\"{}\",\"{}\",{},{}", key, cell.text(0), cell.text(1), cell.text(2), cell.text(3), cell.text(4), cell.text(5));
    }
    const Trajectories data = *get(key);
    const std::size_t first = first_replica(key);
    for (std::size_t k = 0; k < metric_count; ++k)
      for (std::size_t i = 0; i < data.series[k].size(); ++i)
        out << prefix << ',' << metric_names[k] << ',' << data.steps[i / data.replicas] << ',' << first + i % data.replicas << ',' << shortest(data.series[k][i]) << '\n';
    // [step][percentile][replica]
    for (std::size_t i = 0; i < data.percentiles.size(); ++i) {
      const std::size_t row = i / data.replicas;
      out << prefix << ",rate_p" << shortest(rate_percentiles[row % rate_percentiles.size()]) << ',' << data.steps[row / rate_percentiles.size()] << ','
          << first + i % data.replicas << ',' << shortest(data.percentiles[i]) << '\n';
    }
    for (std::size_t r = 0; r < data.audits.size(); ++r)
      for (const AuditEntry& entry : audit_entries) out << prefix << ",audit:" << entry.name << ',' << data.audits[r].*entry.step << ',' << first + r << ",\n";
    for (std::size_t r = 0; r < data.outcomes.size(); ++r)
      out << prefix << ",outcome:" << to_string(data.outcomes[r].ending) << ',' << data.outcomes[r].step << ',' << first + r << ",\n";
  }
}

std::string Store::hash() const {
  std::string parts;
  for (const std::string& key : keys()) {
    const Trajectories data = *get(key);
    parts += key;
    for (std::size_t k = 0; k < metric_count; ++k)
      if (!data.series[k].empty()) parts += numbers_hash(data.series[k]);
    if (!data.percentiles.empty()) parts += numbers_hash(data.percentiles);
    for (const Outcome& outcome : data.outcomes) parts += std::to_string(outcome.step) + to_string(outcome.ending) + ';';
    for (const AuditFailure& audit : data.audits)
      for (const AuditEntry& entry : audit_entries) parts += std::to_string(audit.*entry.step) + ';';
  }
  return hash_text(parts);
}

}  // namespace thalweg
