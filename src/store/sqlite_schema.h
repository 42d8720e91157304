// store/sqlite_schema.h - the tables, and how a file made by an older version becomes one of ours.
#pragma once

#include <sqlite3.h>

#include "base/result.h"

namespace code_exec::store {

// Errc::unavailable: not a database, damaged so that its schema cannot be read, another program's, or made by
// a newer version. Leaves a file that it refuses as it was.
Result<void> bring_up_to_date(sqlite3* connection);

}  // namespace code_exec::store
