// The runs made in this browser, newest first, in a list to open them again from. The server has their sources.
import type {Job} from "./api";
import {byId, make, remember, remembered} from "../shared/dom";
import {inWords} from "./outcome";
import {titleOf} from "./languages";

const runsMax = 50;
const titleCharsMax = 80;

interface Run {
  id: string;
  at: number;
  language: string;
  title: string;
  ended?: string;
  good?: boolean;
}

const load = () => remembered<Run[]>("runs", []);

// The first line that says something.
function titleFor(code: string): string {
  const lines = code.split("\n").map((line) => line.trim());
  const line = lines.find((each) => /\w/.test(each) && !/^(#|\/\/|\/\*|import\b|from\b|using\b|package\b)/.test(each));
  return (line ?? "").slice(0, titleCharsMax);
}

export function noteRun(id: string, language: string, code: string): void {
  const run: Run = {id, at: Date.now(), language, title: titleFor(code)};
  remember("runs", [run, ...load().filter((each) => each.id !== id)].slice(0, runsMax));
}

export function noteResult(job: Job): void {
  const runs = load();
  const run = runs.find(({id}) => id === job.jobId);
  if (!run) return;
  run.ended = inWords(job);
  run.good = job.status === "completed";
  remember("runs", runs);
}

function when(at: number): string {
  const today = new Date().toDateString() === new Date(at).toDateString();
  const day: Intl.DateTimeFormatOptions = today ? {} : {day: "numeric", month: "short"};
  return new Date(at).toLocaleString("en-GB", {...day, hour: "2-digit", minute: "2-digit"});
}

export function setUpRuns(open: (id: string) => void): void {
  const dialog = byId<HTMLDialogElement>("runs");
  const list = byId("run-list");
  const item = (run: Run) => {
    const button = make(
      "button", {type: "button"},
      make("span", {className: "run-title"}, run.title || "(empty)"),
      make("span", {className: "run-facts"}, `${titleOf(run.language)} · ${when(run.at)}`),
      make("span", {className: `run-end ${run.good ? "good" : "bad"}`}, run.ended ?? ""),
    );
    button.addEventListener("click", () => {
      dialog.close();
      open(run.id);
    });
    return make("li", {}, button);
  };
  const show = () => {
    const runs = load();
    list.replaceChildren(...runs.map(item));
    byId("no-runs").hidden = runs.length > 0;
    byId("forget-runs").hidden = runs.length === 0;
  };
  byId("history").addEventListener("click", () => {
    show();
    dialog.showModal();
  });
  byId("forget-runs").addEventListener("click", () => {
    remember("runs", []);
    show();
    byId("close-runs").focus();
  });
  byId("close-runs").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
