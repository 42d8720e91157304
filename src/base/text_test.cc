#include "base/text.h"

#include <gtest/gtest.h>

namespace code_exec {
namespace {

TEST(Text, DropsTheBeginningOfACharacterThatWasCut) {
  for (const std::string_view character : {"a", "\u00e9", "\u20ac", "\U0001f600"}) {
    const std::string text = "x" + std::string(character);
    EXPECT_EQ(without_cut_character(text), text);
    for (std::size_t size = 2; size < text.size(); ++size)
      EXPECT_EQ(without_cut_character(std::string_view(text).substr(0, size)), "x") << size;
  }
  EXPECT_EQ(without_cut_character(""), "");
}

TEST(Text, LeavesWhatWasNeverACharacter) {
  for (const std::string_view bytes : {"\x80\x80\x80\x80", "x\xff", "x\xc0", "\xe2\x28"})
    EXPECT_EQ(without_cut_character(bytes), bytes);
}

}  // namespace
}  // namespace code_exec
