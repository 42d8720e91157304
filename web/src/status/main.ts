// The status page: what this service does now and did in the last minutes, from its own /metrics.
import {Chart} from "./chart";
import {Metrics, quantile, rate} from "./metrics";
import {byId} from "../shared/dom";
import {setUpTheme} from "../shared/theme";

const pollMs = 2000;
const keptMinutes = 5;
// Latencies are of this time: a single poll sees too few jobs.
const latencySeconds = 20;

const pointsMax = (keptMinutes * 60_000) / pollMs;
const short = (value: number) => value.toLocaleString("en", {maximumFractionDigits: value < 10 ? 1 : 0});
const digits = (value: number) => Number(value.toPrecision(value < 10 ? 2 : 3));
const duration = (seconds: number) => (seconds < 1 ? `${digits(seconds * 1000)} ms` : `${digits(seconds)} s`);

const charts = byId("charts");
const chart = (title: string, series: ConstructorParameters<typeof Chart>[2], format: (value: number) => string, least: number) =>
  new Chart(charts, title, series, format, least, pointsMax, pollMs / 1000);

const rates = chart("Jobs a second", [
  {label: "submitted", colour: "--accent", fill: true},
  {label: "finished", colour: "--code-function"},
  {label: "failed", colour: "--bad"},
], short, 4);
const latencies = chart("From submit to result", [
  {label: "median", colour: "--accent", fill: true},
  {label: "99th percentile", colour: "--code-number"},
], duration, 0.005);
const depths = chart("Jobs in the queues", [
  {label: "waiting", colour: "--code-number", fill: true},
  {label: "in work", colour: "--accent"},
], short, 4);
const slots = chart("Slots", [
  {label: "busy", colour: "--accent", fill: true},
  {label: "all", colour: "--faint"},
], short, 1);

const seen: Metrics[] = [];

function latency(q: number, now: Metrics): number | null {
  const before = seen.find(({at}) => at >= now.at - latencySeconds) ?? now;
  const of = (metrics: Metrics) => {
    const total = metrics.buckets("code_exec_stage_seconds", {stage: "total"});
    // A service without a worker knows how long those waited who asked it for results.
    return total.size > 0 ? total : metrics.buckets("code_exec_http_request_seconds", {route: "/submit-code"});
  };
  return quantile(q, of(before), of(now));
}

function depth(metrics: Metrics, states: string[]): number | null {
  const found = states.map((state) => metrics.sum("code_exec_queue_depth", {state})).filter((value) => value !== null);
  return found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0);
}

function show(now: Metrics): void {
  const before = seen.at(-1);
  const growth = (name: string, labels = {}) =>
    before ? rate(before.sum(name, labels) ?? 0, now.sum(name, labels) ?? 0, now.at - before.at) : null;
  rates.add([
    growth("code_exec_jobs_submitted_total"),
    growth("code_exec_jobs_total"),
    growth("code_exec_jobs_total", {status: "failed"}),
  ]);
  latencies.add([latency(0.5, now), latency(0.99, now)]);
  depths.add([depth(now, ["waiting", "prioritized", "delayed"]), depth(now, ["active"])]);
  slots.add([now.sum("code_exec_slots", {state: "busy"}), now.sum("code_exec_slots", {state: "total"})]);
  seen.push(now);
  if (seen.length > pointsMax) seen.shift();
}

function showState(text: string, state: "good" | "bad"): void {
  const element = byId("ready");
  // A live region speaks at each change: only at real ones.
  if (element.textContent !== text) element.textContent = text;
  element.dataset.state = state;
}

async function poll(): Promise<void> {
  try {
    const [ready, metrics] = await Promise.all([fetch("/readyz"), fetch("/metrics")]);
    const detail = ready.ok ? "" : (await ready.json()).detail;
    showState(ready.ok ? "Ready" : `Not ready: ${detail}`, ready.ok ? "good" : "bad");
    if (!metrics.ok) throw new Error(`/metrics answered ${metrics.status}`);
    show(Metrics.parse(await metrics.text(), performance.now() / 1000));
  } catch (error) {
    showState(error instanceof TypeError ? "The server cannot be reached" : (error as Error).message, "bad");
    for (const each of [rates, depths, slots, latencies]) each.add([null, null, null]);
  }
  setTimeout(() => void poll(), pollMs);
}

setUpTheme(byId("theme"));
void fetch("/version").then((answer) => answer.json()).then(({version}) => (byId("version").textContent = version), () => {});
void poll();
