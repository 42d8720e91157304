#include "store/sqlite_vfs.h"

#include <sqlite3.h>

#include <cstring>

namespace code_exec::store {
namespace {

constexpr const char* vfs_name = "code-exec";

int take_name_as_given(sqlite3_vfs*, const char* name, int out_size, char* out) {
  const std::size_t size = std::strlen(name) + 1;
  if (size > static_cast<std::size_t>(out_size)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, size);
  return SQLITE_OK;
}

int register_once() {
  const sqlite3_vfs* base = sqlite3_vfs_find(nullptr);
  if (base == nullptr) return SQLITE_ERROR;
  static sqlite3_vfs vfs;  // SQLite keeps the pointer for the life of the process
  vfs = *base;
  vfs.pNext = nullptr;
  vfs.zName = vfs_name;
  vfs.xFullPathname = take_name_as_given;
  return sqlite3_vfs_register(&vfs, /*makeDflt=*/0);
}

}  // namespace

Result<const char*> sqlite_vfs_name() {
  static const int code = register_once();
  if (code != SQLITE_OK) return Error{Errc::internal, "SQLite refused our VFS", {}};
  return vfs_name;
}

}  // namespace code_exec::store
