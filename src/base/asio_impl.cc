// The one place where Asio and Beast are compiled: BOOST_ASIO_SEPARATE_COMPILATION leaves only declarations
// in every other file.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
