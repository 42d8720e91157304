// store/tests_codec.h - a submission's tests and what became of them, for every backend: JSON of all but what
// programs read and printed, and that as one text, each piece after its length.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "job/job.h"

namespace code_exec::store {

// Readers throw what Boost.JSON throws for what is absent or of another type. False: damaged otherwise.
boost::json::object encode_tests(const job::Tests& tests);
bool decode_tests(const boost::json::object& object, job::Tests& tests);
boost::json::array encode_results(const std::vector<job::TestResult>& results);
bool decode_results(const boost::json::array& array, std::vector<job::TestResult>& results);

// Inputs and expected outputs. False: they belong to other tests.
std::string join_inputs(const job::Tests& tests);
bool split_inputs(std::string_view inputs, job::Tests& tests);
std::string join_outputs(const std::vector<job::TestResult>& results);
bool split_outputs(std::string_view outputs, std::vector<job::TestResult>& results);

}  // namespace code_exec::store
