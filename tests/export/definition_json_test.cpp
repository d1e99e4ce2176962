// A definition as JSON: it reads back to itself, and what is wrong is named.
#include "notebooks-export/definition_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/core/check.hpp"
#include "tests/optimizers/scalar_rule.hpp"

namespace thalweg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Every preset; every number field changed within what it admits, and every choice of every choice field.
TEST(DefinitionJson, ReadsBackToTheSameDefinition) {
  testing::Uniform uniform(23);
  std::size_t changed = 0;
  for (const std::string& name : testing::all_presets()) {
    const Definition preset = define(name);
    const MethodEntry& entry = method_entry(preset);
    const auto check = [](const Definition& d) {
      const Definition back = definition_from_json(to_json(d), "d.json");
      EXPECT_EQ(back, d) << to_json(d);
      EXPECT_EQ(back.preset, d.preset);
      EXPECT_EQ(to_json(back), to_json(d));
    };
    check(preset);
    for (const NumberField& field : entry.numbers)
      for (double value : {uniform(0.0, 1.0), uniform(0.0, 1e-3), uniform(1.0, 100.0), 0.1, 5e-324}) {
        if (!field.admits(value)) continue;
        check(define(name, {{std::string(field.name), value}}));
        ++changed;
      }
    for (const ChoiceField& field : entry.choices)
      for (std::string_view choice : field.allowed) check(define(name, {{std::string(field.name), std::string(choice)}}));
  }
  EXPECT_GT(changed, 500U);
}

std::string refusal(const std::string& json) {
  try {
    definition_from_json(json, "d.json");
  } catch (const SpecError& error) {
    return error.what();
  }
  ADD_FAILURE() << json << " was accepted";
  return "";
}

TEST(DefinitionJson, WhatIsWrongIsNamed) {
  EXPECT_THAT(refusal("{"), AllOf(HasSubstr("d.json"), HasSubstr("not valid JSON")));
  EXPECT_THAT(refusal("[]"), HasSubstr("must be an object"));
  EXPECT_THAT(refusal("{\"values\": {}}"), AllOf(HasSubstr("/id"), HasSubstr("missing")));
  EXPECT_THAT(refusal("{\"id\": 3, \"values\": {}}"), AllOf(HasSubstr("/id"), HasSubstr("3"), HasSubstr("text")));
  EXPECT_THAT(refusal("{\"id\": \"adm\", \"values\": {}}"), AllOf(HasSubstr("d.json"), HasSubstr("did you mean 'adam'?")));
  EXPECT_THAT(refusal("{\"id\": \"sgd\"}"), AllOf(HasSubstr("/values"), HasSubstr("object")));
  EXPECT_THAT(refusal("{\"id\": \"sgd\", \"values\": {\"decay\": \"l2\"}}"), AllOf(HasSubstr("/values/weight_decay"), HasSubstr("missing")));
  EXPECT_THAT(refusal("{\"id\": \"sgd\", \"values\": {\"decay\": \"l2\", \"weight_decay\": -1}}"), AllOf(HasSubstr("weight_decay"), HasSubstr("-1"), HasSubstr(">= 0")));
  EXPECT_THAT(refusal("{\"id\": \"sgd\", \"values\": {\"decay\": \"l2\", \"weight_decay\": [1]}}"), AllOf(HasSubstr("/values/weight_decay"), HasSubstr("[1]")));
  EXPECT_THAT(refusal("{\"id\": \"sgd\", \"values\": {\"decai\": \"l2\", \"weight_decay\": 1}}"), HasSubstr("did you mean 'decay'?"));
  EXPECT_THAT(refusal("{\"id\": \"sgd\", \"preset\": \"pap\", \"values\": {}}"), HasSubstr("unknown preset"));
  EXPECT_THAT(refusal("{\"id\": \"sgd\", \"values\": {\"weight_decay\": 1e999}}"), HasSubstr("not valid JSON"));
}

}  // namespace
}  // namespace thalweg
