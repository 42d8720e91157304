#include "job/judge.h"

#include <gtest/gtest.h>

namespace code_exec::job {
namespace {

bool match(Comparison comparison, std::string_view expected, std::string_view printed) {
  return matches({.comparison = comparison, .tolerance = 0.01}, expected, printed);
}

TEST(Judge, ExactIsEveryByte) {
  EXPECT_TRUE(match(Comparison::exact, "a\n", "a\n"));
  EXPECT_FALSE(match(Comparison::exact, "a\n", "a"));
  EXPECT_TRUE(match(Comparison::exact, "", ""));
}

TEST(Judge, TrailingSpaceIsSpaceAtTheEndsOfLinesAndOfTheText) {
  const auto rule = Comparison::trailing_space;
  EXPECT_TRUE(match(rule, "a\nb\n", "a  \r\nb\t\n\n\n"));
  EXPECT_TRUE(match(rule, "a", "a\n"));
  EXPECT_TRUE(match(rule, "", "\n \n"));
  EXPECT_FALSE(match(rule, "a b", "a  b"));
  EXPECT_FALSE(match(rule, "a\nb", "a\n\nb"));
  EXPECT_FALSE(match(rule, "a", " a"));
  EXPECT_FALSE(match(rule, "a\nb", "a"));
  EXPECT_FALSE(match(rule, "a", "a\nb"));
}

TEST(Judge, TokensAreWordsWhateverIsBetweenThem) {
  const auto rule = Comparison::tokens;
  EXPECT_TRUE(match(rule, "1 2\n3", " 1\t2 3 \n"));
  EXPECT_TRUE(match(rule, " ", ""));
  EXPECT_FALSE(match(rule, "12", "1 2"));
  EXPECT_FALSE(match(rule, "1 2", "1 2 3"));
  EXPECT_FALSE(match(rule, "1.0", "1"));
}

TEST(Judge, NumericLetsNumbersDifferByTheToleranceAbsoluteOrRelative) {
  const auto rule = Comparison::numeric;
  EXPECT_TRUE(match(rule, "x 1.0", "x 1"));
  EXPECT_TRUE(match(rule, "0.5", "0.509"));
  EXPECT_TRUE(match(rule, "1000", "1009"));
  EXPECT_TRUE(match(rule, "+1e3", "1000.0"));
  EXPECT_TRUE(match(rule, "0", "-1e-400"));
  EXPECT_FALSE(match(rule, "-5", "+-5"));
  EXPECT_TRUE(match(rule, "-0", "0"));
  EXPECT_FALSE(match(rule, "1000", "1011"));
  EXPECT_FALSE(match(rule, "1", "-1"));
  EXPECT_FALSE(match(rule, "1", "one"));
  EXPECT_FALSE(match(rule, "1", ""));
}

TEST(Judge, WhatIsNoFiniteNumberIsAWord) {
  const auto rule = Comparison::numeric;
  EXPECT_TRUE(match(rule, "nan inf", "nan inf"));
  EXPECT_FALSE(match(rule, "1", "nan"));
  EXPECT_FALSE(match(rule, "inf", "1e999"));
  EXPECT_FALSE(match(rule, "1e999", "2e999"));
  EXPECT_FALSE(match(rule, "16", "0x10"));
  EXPECT_FALSE(match(rule, "1", "++1"));
  EXPECT_FALSE(match(rule, "1", "1x"));
}

}  // namespace
}  // namespace code_exec::job
