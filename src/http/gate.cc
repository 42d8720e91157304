#include "http/gate.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <optional>

#include "base/log.h"
#include "http/credentials.h"

namespace code_exec::http {
namespace {

using access::ClientLimits;
using Verdict = ClientLimits::Verdict;

enum class Reason { no_key, unknown_key, not_admin, cross_origin, foreign_host, rate, concurrency };
constexpr std::array<const char*, 7> reason_names{"no_key",       "unknown_key", "not_admin",  "cross_origin",
                                                  "foreign_host", "rate",        "concurrency"};

// A script, a style or a fetch of a page of ours.
bool is_of_own_page(const Request& request) {
  if (const std::string* site = request.header("sec-fetch-site")) return *site == "same-origin";
  const std::string* referrer = request.header("referer");  // without TLS there is nothing else
  const std::string* host = request.header("host");
  if (!referrer || !host) return false;
  return referrer->starts_with("http://" + *host + "/") || referrer->starts_with("https://" + *host + "/");
}

// A person's browser asks for a key only when it is told of Basic; programs are told of Bearer. The browser
// shows a key by itself only beneath the directory where it was asked for it, so what a page needs from
// elsewhere has to be told of Basic too.
bool is_browser(const Request& request) {
  const std::string* accept = request.header("accept");
  return (accept && accept->find("text/html") != std::string::npos) || is_of_own_page(request);
}

Response unauthorized(const Request& request, std::string_view detail, const std::string& realm) {
  Response response = problem(401, "Unauthorized", detail);
  const std::string scheme = is_browser(request) ? "Basic" : "Bearer";
  response.headers.emplace_back("WWW-Authenticate", scheme + " realm=\"" + realm + "\"");
  return response;
}

access::Limits limits_of(const access::Limits& usual, const access::Key& key) {
  access::Limits limits = usual;
  if (key.rate) limits.rate = *key.rate;
  if (key.rate || key.burst) limits.burst = key.burst.value_or(0);
  if (key.concurrency) limits.concurrency = *key.concurrency;
  return limits;
}

// draft-ietf-httpapi-ratelimit-headers-10.
void tell_standing(const ClientLimits::Client& client, const access::Limits& limits, Response& response) {
  const auto standing = ClientLimits::standing(client, limits);
  response.headers.emplace_back("RateLimit-Policy", "\"submissions\";q=" + std::to_string(standing.quota) +
                                                        ";w=" + std::to_string(standing.window_s));
  response.headers.emplace_back("RateLimit", "\"submissions\";r=" + std::to_string(standing.remaining) +
                                                 ";t=" + std::to_string(standing.full_after_s));
}

net::awaitable<Response> ready(Response response) {
  co_return response;
}

class Gate {
 public:
  Gate(access::KeyRing& keys, Clock& clock, prometheus::Registry& metrics, GateOptions options)
      : keys_(keys), options_(std::move(options)), clients_(clock) {
    auto& family = prometheus::BuildCounter()
                       .Name("code_exec_http_refused_total")
                       .Help("Requests that were answered 401, 403 or 429 before they were looked at")
                       .Register(metrics);
    for (std::size_t i = 0; i < reason_names.size(); ++i)
      refused_[i] = &family.Add({{"reason", reason_names[i]}});
  }

  net::awaitable<Response> pass(const Router::Match& match, Request request) {
    Passage passage;
    auto refusal =
        options_.origins.is_preflight(request) ? Origins::preflight() : refuse(match, request, passage);
    if (options_.origins.any()) {
      if (const std::string* origin = request.header("origin")) passage.origin = *origin;
    }
    if (refusal) return ready(finished(*std::move(refusal), passage));
    if (!options_.origins.any() && !passage.admission.client) return (*match.handler)(std::move(request));
    return handle(match.handler, std::move(request), std::move(passage));
  }

 private:
  // What is remembered of a request until its answer.
  struct Passage {
    std::optional<std::string> origin;
    access::Limits limits;
    bool submits = false;
    ClientLimits::Admission admission;
  };

  net::awaitable<Response> handle(const Handler* handler, Request request, Passage passage) {
    net::awaitable<Response> answer = (*handler)(std::move(request));
    Response response = co_await std::move(answer);
    if (passage.admission.client) {
      ClientLimits::charge(*passage.admission.client, response.cost);
      if (passage.submits) tell_standing(*passage.admission.client, passage.limits, response);
      response.lease = std::move(passage.admission.lease);
    }
    co_return finished(std::move(response), passage);
  }

  Response finished(Response response, const Passage& passage) const {
    if (options_.origins.any()) options_.origins.allow(passage.origin ? &*passage.origin : nullptr, response);
    return response;
  }

  // nullopt: let it through.
  std::optional<Response> refuse(const Router::Match& match, const Request& request, Passage& passage) {
    if (match.access == Access::open) return std::nullopt;
    keys_.refresh();
    const access::Key* key = nullptr;
    const bool cross_origin = changes_state(request) && is_cross_origin(request) && !is_listed(request);
    if (cross_origin && !options_.origins.all()) return refuse_cross_origin(match, request);
    if (keys_.required()) {
      const auto credentials = credentials_of(request);
      if (!credentials)
        return refused(Reason::no_key, match, request,
                       unauthorized(request,
                                    "an API key is needed, as Authorization: Bearer KEY, or in a browser as "
                                    "the password of any user",
                                    "code-exec"));
      key = keys_.find(credentials->key);
      if (!key)
        return refused(Reason::unknown_key, match, request,
                       unauthorized(request, "this API key is not known, or no more", "code-exec"));
      // Every origin may use this server, but none the key that a person has typed for another page.
      if (cross_origin && credentials->sent_by_browser) return refuse_cross_origin(match, request);
      if (match.access == Access::admin && !key->admin)
        return refused(Reason::not_admin, match, request, not_admin(request, *credentials));
    } else if (options_.local_hosts_only && !has_local_host(request)) {
      return refused(
          Reason::foreign_host, match, request,
          problem(403, "Forbidden",
                  "without API keys this server answers to localhost and loopback addresses alone, "
                  "unless it is started with --allow-anonymous"));
    }
    return limit(match, request, key, passage);
  }

  bool is_listed(const Request& request) const {
    const std::string* origin = request.header("origin");
    return origin && options_.origins.lists(*origin);
  }

  std::optional<Response> refuse_cross_origin(const Router::Match& match, const Request& request) {
    return refused(
        Reason::cross_origin, match, request,
        problem(403, "Forbidden", "pages of another origin may not do this, unless --cors-origin lists it"));
  }

  // A person's browser would go on showing the key it was given: asked again, for another realm, it asks the
  // person.
  static Response not_admin(const Request& request, const Credentials& credentials) {
    constexpr std::string_view detail = "this needs the API key of an admin";
    if (credentials.sent_by_browser && is_browser(request))
      return unauthorized(request, detail, "code-exec admin");
    return problem(403, "Forbidden", detail);
  }

  std::optional<Response> limit(const Router::Match& match, const Request& request, const access::Key* key,
                                Passage& passage) {
    passage.limits = key ? limits_of(options_.limits, *key) : options_.limits;
    if (!passage.limits.any()) return std::nullopt;
    // Whoever administers is not kept from it by what his programs do.
    if (match.access == Access::admin) return std::nullopt;
    passage.submits = request.method == Method::post && passage.limits.rate > 0;
    passage.admission = clients_.admit(client_of(request, key), passage.limits, passage.submits);
    switch (passage.admission.verdict) {
      case Verdict::admitted:
        return std::nullopt;
      case Verdict::too_many_at_once:
        return refused(Reason::concurrency, match, request,
                       problem(429, "Too many requests",
                               "as many requests of this client are under way as it may have: " +
                                   std::to_string(passage.limits.concurrency),
                               {}, 1));
      case Verdict::too_fast:
        break;
    }
    Response response = problem(429, "Too many requests", "this client submits faster than it may", {},
                                static_cast<int>(passage.admission.retry_after.count()));
    tell_standing(*passage.admission.client, passage.limits, response);
    return refused(Reason::rate, match, request, std::move(response));
  }

  std::string client_of(const Request& request, const access::Key* key) const {
    if (key) return "key " + key->id;
    const std::string* forwarded =
        options_.trusted_proxies.empty() ? nullptr : request.header("x-forwarded-for");
    if (!forwarded) return access::client_name(request.remote_address);
    return access::client_name(
        access::client_address(request.remote_address, *forwarded, options_.trusted_proxies));
  }

  Response refused(Reason reason, const Router::Match& match, const Request& request, Response response) {
    const auto index = static_cast<std::size_t>(reason);
    refused_[index]->Increment();
    log::debug("request refused reason={} route={} address={}", reason_names[index], match.pattern,
               request.remote_address);
    return response;
  }

  access::KeyRing& keys_;
  const GateOptions options_;
  ClientLimits clients_;
  std::array<prometheus::Counter*, reason_names.size()> refused_{};
};

}  // namespace

Router::Gate make_gate(access::KeyRing& keys, Clock& clock, prometheus::Registry& metrics,
                       GateOptions options) {
  auto gate = std::make_shared<Gate>(keys, clock, metrics, std::move(options));
  return [gate = std::move(gate)](const Router::Match& match, Request request) {
    return gate->pass(match, std::move(request));
  };
}

}  // namespace code_exec::http
