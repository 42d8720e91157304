#include "worker/warm_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace code_exec::worker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(WarmChoice, FindsWhatLooksLikeAnImport) {
  EXPECT_THAT(imports_of(""), IsEmpty());
  EXPECT_THAT(imports_of("import json"), ElementsAre("json"));
  EXPECT_THAT(imports_of("import json\n"), ElementsAre("json"));
  EXPECT_THAT(imports_of("import b, a.c as d ,e\r\n"), ElementsAre("a", "b", "e"));
  EXPECT_THAT(imports_of("x = 1; import re;from os.path import join"), ElementsAre("os", "re"));
  EXPECT_THAT(imports_of("def f():\n\tfrom numpy import (\n  array)\n"), ElementsAre("numpy"));
  EXPECT_THAT(imports_of("from . import x\nimportant = 1\nfromage\nimport\nimport ,,\n"), IsEmpty());
  EXPECT_THAT(imports_of(std::string("import a\0b\n;;\n\n;", 16)), ElementsAre("a"));
}

runtime::Runtime python() {
  runtime::Runtime runtime;
  runtime.warm = {
      {"bare", {}, 1}, {"common", {"json", "re"}, 2}, {"wide", {"json", "re", "csv", "os.path"}, 3}};
  return runtime;
}

std::uint32_t chosen(const std::string& code) {
  return choose_warm_set(python(), job::Submission{.code = code});
}

TEST(WarmChoice, TakesTheSmallestThatHasMostOfIt) {
  EXPECT_EQ(chosen("print(1)"), 1u);
  EXPECT_EQ(chosen("import other"), 1u);
  EXPECT_EQ(chosen("import json, re"), 2u);
  EXPECT_EQ(chosen("import json, csv"), 3u);
  EXPECT_EQ(chosen("import os"), 3u);
}

TEST(WarmChoice, IsTheOneThatWaitsUnlessItIsCalledOtherwise) {
  runtime::Runtime node;
  node.ahead = true;
  node.warm = {{"ahead", {}, 4}};
  EXPECT_EQ(choose_warm_set(node, {.code = "import 'json'"}), 4u);
  EXPECT_EQ(choose_warm_set(node, {.code = "1", .args = {"a"}}), 0u);
  EXPECT_EQ(choose_warm_set(node, {.code = "1", .warm = false}), 0u);
}

TEST(WarmChoice, IsNoneWhereAnInterpreterOfItsOwnIsNeeded) {
  EXPECT_EQ(choose_warm_set(python(), {.code = "print(1)", .warm = false}), 0u);
  EXPECT_EQ(choose_warm_set({}, {.code = "print(1)"}), 0u);
  const job::SourceFile start{".local/lib/python3.11/site-packages/usercustomize.py", "print(1)"};
  EXPECT_EQ(choose_warm_set(python(), {.code = "print(1)", .files = {start}}), 0u);
}

}  // namespace
}  // namespace code_exec::worker
