// The server's resource API, as far as the playground uses it (docs/api.md).

export interface Runtime {
  name: string;
  version: string;
  aliases: string[];
  sourceFile: string;
}

export interface SourceFile {
  name: string;
  content: string;
}

export type LimitName =
  | "cpuTimeMs" | "wallTimeMs" | "memoryBytes" | "processes" | "outputBytes" | "diskBytes" | "files";
export type Limits = Partial<Record<LimitName, number>>;

export interface Source {
  language: string;
  code: string;
  stdin: string;
  args: string[];
  files: SourceFile[];
  limits: Limits;
  interactive?: boolean;
}

export interface Job {
  jobId: string;
  status: "pending" | "running" | "completed" | "failed";
  result: string | null;
  stdout: string | null;
  stderr: string | null;
  exitCode: number | null;
  signal: number | null;
  reason: string | null;
  compileOutput: string | null;
  cpuTimeMs: number | null;
  wallTimeMs: number | null;
  memoryBytes: number | null;
  truncated: boolean | null;
  language: string;
}

export const isFinal = (job: Job) => job.status === "completed" || job.status === "failed";

// What the server says is wrong (RFC 9457), with the field where it is one's fault.
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field = "",
  ) {
    super(message);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const after = response.headers.get("Retry-After");
  const later = after ? ` Try again in ${after} s.` : "";
  try {
    const {title, detail, field} = await response.json();
    return new Problem(response.status, (detail || title) + later, field);
  } catch {
    return new Problem(response.status, `The server answered ${response.status}.${later}`);
  }
}

const base = new URL("/api/v1/", location.href);

async function ask<T>(path: string, options?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(new URL(path, base), options);
  } catch {
    throw new Problem(0, "The server cannot be reached.");
  }
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

const job = (id: string) => `jobs/${encodeURIComponent(id)}`;

export const runtimes = async () => (await ask<{runtimes: Runtime[]}>("runtimes")).runtimes;
export const source = (id: string) => ask<Source>(`${job(id)}/source`);

// The longest that this server lets a program run.
export async function wallTimeMaxMs(): Promise<number> {
  const document = await ask<any>("/openapi.json");
  return document.components.schemas.Limits.properties.wallTimeMs.maximum;
}

export const result = (id: string, waitMs = 0) => ask<Job>(`${job(id)}?wait=${waitMs}`);
export const cancel = (id: string) => ask<Job>(job(id), {method: "DELETE"});

export async function submit(submission: Source): Promise<string> {
  const body = JSON.stringify(submission);
  const headers = {"Content-Type": "application/json"};
  return (await ask<{jobId: string}>("jobs", {method: "POST", headers, body})).jobId;
}
