# What we use from Debian 12, in one place. Everything links code_exec_dependencies.
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
find_library(hiredis hiredis REQUIRED)  # its .pc file adds an include directory with a read.h in it
pkg_check_modules(mongoc REQUIRED libmongoc-1.0)
pkg_check_modules(prometheus_cpp REQUIRED IMPORTED_TARGET prometheus-cpp-core)

add_library(code_exec_dependencies INTERFACE)
target_link_libraries(code_exec_dependencies INTERFACE
  Boost::json Boost::url Threads::Threads OpenSSL::SSL OpenSSL::Crypto SQLite::SQLite3 ZLIB::ZLIB spdlog::spdlog
  CLI11::CLI11 tomlplusplus::tomlplusplus ${hiredis} ${mongoc_LINK_LIBRARIES} PkgConfig::seccomp PkgConfig::prometheus_cpp)
# Asio and Beast are compiled once, in base/asio_impl.cc. BOOST_ASIO_DISABLE_VISIBILITY is not set: one binary.
target_compile_definitions(code_exec_dependencies INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  SPDLOG_ACTIVE_LEVEL=SPDLOG_LEVEL_DEBUG)
