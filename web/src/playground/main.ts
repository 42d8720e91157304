// The playground: the editor on the left, what the program prints on the right.
import * as api from "./api";
import {Editor} from "./editor";
import {type Example, examplesFor} from "./examples";
import {Follower} from "./follow";
import {clearError, Form, showErrorAt} from "./form";
import {highlighting, titleOf} from "./languages";
import {inWords, measured} from "./outcome";
import {Output} from "./output";
import {noteResult, noteRun, setUpRuns} from "./runs";
import {byId, make, remember, remembered} from "../shared/dom";
import {setUpTheme} from "../shared/theme";

type State = "idle" | "running" | "good" | "bad";

// A short output is read out together with how the program ended.
const readOutCharsMax = 300;
const draftCharsMax = 200_000;

const language = byId<HTMLSelectElement>("language");
const example = byId<HTMLSelectElement>("example");
const runButton = byId<HTMLButtonElement>("run");
const stopButton = byId<HTMLButtonElement>("stop");
const share = byId<HTMLButtonElement>("share");
const copy = byId<HTMLButtonElement>("copy");
const problem = byId("problem");
const inputLine = byId<HTMLFormElement>("input-line");
const input = byId<HTMLInputElement>("input");

const output = new Output(byId("output"));
const form = new Form(edited);
const leftEditor = byId("left-editor");
const editor = new Editor(byId("editor"), {run: () => void run(), leave: () => leftEditor.focus(), change: edited});

let runtimes: api.Runtime[] = [];
let drafts = remembered<Record<string, string>>("drafts", {});
let follower: Follower | null = null;
let jobId = "";
let filling = false;

// "3.11" of "3.11.2".
const shortened = (version: string) => version.split(".", 2).join(".");

function showStatus(text: string, state: State, alsoRead = ""): void {
  const status = byId("status");
  status.dataset.state = state;
  status.replaceChildren(text, make("span", {className: "visually-hidden"}, alsoRead));
}

function showProblem(text: string): void {
  problem.textContent = text;
  problem.hidden = text === "";
}

function showMeasured(pairs: [string, string][]): void {
  byId("measured").replaceChildren(
    ...pairs.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))),
  );
}

function setRunning(running: boolean): void {
  runButton.disabled = running || runtimes.length === 0;
  const focused = document.activeElement === (running ? runButton : stopButton);
  runButton.hidden = running;
  stopButton.hidden = !running;
  stopButton.disabled = false;
  if (focused) (running ? stopButton : runButton).focus();
}

// The address names the job that is shown: it can be shared and survives a reload.
function showAddress(id: string): void {
  jobId = id;
  share.disabled = id === "";
  history.replaceState(null, "", id ? `/?job=${encodeURIComponent(id)}` : "/");
}

function edited(): void {
  if (filling) return;
  if (jobId && !follower) showAddress("");
  clearCodeError();
  const code = editor.text;
  if (code.length > draftCharsMax) return;
  drafts[language.value] = code;
  remember("drafts", drafts);
}

function clearCodeError(): void {
  byId("code-error").textContent = "";
  editor.markInvalid(false);
}

// Changes what the fields hold without its being taken for an edit.
function fill(change: () => void): void {
  filling = true;
  change();
  filling = false;
}

function showLanguage(name: string): void {
  language.value = name;
  remember("language", name);
  const runtime = runtimes.find((each) => each.name === name);
  void highlighting([name, ...(runtime?.aliases ?? [])]).then((extension) => {
    if (language.value === name) editor.highlight(extension);
  });
  const options = examplesFor(name).map(({title}, index) => new Option(title, String(index)));
  example.replaceChildren(new Option("Examples", ""), ...options);
}

function showExample({code, ...surroundings}: Example): void {
  fill(() => {
    editor.text = code;
    form.values = surroundings;
  });
  clearCodeError();
}

function showDraft(name: string): void {
  showLanguage(name);
  const [first] = examplesFor(name);
  showExample(name in drafts ? {title: "", code: drafts[name]} : first);
}

function showError(error: unknown): void {
  setRunning(false);
  const text = error instanceof Error ? error.message : String(error);
  const field = error instanceof api.Problem ? (error.field ?? "") : "";
  showStatus("Not run", "bad");
  if (field === "code") {
    byId("code-error").textContent = `The program ${text}.`;
    editor.markInvalid(true);
    editor.focus();
  } else if (field === "language") {
    showErrorAt(language, text);
    language.focus();
  } else if (!field || !form.showError(field, text)) {
    showProblem(field ? `${field}: ${text}` : text);
  }
}

function begin(status: string): void {
  follower?.stop();
  follower = null;
  output.clear();
  showMeasured([]);
  showProblem("");
  copy.hidden = true;
  byId("output").dataset.empty = "";
  showStatus(status, "running");
}

async function run(): Promise<void> {
  if (runButton.disabled) return;
  const submission: api.Source = {language: language.value, code: editor.text, ...form.values};
  form.clearErrors();
  clearCodeError();
  clearError(language);
  setRunning(true);
  begin("Submitting");
  try {
    // Time goes on while the program waits for somebody to think.
    if (submission.interactive) submission.limits.wallTimeMs ??= await api.wallTimeMaxMs();
    const id = await api.submit(submission);
    noteRun(id, submission.language, submission.code);
    showAddress(id);
    follow(id, submission.interactive ?? false);
  } catch (error) {
    return showError(error);
  }
  if (matchMedia("(max-width: 860px)").matches) byId("output").closest("section")!.scrollIntoView({block: "start"});
}

function follow(id: string, interactive: boolean): void {
  let run = 0;
  setRunning(true);
  showStatus("Waiting for its turn", "running");
  follower = new Follower(id, {
    status(status, number) {
      showStatus(status === "running" ? "Running" : "Waiting for its turn", "running");
      if (number === run) return;
      run = number;
      output.clear();
    },
    output: (stream, text) => output.write(stream, text),
    input(open) {
      const focused = inputLine.contains(document.activeElement);
      inputLine.hidden = !open;
      if (open) input.focus();
      else if (focused) byId("output").focus();
    },
    result: showResult,
    refused: showProblem,
    failed(error) {
      setRunning(false);
      showStatus("Its result is not known", "bad");
      showProblem(error.message);
    },
  }, interactive);
}

// What has come meanwhile stays as it is, in the order in which it came. What has not (its stream was cut, or the job
// was finished before) is in the result.
function showOutput(job: api.Job): void {
  const {stdout, stderr, compileOutput} = job;
  const complete = output.written("stdout") >= (stdout ?? "").length && output.written("stderr") >= (stderr ?? "").length;
  if (!complete) {
    output.clear();
    output.write("stdout", stdout ?? "");
    output.write("stderr", stderr ?? "");
  }
  if (job.reason === "compile_error" || output.text() === "") output.write("stderr", compileOutput ?? "");
}

function showResult(job: api.Job): void {
  follower = null;
  setRunning(false);
  showOutput(job);
  const words = inWords(job) + (job.truncated && job.reason !== "output_limit" ? " (its output was cut)" : "");
  const text = output.text();
  copy.hidden = text === "";
  byId("output").dataset.empty = "It printed nothing.";
  const read = text === "" ? ". It printed nothing." : text.length <= readOutCharsMax ? `. It printed: ${text}` : "";
  showStatus(words, job.status === "completed" ? "good" : "bad", read);
  showMeasured(measured(job));
  if (job.reason === "internal_error" && job.result) showProblem(job.result);
  noteResult(job);
}

async function stop(): Promise<void> {
  stopButton.disabled = true;
  try {
    const job = await api.cancel(jobId);
    follower?.stop();
    showResult(job);
  } catch (error) {
    // 409: it ended by itself just now, and its result is on the way.
    stopButton.disabled = false;
    if (!(error instanceof api.Problem && error.status === 409)) showProblem((error as Error).message);
  }
}

async function open(id: string): Promise<void> {
  begin("Loading");
  try {
    const [source, job] = await Promise.all([api.source(id), api.result(id)]);
    showLanguage(source.language);
    fill(() => {
      editor.text = source.code;
      form.values = {...source, limits: {}};
    });
    showAddress(id);
    if (api.isFinal(job)) showResult(job);
    else follow(id, source.interactive ?? false);
  } catch (error) {
    showStatus("Ready", "idle");
    const gone = error instanceof api.Problem && error.status === 404;
    showProblem(gone ? "That run is no longer on this server." : (error as Error).message);
  }
}

async function copyText(button: HTMLButtonElement, text: string): Promise<void> {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = before), 1500);
  } catch {
    // Browsers give the clipboard to https and localhost alone.
    prompt("Copy this:", text);
  }
}

function sendLine(event: SubmitEvent): void {
  event.preventDefault();
  const line = input.value + "\n";
  output.write("input", line);
  follower?.send(line);
  input.value = "";
}

function setUpKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    void run();
  });
  leftEditor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    editor.focus();
  });
  input.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.key.toLowerCase() !== "d") return;
    event.preventDefault();
    follower?.endInput();
  });
}

async function start(): Promise<void> {
  setUpTheme(byId("theme"));
  setUpRuns((id) => void open(id));
  setUpKeys();
  byId("output").dataset.empty = "What the program prints appears here.";
  runButton.addEventListener("click", () => void run());
  stopButton.addEventListener("click", () => void stop());
  copy.addEventListener("click", () => void copyText(copy, output.text()));
  share.addEventListener("click", () => void copyText(share, location.href));
  inputLine.addEventListener("submit", sendLine);
  byId("end-input").addEventListener("click", () => follower?.endInput());
  language.addEventListener("change", () => {
    clearError(language);
    if (!follower) showAddress("");
    showDraft(language.value);
  });
  example.addEventListener("change", () => {
    if (example.value === "") return;
    showExample(examplesFor(language.value)[Number(example.value)]);
    example.value = "";
    edited();
  });
  document.querySelector(".skip")!.addEventListener("click", (event) => {
    event.preventDefault();
    editor.focus();
  });

  try {
    runtimes = await api.runtimes();
  } catch (error) {
    return showProblem((error as Error).message);
  }
  language.replaceChildren(...runtimes.map(({name, version}) => new Option(`${titleOf(name)} ${shortened(version)}`, name)));
  language.disabled = false;
  if (runtimes.length === 0) return showProblem("No language is installed on this server.");
  setRunning(false);
  const asked = new URLSearchParams(location.search).get("job");
  const last = remembered("language", "python");
  const known = runtimes.some(({name}) => name === last) ? last : runtimes[0].name;
  showDraft(known);
  if (asked) await open(asked);
  else editor.focus();
}

void start();
