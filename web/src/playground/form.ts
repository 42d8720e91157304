// All that is submitted beside the program: input, arguments, files, limits. An error of the server is shown at the
// field that it names.
import type {LimitName, Limits, Source, SourceFile} from "./api";
import {byId, make} from "../shared/dom";

// Limits are shown in units for people: what the server calls `scale` is 1 here.
const limitRows: {name: LimitName; label: string; unit: string; scale: number}[] = [
  {name: "cpuTimeMs", label: "CPU time", unit: "s", scale: 1000},
  {name: "wallTimeMs", label: "Time in all", unit: "s", scale: 1000},
  {name: "memoryBytes", label: "Memory", unit: "MiB", scale: 1 << 20},
  {name: "outputBytes", label: "Output", unit: "KiB", scale: 1 << 10},
  {name: "diskBytes", label: "Disk", unit: "MiB", scale: 1 << 20},
  {name: "processes", label: "Processes", unit: "", scale: 1},
  {name: "files", label: "Files", unit: "", scale: 1},
];

type Tab = "input" | "args" | "files" | "limits";
const tabs: Tab[] = ["input", "args", "files", "limits"];

export class Form {
  private readonly stdin = byId<HTMLTextAreaElement>("stdin");
  private readonly args = byId<HTMLTextAreaElement>("args");
  private readonly keepOpen = byId<HTMLInputElement>("interactive");
  private readonly files = byId("file-list");
  private fileNumber = 0;

  constructor(private readonly changed: () => void) {
    for (const row of limitRows) byId("limit-list").append(limitField(row));
    byId("add-file").addEventListener("click", () => {
      this.addFile({name: "", content: ""}).focus();
      this.note();
    });
    byId("settings").addEventListener("input", (event) => {
      clearError(event.target as HTMLElement);
      this.note();
    });
    this.setUpTabs();
  }

  get values(): Omit<Source, "language" | "code"> {
    return {
      stdin: this.stdin.value,
      args: this.args.value === "" ? [] : this.args.value.replace(/\n$/, "").split("\n"),
      files: [...this.files.children].map(fileOf),
      limits: limitsAsked(),
      ...(this.keepOpen.checked ? {interactive: true} : {}),
    };
  }

  set values({stdin, args, files, limits, interactive}: Partial<Source>) {
    this.stdin.value = stdin ?? "";
    this.keepOpen.checked = interactive ?? false;
    this.args.value = (args ?? []).join("\n");
    this.files.replaceChildren();
    for (const file of files ?? []) this.addFile(file);
    for (const {name, scale} of limitRows) {
      const value = limits?.[name];
      byId<HTMLInputElement>(`limits.${name}`).value = value === undefined ? "" : String(value / scale);
    }
    this.clearErrors();
    this.mark();
  }

  // false: the field is not one of this form.
  showError(field: string, message: string): boolean {
    const file = /^files\[(\d+)\]\.(name|content)$/.exec(field);
    const argument = /^args\[(\d+)\]$/.exec(field);
    const limit = limitRows.find(({name}) => field === `limits.${name}`);
    let target: HTMLElement | null | undefined = document.getElementById(field);
    if (file) target = this.files.children[Number(file[1])]?.querySelector<HTMLElement>(`.file-${file[2]}`);
    if (argument) {
      target = this.args;
      message = `line ${Number(argument[1]) + 1}: ${message}`;
    }
    if (limit) message = inUnits(message, limit.scale, limit.unit);
    if (field === "files") target = byId("add-file");
    const panel = target?.closest<HTMLElement>("[role=tabpanel]");
    if (!target || !panel) return false;
    this.choose(panel.dataset.tab as Tab);
    showErrorAt(target, message);
    target.focus();
    return true;
  }

  clearErrors(): void {
    for (const field of document.querySelectorAll<HTMLElement>("#settings [aria-invalid]")) clearError(field);
  }

  private note(): void {
    this.mark();
    this.changed();
  }

  // What is set can be told without opening its tab.
  private mark(): void {
    const {stdin, args, files, limits, interactive} = this.values;
    const counts: Record<Tab, number> = {
      input: Number(stdin !== "" || interactive),
      args: args.length,
      files: files.length,
      limits: Object.keys(limits).length,
    };
    for (const tab of tabs) {
      const text = counts[tab] === 0 ? "" : tab === "input" ? "set" : String(counts[tab]);
      byId(`tab-${tab}`).querySelector(".count")!.textContent = text;
    }
  }

  private addFile(file: SourceFile): HTMLInputElement {
    const id = `file${++this.fileNumber}`;
    const name = make("input", {
      className: "file-name", type: "text", value: file.name, placeholder: "data/input.txt", spellcheck: false,
      autocomplete: "off", id: `${id}-name`, ariaLabel: "File name",
    });
    const content = make("textarea", {
      className: "file-content", value: file.content, rows: 3, spellcheck: false, id: `${id}-content`,
      ariaLabel: "File content",
    });
    const remove = make("button", {type: "button", className: "quiet", textContent: "Remove"});
    const item = make(
      "li", {},
      make("div", {className: "file-head"}, name, remove),
      make("p", {className: "error", id: `${id}-name-error`}),
      content,
      make("p", {className: "error", id: `${id}-content-error`}),
    );
    remove.addEventListener("click", () => {
      item.remove();
      byId("add-file").focus();
      this.note();
    });
    this.files.append(item);
    return name;
  }

  private setUpTabs(): void {
    for (const [index, tab] of tabs.entries()) {
      const button = byId(`tab-${tab}`);
      button.addEventListener("click", () => this.choose(tab));
      button.addEventListener("keydown", (event) => {
        const steps: Record<string, number> = {ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1};
        if (!(event.key in steps)) return;
        event.preventDefault();
        const next = tabs.at(steps[event.key] % tabs.length)!;
        this.choose(next);
        byId(`tab-${next}`).focus();
      });
    }
    this.choose("input");
  }

  private choose(chosen: Tab): void {
    for (const tab of tabs) {
      const button = byId(`tab-${tab}`);
      button.setAttribute("aria-selected", String(tab === chosen));
      button.tabIndex = tab === chosen ? 0 : -1;
      byId(`panel-${tab}`).hidden = tab !== chosen;
    }
  }
}

// The error stands in the element with the field's id and "-error", which the field is described by.
export function showErrorAt(field: HTMLElement, message: string): void {
  const text = message[0].toUpperCase() + message.slice(1);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.id}-error`);
  byId(`${field.id}-error`).textContent = text.replace(/\.?$/, ".");
}

export function clearError(field: HTMLElement): void {
  if (!field.hasAttribute("aria-invalid")) return;
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
  byId(`${field.id}-error`).textContent = "";
}

function fileOf(item: Element): SourceFile {
  return {
    name: item.querySelector<HTMLInputElement>(".file-name")!.value,
    content: item.querySelector<HTMLTextAreaElement>(".file-content")!.value,
  };
}

function limitField({name, label, unit}: (typeof limitRows)[number]): HTMLElement {
  const id = `limits.${name}`;
  const input = make("input", {
    id, type: "number", min: "0", step: "any", placeholder: "default", inputMode: "decimal", autocomplete: "off",
  });
  const text = make("label", {htmlFor: id}, label);
  if (unit) text.append(make("span", {className: "unit"}, ` ${unit}`));
  return make("div", {className: "limit"}, text, input, make("p", {className: "error", id: `${id}-error`}));
}

function limitsAsked(): Limits {
  const limits: Limits = {};
  for (const {name, scale} of limitRows) {
    const {value} = byId<HTMLInputElement>(`limits.${name}`);
    if (value !== "") limits[name] = Math.round(Number(value) * scale);
  }
  return limits;
}

// "must be from 1 to 60000", said in the units of the field.
function inUnits(message: string, scale: number, unit: string): string {
  const scaled = message.replace(/\d+/g, (digits) => String(Number((Number(digits) / scale).toPrecision(4))));
  return unit ? `${scaled} ${unit}` : scaled;
}
