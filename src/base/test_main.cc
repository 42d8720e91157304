#include <gtest/gtest.h>

#include "base/log.h"
#include "mongo/counters_file.h"

int main(int argc, char** argv) {
  code_exec::mongo::remove_counters_file();
  testing::InitGoogleTest(&argc, argv);
  (void)code_exec::log::start("warn");
  return RUN_ALL_TESTS();
}
