// How a job ended, in words.
import type {Job} from "./api";

const signals: Record<number, string> = {
  1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
  9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
  24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
};

const signalMeans: Record<number, string> = {
  6: "it aborted", 8: "an arithmetic error, such as a division by zero", 11: "it used memory that is not its own",
  31: "it made a system call that is not allowed",
};

export function inWords(job: Job): string {
  if (job.status === "completed") return "Finished: exit code 0";
  switch (job.reason) {
    case "runtime_error":
      return `Failed: exit code ${job.exitCode}`;
    case "signal": {
      const number = job.signal ?? 0;
      const means = signalMeans[number];
      return `Killed by ${signals[number] ?? `signal ${number}`}${means ? `: ${means}` : ""}`;
    }
    case "time_limit":
      return "Stopped: it used more CPU time than its limit";
    case "wall_time_limit":
      return "Stopped: it ran longer than its limit";
    case "memory_limit":
      return "Stopped: it needed more memory than its limit";
    case "output_limit":
      return "Stopped: it printed far more than its limit";
    case "compile_error":
      return "It does not compile";
    case "cancelled":
      return "Stopped by you";
    default:
      return "The server could not run it";
  }
}

const time = (ms: number) => (ms < 10_000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

function size(bytes: number): string {
  const mib = bytes / (1 << 20);
  return mib < 1 ? `${Math.round(bytes / 1024)} KiB` : `${mib.toFixed(mib < 10 ? 1 : 0)} MiB`;
}

// Pairs of a name and a value; none where nothing was run.
export function measured(job: Job): [string, string][] {
  const pairs: [string, string][] = [];
  if (job.reason === "compile_error") return pairs;
  if (job.wallTimeMs !== null) pairs.push(["time", time(job.wallTimeMs)]);
  if (job.cpuTimeMs !== null) pairs.push(["CPU", time(job.cpuTimeMs)]);
  if (job.memoryBytes !== null) pairs.push(["memory", size(job.memoryBytes)]);
  return pairs;
}
