#include <gtest/gtest.h>

#include "base/log.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  (void)code_exec::log::start("warn");
  return RUN_ALL_TESTS();
}
