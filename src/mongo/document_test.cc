#include "mongo/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace code_exec::mongo {
namespace {

using testing::ElementsAre;

TEST(MongoDocument, GivesBackWhatWasPutIn) {
  Document inner;
  inner.text("word", "w");
  Document document;
  document.text("text", "grün")
      .text("nul", std::string("a\0b", 3))
      .text("bytes", "\xff\xfe")
      .integer("number", 1LL << 40)
      .boolean("yes", true)
      .date("date", from_ms(1'700'000'000'123))
      .document("inner", inner)
      .texts("list", {"", "\xff", "x"});

  const Document moved = std::move(document);
  const View view(moved.get());

  EXPECT_EQ(view.text("text"), "grün");
  EXPECT_EQ(view.text("nul"), std::string_view("a\0b", 3));
  EXPECT_EQ(view.text("bytes"), "\xff\xfe");
  EXPECT_EQ(view.integer("number"), 1LL << 40);
  EXPECT_EQ(view.boolean("yes"), true);
  EXPECT_EQ(view.date("date"), from_ms(1'700'000'000'123));
  EXPECT_EQ(view.document("inner")->text("word"), "w");
  EXPECT_THAT(*view.texts("list"), ElementsAre("", "\xff", "x"));
}

TEST(MongoDocument, HasNothingWhereThereIsNothingOrSomethingElse) {
  Document document;
  document.text("text", "t").texts("list", {"a"});
  const View view(document.get());

  EXPECT_FALSE(view.has("other"));
  EXPECT_FALSE(view.integer("text"));
  EXPECT_FALSE(view.document("list"));
  EXPECT_FALSE(view.texts("text"));
  EXPECT_TRUE(view.documents("list").empty());
  EXPECT_FALSE(View().text("text"));
  EXPECT_FALSE(View("not BSON at all").text("text"));
}

}  // namespace
}  // namespace code_exec::mongo
