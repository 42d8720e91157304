#include <algorithm>
#include <cassert>
#include <map>
#include <vector>

#include "http/http.h"

namespace code_exec::http {
namespace {

// "/a/b" is {"a", "b"} and "/" is {""}. Stops after `count_max` + 1 segments: a longer path matches nothing.
std::vector<std::string_view> split(std::string_view path, std::size_t count_max) {
  std::vector<std::string_view> segments;
  while (!path.empty() && segments.size() <= count_max) {
    path.remove_prefix(1);
    segments.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

net::awaitable<Response> answer_not_found(Request request) {
  co_return problem(404, "Not found", "there is nothing at " + request.path);
}

Handler answer_not_allowed(std::string allow) {
  return [allow = std::move(allow)](Request request) -> net::awaitable<Response> {
    std::string detail = "this path does not take " + std::string(to_string(request.method));
    Response response = problem(405, "Method not allowed", detail);
    response.headers.emplace_back("Allow", allow);
    co_return response;
  };
}

}  // namespace

// A tree by segments: a match costs one look-up a segment, however many routes there are.
struct Router::Node {
  struct Endpoint {
    Method method;
    std::string pattern;
    std::vector<std::string> parameters;
    Handler handler;
    Access access;
  };

  struct Search {
    Method method;
    std::vector<std::string_view> segments;
    std::vector<std::string_view> values;        // of the parameters on the way
    const Node* under_another_method = nullptr;  // the first that has the path
  };

  const Endpoint* endpoint(Method method) const {
    for (const Endpoint& candidate : endpoints)
      if (candidate.method == method) return &candidate;
    return method == Method::head ? endpoint(Method::get) : nullptr;
  }

  const Endpoint* find(Search& search, std::size_t at) const {
    if (at == search.segments.size()) {
      const Endpoint* found = endpoint(search.method);
      if (!found && !endpoints.empty() && !search.under_another_method) search.under_another_method = this;
      return found;
    }
    const std::string_view segment = search.segments[at];
    if (auto next = literals.find(segment); next != literals.end()) {
      if (const Endpoint* found = next->second->find(search, at + 1)) return found;
    }
    if (!parameter || segment.empty()) return nullptr;
    search.values.push_back(segment);
    const Endpoint* found = parameter->find(search, at + 1);
    if (!found) search.values.pop_back();
    return found;
  }

  void list(std::vector<Route>& routes) const {
    for (const Endpoint& each : endpoints) routes.push_back({each.method, each.pattern, each.access});
    for (const auto& [segment, node] : literals) node->list(routes);
    if (parameter) parameter->list(routes);
  }

  void allow_what_is_here() {
    std::string allow;
    for (const Endpoint& each : endpoints) {
      if (!allow.empty()) allow += ", ";
      allow += to_string(each.method);
      if (each.method == Method::get && !std::any_of(endpoints.begin(), endpoints.end(),
                                                     [](const auto& e) { return e.method == Method::head; }))
        allow += ", HEAD";
    }
    not_allowed = answer_not_allowed(std::move(allow));
  }

  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::vector<Endpoint> endpoints;
  Handler not_allowed;
  std::size_t segments_max = 0;  // of the longest pattern; kept at the root
};

Router::Router() : root_(std::make_unique<Node>()), not_found_(answer_not_found) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method, std::string pattern, Handler handler, Access access) {
  assert(pattern.starts_with('/'));
  Node* node = root_.get();
  std::vector<std::string> parameters;
  const auto segments = split(pattern, pattern.size());
  for (std::string_view segment : segments) {
    const bool named = is_parameter(segment);
    if (named) parameters.emplace_back(segment.substr(1, segment.size() - 2));
    std::unique_ptr<Node>& next = named ? node->parameter : node->literals[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  root_->segments_max = std::max(root_->segments_max, segments.size());
  assert(std::none_of(node->endpoints.begin(), node->endpoints.end(),
                      [&](const auto& each) { return each.method == method; }));
  node->endpoints.push_back({method, std::move(pattern), std::move(parameters), std::move(handler), access});
  node->allow_what_is_here();
}

Router::Match Router::match(Request& request) const {
  if (!request.path.starts_with('/')) return {&not_found_, "unmatched", Access::key};
  Node::Search search{request.method, split(request.path, root_->segments_max), {}, nullptr};
  const Node::Endpoint* found = root_->find(search, 0);
  if (!found) {
    const Node* node = search.under_another_method;
    return {node ? &node->not_allowed : &not_found_, "unmatched", Access::key};
  }
  for (std::size_t i = 0; i < search.values.size(); ++i)
    request.path_params.insert_or_assign(found->parameters[i], std::string(search.values[i]));
  return {&found->handler, found->pattern, found->access};
}

net::awaitable<Response> Router::answer(const Match& match, Request request) const {
  return gate_ ? gate_(match, std::move(request)) : (*match.handler)(std::move(request));
}

std::vector<Router::Route> Router::routes() const {
  std::vector<Route> routes;
  root_->list(routes);
  return routes;
}

}  // namespace code_exec::http
